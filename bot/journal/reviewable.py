"""Results that reviewers judge: an allocation stands in the queue as a turn of its own.

Such a turn has the result's id, the result's profile on one line for a question, and no answer;
what it is about is the result itself. Everything that can be done with a turn (leases, reviews,
tags, exports, erasure, retention) is done with it in the same tables.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

KINDS = frozenset({"allocation", "portfolio"})
"""Kinds of results that are judged."""

ALLOCATION, EDUCATION = "allocation", "education"
OUTCOMES = (ALLOCATION, EDUCATION)
"""The outcomes of such a turn; by them it is told from a question's."""

_LAPSED = "lapsed-unconfirmed"
_KANA = re.compile("[぀-ヿ]")
_UNITS = {"tolerable_loss_pct": "tolerable loss {} %", "willingness": "willingness {}"}
_SAID = (
    ("emergency_fund", False, "no emergency fund"),
    ("costly_debt", True, "costly debt"),
    ("theme_knowledge", False, "no knowledge of themed funds"),
)


class ResultNote(BaseModel):
    """What a turn says of the result it stands for.

    Attributes:
        outcome: `allocation` or `education`.
        made_by: the rules and their version, where an answer names its composer.
        lapsed: a signal it rests on has passed its date, and nothing has confirmed it since.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: str
    made_by: str | None = None
    corpus_fingerprint: str | None = None
    lapsed: bool = False


class Reviewable(BaseModel):
    """A result as a list shows it: its profile on one line, the day and language it speaks for."""

    model_config = ConfigDict(frozen=True)

    line: str
    as_of: date
    language: str
    note: ResultNote


def reviewable(kind: str, document: str) -> Reviewable | None:
    """What reviewers are shown of a result; None: it is of a kind that nobody judges."""
    if kind not in KINDS:
        return None
    try:
        data = json.loads(document)
        told = " ".join(map(str, data["disclosures"]))
        return Reviewable(
            line=_line(kind, data["profile"]),
            as_of=date.fromisoformat(data["as_of"]),
            language="ja" if _KANA.search(told) else "en",
            note=ResultNote(
                outcome=data["outcome"] if data["outcome"] in OUTCOMES else EDUCATION,
                made_by=f"rules {data['rules_version']}",
                corpus_fingerprint=data["corpus_fingerprint"],
                lapsed=any(signal["state"] == _LAPSED for signal in data["signals"]),
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError):
        # Kept whole all the same: a document is not lost because nobody can judge it.
        return None


def _line(kind: str, profile: dict[str, Any]) -> str:
    """The profile in the words of the contract, as far as they tell it from others."""
    command = "/portfolio" if kind == "portfolio" else "/allocate"
    parts = [str(profile["horizon"])]
    parts += [form.format(profile[key]) for key, form in _UNITS.items() if key in profile]
    parts += [words for key, value, words in _SAID if profile.get(key) is value]
    if excluded := profile.get("exclusions"):
        parts.append(f"without {', '.join(map(str, excluded))}")
    if profile.get("country"):
        parts.append(str(profile["country"]))
    return f"{command}: {'; '.join(parts)}"
