"""One process that holds one system and times it question by question, on request.

Each system gets a process of its own, so that neither sees the other's threads, caches or memory.
The bench asks the two in turn: `python -m tests.bench.worker lodestone|plain`. A request is a JSON
line on stdin, `{"ask": Question}` or `{"memory": true}`; the reply is a JSON line on stdout.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from corpus import Library
from retrieval.answer import Question, parse_question

PLAIN_FOLDER = Path("var/bench")

Asker = Callable[[Question], object]


def open_lodestone() -> Asker:
    """The whole chain, from question to checked answer, with the settings of the environment."""
    from bot.settings import load_settings
    from retrieval.chain import build_chain
    from retrieval.evaluation import latest_check

    settings = load_settings()
    library = Library.load(settings.corpus)
    day = latest_check(library)
    return build_chain(settings.configuration(), library=library, today=lambda: day).invoke


def open_plain() -> Asker:
    """The plain stack's retrieval of five chunks. It answers nothing."""
    from tests.bench.plain_stack import build_index, find, open_index

    index = open_index(build_index(PLAIN_FOLDER, Library.load()))
    return lambda question: find(index, question.question)


OPENERS = {"lodestone": open_lodestone, "plain": open_plain}


def memory() -> dict[str, float]:
    """Peak and present resident memory of this process in MiB, as Linux tells it."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {key: int(fields[key].split()[0]) / 1024 for key in ("VmHWM", "VmRSS")}


def reply_to(request: dict[str, Any], ask: Asker) -> dict[str, float]:
    """Do what a request asks for."""
    if "memory" in request:
        return memory()
    question = parse_question(request["ask"])
    begin = perf_counter()
    ask(question)
    return {"ms": (perf_counter() - begin) * 1000}


def main() -> None:
    """Serve requests until stdin ends."""
    begin = perf_counter()
    ask = OPENERS[sys.argv[1]]()
    print(json.dumps({"opened_s": perf_counter() - begin}), flush=True)
    for line in sys.stdin:
        print(json.dumps(reply_to(json.loads(line), ask)), flush=True)


if __name__ == "__main__":
    main()
