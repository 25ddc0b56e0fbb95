"""The pages, one module a subject; each has a `router`."""

from bot.review.pages import signing

PAGES = (signing.router,)
"""In the order they are tried."""
