"""What people touch: the command, the Telegram bot, and the journal of what was asked."""
