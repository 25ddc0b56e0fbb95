"""How updates are received, worked on and answered, so that a crash loses none of them.

The door: `Runtime`; in handlers, `current_work`.
"""

from bot.telegram.runtime.runtime import Runtime
from bot.telegram.runtime.work import Work, current_work

__all__ = ["Runtime", "Work", "current_work"]
