"""Who may read the review pages, and what they may do there. The door of the package."""

from bot.review.access.access import Access, Link, Signed
from bot.review.access.accounts import Account, Role

__all__ = ["Access", "Account", "Link", "Role", "Signed"]
