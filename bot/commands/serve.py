"""`lodestone bot`: the Telegram bot."""

from __future__ import annotations


def bot() -> None:
    """Run the Telegram bot until it is stopped."""
    from bot.daily import Daily
    from bot.passages import PassageFinder
    from bot.session import Session
    from bot.settings import load_settings, today
    from bot.telegram.run import require_someone, require_token, require_webhook, run_bot

    settings = load_settings()
    # Before anything is built: without a token there is nothing to build it for.
    require_token(settings)
    require_someone(settings)
    require_webhook(settings)
    with Session(settings) as session:
        session.retain()
        # The index is opened, or built, and the model loaded now and not while the first person
        # waits; what is amiss with either is told here, to whoever starts the bot.
        session.engine.holdings()
        session.engine.model.embed_query("ready")
        passages = PassageFinder(session.engine, today=today)
        with Daily(session.retain, "dropping old turns"):
            run_bot(
                settings,
                session.chain,
                session.journal,
                library=session.library,
                passages=passages,
                database=session.journal.database,
            )
