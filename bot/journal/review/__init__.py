"""What reviewers do with the journal. The door of the package: `Reviews`, and what it hands out.

Importing it costs no SQLAlchemy: that is loaded when the journal is first read or written.
"""

from bot.journal.reasons import Reason
from bot.journal.review.figures import (
    Agreement,
    DocumentUse,
    Gap,
    Insights,
    Period,
    RunRecord,
    Share,
    StaleDocument,
)
from bot.journal.review.judgements import (
    REJECTED,
    Comment,
    Correction,
    Draft,
    GoldenKind,
    GoldenRecord,
    Judgement,
    ReviewRecord,
    Verdict,
    verdicts_for,
)
from bot.journal.review.records import (
    ChainPlace,
    ClaimDetail,
    EventRecord,
    Filters,
    Item,
    Lease,
    Page,
    PassageDetail,
    Progress,
    State,
    TurnDetail,
)
from bot.journal.review.service import Reviews

__all__ = [
    "REJECTED",
    "Agreement",
    "ChainPlace",
    "ClaimDetail",
    "Comment",
    "Correction",
    "DocumentUse",
    "Draft",
    "EventRecord",
    "Filters",
    "Gap",
    "GoldenKind",
    "GoldenRecord",
    "Insights",
    "Item",
    "Judgement",
    "Lease",
    "Page",
    "PassageDetail",
    "Period",
    "Progress",
    "Reason",
    "ReviewRecord",
    "Reviews",
    "RunRecord",
    "Share",
    "StaleDocument",
    "State",
    "TurnDetail",
    "Verdict",
    "verdicts_for",
]
