"""What is said to the model: instructions from `prompt.yaml`, and everything else as data.

The data stands between tags with a random word in their names. Neither a passage nor a question
can know the word, so neither can close its tag and speak as if it were an instruction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

import yaml

from retrieval.compose.generative.gates import LONGEST_QUOTE, MOST_CLAIMS
from retrieval.compose.generative.material import Excerpt
from retrieval.phrasing import write_date
from retrieval.understanding import Inquiry

Message = tuple[str, str]
"""Who speaks (`system`, `human`, `ai`) and what is said; LangChain takes such pairs."""

CLAIM_WORDS = 40
"""Asked of the model; the gates allow somewhat more."""

MOST_TURNS = 3
"""Earlier questions that are shown."""

LONGEST_TURN = 600
"""Characters of each earlier question and answer."""


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    text = (Path(__file__).parent / "prompt.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def write_prompt(
    inquiry: Inquiry, excerpts: Sequence[Excerpt], *, nonce: Callable[[], str]
) -> list[Message]:
    """The messages that ask a question.

    Args:
        inquiry: the question, understood.
        excerpts: the passages.
        nonce: makes a random word; asked again should the material happen to hold the word.
    """
    pieces = [("passage", _shown(excerpt), excerpt.id) for excerpt in excerpts]
    for turn in inquiry.question.history[-MOST_TURNS:]:
        said = f"question: {turn.question[:LONGEST_TURN]}\nanswer: {turn.answer[:LONGEST_TURN]}"
        pieces.append(("earlier", said, ""))
    pieces.append(("question", inquiry.question.text, ""))
    word = nonce()
    while any(word in text for _, text, _ in pieces):
        word = nonce()
    values = {
        "nonce": word,
        "as_of": write_date(inquiry.as_of, "en"),
        "language": _texts()["languages"][inquiry.language],
        "most_claims": MOST_CLAIMS,
        "claim_words": CLAIM_WORDS,
        "quote_words": LONGEST_QUOTE,
    }
    material = "\n\n".join(_tagged(name, text, label, word) for name, text, label in pieces)
    return [
        ("system", Template(_texts()["system"]).substitute(values)),
        ("human", Template(_texts()["question"]).substitute(values, material=material)),
    ]


def ask_again(messages: Sequence[Message], reply: str, reason: str) -> list[Message]:
    """The same conversation, with a reply that could not be read and the request to mend it."""
    repair = ("human", Template(_texts()["repair"]).substitute(reason=reason))
    return [*messages, ("ai", reply), repair] if reply.strip() else [*messages, repair]


def _tagged(name: str, text: str, label: str, word: str) -> str:
    attribute = f' id="{label}"' if label else ""
    return f"<{name}-{word}{attribute}>\n{text}\n</{name}-{word}>"


def _shown(excerpt: Excerpt) -> str:
    """A passage and what must be known of its document to read it rightly."""
    document = excerpt.document
    lines = {
        "document": document.title,
        "kind": document.kind.value,
        "issuer": document.issuer,
        "section": excerpt.section,
        "state": excerpt.state.value,
        "published": document.published,
        "in force from": document.effective_from,
        "in force until": document.effective_until,
        "next": document.next_event and f"{document.next_date}: {document.next_event}",
    }
    described = [f"{name}: {_plain(value)}" for name, value in lines.items() if value]
    return "\n".join([*described, "text:", excerpt.text])


def _plain(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else " ".join(value.split())
