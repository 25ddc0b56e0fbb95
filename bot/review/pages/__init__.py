"""The pages, one module a subject; each has a `router`."""

from bot.review.pages import (
    activity,
    documents,
    exporting,
    golden,
    insights,
    judging,
    queue,
    search,
    signing,
    turn,
)

PAGES = (
    *(signing.router, queue.router, search.router, turn.router, judging.router),
    *(documents.router, golden.router, insights.router, activity.router),
    exporting.router,
)
"""In the order they are tried."""
