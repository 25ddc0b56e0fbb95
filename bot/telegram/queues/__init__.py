"""What came in and is not done, what goes out and is not sent: two tables that survive a crash.

The door: `Inbox`, `Outbox`, and what passes through them.
"""

from bot.telegram.queues.inbox import Inbox
from bot.telegram.queues.letters import Attachment, Button, Letter, Message, Place
from bot.telegram.queues.outbox import Ended, Outbox, Parcel
from bot.telegram.queues.updates import Received, Task, read_update

__all__ = [
    "Attachment",
    "Button",
    "Ended",
    "Inbox",
    "Letter",
    "Message",
    "Outbox",
    "Parcel",
    "Place",
    "Received",
    "Task",
    "read_update",
]
