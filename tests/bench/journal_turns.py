"""Turns by the hundred thousand for the journal's benchmark, the same each time."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta

from bot.journal import Journal
from bot.journal.entry import prepare, write_turns
from bot.journal.records import TurnRecord
from bot.journal.review import Filters, Judgement, Reason, Reviews, Verdict
from bot.journal.review.judging import judge
from retrieval.answer import Answer, Question, new_id

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = 400
USERS = 2000
AT_ONCE = 500
NOISE = random.Random(20261122)  # noqa: S311 - the same turns each time


def fill(journal: Journal, turns: int) -> None:
    """Write so many turns over the last days, judge some, and have readers speak."""
    vault = journal.vault()
    keyring, step = vault.keyring(), timedelta(days=DAYS) / turns
    for first in range(0, turns, AT_ONCE):
        made = [
            prepare(made_turn(journal, NOW - step * (turns - number)), keyring, journal.library)
            for number in range(first, min(first + AT_ONCE, turns))
        ]
        with vault.writing() as work:
            write_turns(work, made)
        if first % 10_000 == 0 and first:
            print(f"  {first:,} turns", file=sys.stderr, flush=True)
    reviews = Reviews(journal)
    _judge(reviews, Filters(), turns // 50)
    _judge(reviews, Filters(reason=Reason.SAMPLE), turns // 50)
    for item in reviews.search(Filters(), reviewer="ann", limit=200).items:
        journal.feedback(item.id, user_id=NOISE.randrange(USERS), useful=NOISE.random() < 0.7)
    if journal.database.engine().dialect.name == "postgresql":
        # A server does so by itself, some time after so much was written.
        from sqlalchemy import text

        engine = journal.database.engine().execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))


def _judge(reviews: Reviews, filters: Filters, turns: int) -> None:
    for reviewer in ("ann", "bob", "eve"):
        after = None
        while turns > 0:
            page = reviews.queue(filters, reviewer=reviewer, after=after, limit=200)
            turns, after = turns - len(page.items), page.after
            with reviews.journal.vault().writing() as work:
                for item in page.items:
                    verdict = NOISE.choices(list(Verdict), (70, 12, 8, 3, 4, 3))[0]
                    tags = ("units", "dates")[: NOISE.randrange(3)]
                    judgement = Judgement(verdict=verdict, version=item.version, tags=tags)
                    judge(work, item.id, judgement, reviewer=reviewer)
            if after is None:
                break


_TOPICS = (
    "tariff on cars", "tariff on copper", "critical minerals", "defence budget", "an ETF's fees",
    "the reciprocal tariff", "zinc and nickel", "rare earths", "semiconductors", "steel quotas",
)  # fmt: skip


def made_turn(journal: Journal, at: datetime) -> TurnRecord:
    """A made-up turn over the real documents, as long as real ones are."""
    assert journal.library is not None
    documents = sorted(journal.library, key=lambda one: one.id)
    japanese = NOISE.random() < 0.1
    topic = NOISE.choice(_TOPICS)
    words = f"{topic}の関税は何%ですか" if japanese else f"What is the tariff or rate of {topic}?"
    words = f"{words} {'zirconium' if NOISE.random() < 0.001 else ''}({NOISE.randrange(10**6)})"
    question = Question(question=words)
    user = min(int(NOISE.paretovariate(1)), USERS)
    outcome = NOISE.choices(("answered", "not_in_corpus", "declined", "failed"), (86, 8, 3, 3))[0]
    record = {
        "id": new_id(), "asked_at": at, "channel": "telegram", "user_id": user, "chat_id": user,
        "question": question,
    }  # fmt: skip
    if outcome == "failed":
        return TurnRecord.model_validate({**record, "error": "the model is away"})
    found = [documents[min(int(NOISE.paretovariate(0.7)), len(documents)) - 1] for _ in range(10)]
    cited = found[: 3 if outcome == "answered" else 0]
    quotes = [(one, one.body[100:340]) for one in cited]
    answer = Answer.model_validate(
        {
            "id": record["id"],
            "question_id": question.id,
            "question": words,
            "as_of": date(2026, 11, 22),
            "language": "ja" if japanese else "en",
            "outcome": outcome,
            "text": "\n".join(f"{q} [{n}]" for n, (_, q) in enumerate(quotes, 1)) or "Not here.",
            "claims": [{"text": q, "citations": [n]} for n, (_, q) in enumerate(quotes, 1)],
            "citations": [
                {
                    "number": number, "document_id": one.id, "title": one.title, "kind": one.kind,
                    "issuer": one.issuer, "section": "s", "published": one.published,
                    "status": one.status, "url": None, "quote": quote, "start": 100, "end": 340,
                }
                for number, (one, quote) in enumerate(quotes, 1)
            ],
            "passages": [
                {
                    "document_id": one.id, "section": "s", "start": 100, "end": 900,
                    "score": 1 / rank, "dense_rank": rank,
                    "keyword_rank": rank if rank % 2 else None,
                }
                for rank, one in enumerate(found, 1)
            ],
            "composer": NOISE.choice(("extractive", "openai:large")),
            "corpus_fingerprint": "f00d",
            "timings_ms": {"total": NOISE.lognormvariate(5, 0.6)},
        }
    )  # fmt: skip
    return TurnRecord.model_validate({**record, "answer": answer})
