"""Why reviewers should look at a turn."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a turn is in the queue; `risk.yaml` says how much each weighs."""

    DISAGREEMENT = "disagreement"
    FAILED_CHECK = "failed-check"
    THUMBS_DOWN = "thumbs-down"
    ADVICE = "advice"
    ALLOCATION = "allocation"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    SAMPLE = "sample"
    THIN = "thin-retrieval"
    STALE = "stale-source"
