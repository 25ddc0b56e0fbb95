"""How quick the journal is when it is large: python -m tests.bench.journal [--turns N]

Fills a journal on SQLite and one on PostgreSQL, then prints the median and the 95th percentile of
what reviewers' pages ask for, and what a write costs the bot alone and while reviewers read. Each
read page must stay below 300 ms at the 95th percentile, and a write must not take a tenth longer
while others read. Writes alone and writes meanwhile take turns, so that whatever else the machine
does troubles both alike.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from bot.journal import Journal
from bot.journal.entry import prepare, write_turns
from bot.journal.records import TurnRecord
from bot.journal.review import Filters, Judgement, Reason, Reviews, Verdict
from bot.journal.review.judging import judge
from corpus import Library
from retrieval.answer import Answer, Question, new_id
from retrieval.evaluation import percentile
from tests import postgresql
from tests.databases import new_database

KEY = "the key of a benchmark's journal, which nobody needs to keep"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = 400
USERS = 2000
AT_ONCE = 500
REPEATS = 30
WRITES = 20
ROUNDS = 25
LIMIT_MS = 300
_NOISE = random.Random(20261122)  # noqa: S311 - the same turns each time


def main() -> None:
    """Fill and measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--read", metavar="URL", help="read as reviewers do until killed")
    chosen = parser.parse_args()
    if chosen.read:
        _read_for_ever(chosen.read)
    library = Library.load()
    for name in ("sqlite", "postgresql"):
        if chosen.only in {None, name}:
            with _database(name) as url, Journal(url, key=KEY, library=library) as journal:
                _measure(name, url, journal, chosen.turns)


@contextmanager
def _database(name: str) -> Iterator[str]:
    if name == "sqlite":
        with tempfile.TemporaryDirectory(prefix="lodestone-bench-") as folder:
            yield f"sqlite:///{folder}/journal.db"
    elif postgresql.programs() is None:
        raise SystemExit("PostgreSQL is not installed")
    else:
        with postgresql.server() as server:
            yield new_database(server)


def _measure(name: str, url: str, journal: Journal, turns: int) -> None:
    began = time.perf_counter()
    _fill(journal, turns)
    print(f"\n{name}: {turns:,} turns, filled in {time.perf_counter() - began:.0f} s", flush=True)
    reviews = Reviews(journal, library=journal.library)
    for label, page in _pages(reviews).items():
        _print(label, _times(page, REPEATS), LIMIT_MS)
    alone: list[float] = []
    meanwhile: list[float] = []
    with _reader(url) as reader:
        for _ in range(ROUNDS):
            reader.send_signal(signal.SIGSTOP)
            alone += _times(lambda: _write(journal), WRITES)
            reader.send_signal(signal.SIGCONT)
            meanwhile += _times(lambda: _write(journal), WRITES)
    _print("a write, alone", alone)
    _print("a write, while reviewers read", meanwhile)
    for label, of in (("p50", _at(0.5)), ("p95", _at(0.95)), ("mean", statistics.fmean)):
        print(f"  {label} of a write while reviewers read: {of(meanwhile) / of(alone) - 1:+.1%}")


def _at(share: float) -> Callable[[list[float]], float]:
    return lambda taken: percentile(taken, share) or 0.0


def _pages(reviews: Reviews) -> dict[str, Callable[[], object]]:
    """What reviewers' pages ask for, by name."""
    first = reviews.queue(Filters(), reviewer="ann")
    deep = first
    for _ in range(8):
        deep = reviews.queue(Filters(), reviewer="ann", after=deep.after)
    item = first.items[0]
    cited = reviews.facets()["document"]
    common, rare = cited[0], cited[-1]
    year_ago, month_ago = NOW.date() - timedelta(days=365), NOW.date() - timedelta(days=30)

    def queue(**filters: object) -> Callable[[], object]:
        return lambda: reviews.queue(Filters.model_validate(filters), reviewer="ann")

    def search(after: str | None = None, **filters: object) -> Callable[[], object]:
        chosen = Filters.model_validate(filters)
        return lambda: reviews.search(chosen, reviewer="ann", after=after)

    return {
        "queue, first page": queue(),
        "queue, ninth page": lambda: reviews.queue(Filters(), reviewer="ann", after=deep.after),
        "queue, one reason": queue(reason=Reason.FAILED),
        "queue, words": queue(text="tariff"),
        "how many wait": lambda: reviews.waiting(reviewer="ann"),
        "progress of reviewers": reviews.progress,
        "a turn": lambda: reviews.detail(item.id, reviewer="ann"),
        "search, nothing asked": search(),
        "search, half way": search(after=str(item.number // 2)),
        "search, a common word": search(text="tariff"),
        "search, a rare word": search(text="zirconium"),
        "search, no such word": search(text="quokka"),
        "search, a phrase": search(text='"critical minerals"'),
        "search, Japanese": search(text="関税"),
        "search, words and verdict": search(text="tariff", verdict="wrong"),
        "search, words and a rare language": search(text="tariff", language="ja"),
        "search, verdict": search(verdict="wrong"),
        "search, tag": search(tag="units"),
        "search, document, common": search(document=common),
        "search, document, rare": search(document=rare),
        "search, user": search(user=item.user),
        "search, a day long ago": search(since=year_ago, until=year_ago),
        "search, all at once": search(
            text="tariff", verdict="unreviewed", language="en", composer="extractive",
            since=year_ago, document=common,
        ),
        "search, nothing fits": search(composer="nobody", outcome="answered"),
        "insights, all": reviews.insights,
        "insights, a year": lambda: reviews.insights(year_ago, NOW.date()),
        "insights, a month": lambda: reviews.insights(month_ago, NOW.date()),
        "filters to choose from": reviews.facets,
    }  # fmt: skip


def _times(run: Callable[[], object], repeats: int) -> list[float]:
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _print(label: str, taken: list[float], limit: float | None = None) -> None:
    p50, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
    over = "  OVER" if limit is not None and p95 is not None and p95 > limit else ""
    print(f"  {label:<36} p50 {p50:8.1f} ms   p95 {p95:8.1f} ms{over}", flush=True)


@contextmanager
def _reader(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of its own that reads as a few reviewers do, as `lodestone review` would."""
    command = [sys.executable, "-m", "tests.bench.journal", "--read", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        try:
            yield reader
        finally:
            reader.kill()


def _read_for_ever(url: str) -> None:
    """Four reviewers, each a page every two seconds."""
    with Journal(url, key=KEY, library=Library.load()) as journal:
        pages = list(_pages(Reviews(journal, library=journal.library)).values())
        print("ready", flush=True)
        while True:
            _NOISE.choice(pages)()
            time.sleep(0.5)


def _write(journal: Journal) -> None:
    turn = _turn(journal, NOW)
    if turn.answer is None:
        journal.record_failure(turn.question, "no", channel="telegram", user_id=turn.user_id)
    else:
        journal.record(turn.question, turn.answer, channel="telegram", user_id=turn.user_id)


def _fill(journal: Journal, turns: int) -> None:
    vault = journal.vault()
    keyring, step = vault.keyring(), timedelta(days=DAYS) / turns
    for first in range(0, turns, AT_ONCE):
        made = [
            prepare(_turn(journal, NOW - step * (turns - number)), keyring, journal.library)
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
        journal.feedback(item.id, user_id=_NOISE.randrange(USERS), useful=_NOISE.random() < 0.7)
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
                    verdict = _NOISE.choices(list(Verdict), (70, 12, 8, 3, 4, 3))[0]
                    tags = ("units", "dates")[: _NOISE.randrange(3)]
                    judgement = Judgement(verdict=verdict, version=item.version, tags=tags)
                    judge(work, item.id, judgement, reviewer=reviewer)
            if after is None:
                break


_TOPICS = (
    "tariff on cars", "tariff on copper", "critical minerals", "defence budget", "an ETF's fees",
    "the reciprocal tariff", "zinc and nickel", "rare earths", "semiconductors", "steel quotas",
)  # fmt: skip


def _turn(journal: Journal, at: datetime) -> TurnRecord:
    """A made-up turn over the real documents, as long as real ones are."""
    assert journal.library is not None
    documents = sorted(journal.library, key=lambda one: one.id)
    japanese = _NOISE.random() < 0.1
    topic = _NOISE.choice(_TOPICS)
    words = f"{topic}の関税は何%ですか" if japanese else f"What is the tariff or rate of {topic}?"
    words = f"{words} {'zirconium' if _NOISE.random() < 0.001 else ''}({_NOISE.randrange(10**6)})"
    question = Question(question=words)
    user = min(int(_NOISE.paretovariate(1)), USERS)
    outcome = _NOISE.choices(("answered", "not_in_corpus", "declined", "failed"), (86, 8, 3, 3))[0]
    record = {
        "id": new_id(), "asked_at": at, "channel": "telegram", "user_id": user, "chat_id": user,
        "question": question,
    }  # fmt: skip
    if outcome == "failed":
        return TurnRecord.model_validate({**record, "error": "the model is away"})
    found = [documents[min(int(_NOISE.paretovariate(0.7)), len(documents)) - 1] for _ in range(10)]
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
            "composer": _NOISE.choice(("extractive", "openai:large")),
            "corpus_fingerprint": "f00d",
            "timings_ms": {"total": _NOISE.lognormvariate(5, 0.6)},
        }
    )  # fmt: skip
    return TurnRecord.model_validate({**record, "answer": answer})


if __name__ == "__main__":
    main()
