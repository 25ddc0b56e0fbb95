"""Who may use the bot, and how much: one check in front of everything, and what steers it.

The door: `Gate`, `AccessRules`, `AdminHandlers`.
"""

from bot.telegram.gate.admin import AdminHandlers
from bot.telegram.gate.gate import Gate
from bot.telegram.gate.rules import AccessRules

__all__ = ["AccessRules", "AdminHandlers", "Gate"]
