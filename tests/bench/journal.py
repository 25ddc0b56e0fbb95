"""How quick the journal is when it is large: python -m tests.bench.journal [--turns N]

Fills a journal on SQLite and one on PostgreSQL, then prints the median and the 95th percentile of
what reviewers' pages ask for, and what a write costs the bot alone and while reviewers read. Each
read page must stay below 300 ms at the 95th percentile, and a write must not take a tenth longer
while others read. Writes alone and writes meanwhile take turns, so that whatever else the machine
does troubles both alike.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from bot.journal import Journal
from bot.journal.review import Filters, Reason, Reviews
from corpus import Library
from retrieval.evaluation import percentile
from tests import postgresql
from tests.bench.journal_turns import NOISE, NOW, fill, made_turn
from tests.databases import new_database

KEY = "the key of a benchmark's journal, which nobody needs to keep"
REPEATS = 30
WRITES = 20
ROUNDS = 25
LIMIT_MS = 300


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
    fill(journal, turns)
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
            NOISE.choice(pages)()
            time.sleep(0.5)


def _write(journal: Journal) -> None:
    turn = made_turn(journal, NOW)
    if turn.answer is None:
        journal.record_failure(turn.question, "no", channel="telegram", user_id=turn.user_id)
    else:
        journal.record(turn.question, turn.answer, channel="telegram", user_id=turn.user_id)


if __name__ == "__main__":
    main()
