"""Run the golden questions in the background: one run at a time, of a bounded number."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from corpus.errors import LodestoneError, UsageError

if TYPE_CHECKING:
    from bot.journal.review import Reviews
    from corpus import Library
    from retrieval.answer import Answer, Question
    from retrieval.evaluation import GoldenQuestion
    from retrieval.evaluation.scoring import Score

_log = logging.getLogger(__name__)

MOST = 1000
"""Questions of one run; more are asked with `lodestone eval`."""

Ask = Callable[["Question"], "Answer"]


class State(BaseModel):
    """How far a run has come. `trouble`: why the last one ended early."""

    model_config = ConfigDict(frozen=True)

    running: bool = False
    done: int = 0
    total: int = 0
    trouble: str | None = None


class Evaluator:
    """Asks the golden questions in a thread of its own. Safe to share among threads.

    Args:
        reviews: where the golden questions are, and where the run is kept.
        library: the documents that quotes are held to.
        ask: makes what answers, for a day; called in the thread, at the first run, since it loads
            models and may build an index.
        day: the day that undated questions are asked for.
    """

    def __init__(
        self,
        reviews: Reviews,
        library: Library,
        ask: Callable[[Callable[[], date]], Ask],
        day: date,
    ) -> None:
        self._reviews = reviews
        self._library = library
        self._make = ask
        self._day = day
        self._ask: Ask | None = None
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._state = State()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> State:
        """How far the run has come."""
        return self._state

    def start(self, actor: str) -> bool:
        """Begin a run in the name of a reviewer; False: one is under way.

        Raises:
            UsageError: there is nothing to ask, or too much.
        """
        from retrieval.evaluation import GoldenSet

        with self._lock:
            if self._state.running:
                return False
            questions = tuple(self._reviews.golden_questions())
            if not 0 < len(questions) <= MOST:
                raise UsageError(
                    "there is no golden question to ask: promote a turn first"
                    if not questions
                    else f"{len(questions)} questions are more than the {MOST} of a run from here: "
                    "export them and use lodestone eval"
                )
            golden = GoldenSet(name="reviewed", questions=questions)
            self._state = State(running=True, total=len(questions))
            self._thread = threading.Thread(
                target=self._run, args=(golden, actor), name="evaluation", daemon=True
            )
            self._thread.start()
            return True

    def try_one(self, golden: GoldenQuestion) -> tuple[Score, str | None]:
        """Ask one question now, outside of any run; nothing of it is kept.

        Returns:
            How right the answer is, and its text; None: there was none.
        """
        from retrieval.evaluation.scoring import score_answer, score_error

        try:
            answer = self._asking()(golden.as_question())
        except LodestoneError as error:
            return score_error(golden, str(error)), None
        return score_answer(golden, answer, self._library), answer.text

    def stop(self, seconds: float = 5.0) -> None:
        """End a run after the question it is at; nothing of it is kept."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _asking(self) -> Ask:
        with self._making:
            if self._ask is None:
                self._ask = self._make(lambda: self._day)
            return self._ask

    def _run(self, golden: object, actor: str) -> None:
        try:
            trouble = self._conduct(golden, actor)
        except LodestoneError as error:
            trouble = str(error)
        except Exception:
            _log.exception("the evaluation failed")
            trouble = "the evaluation failed; the log says why"
        self._state = State(trouble=trouble)

    def _conduct(self, golden: object, actor: str) -> str | None:
        from retrieval.evaluation import GoldenSet, ask_all, summarise

        assert isinstance(golden, GoldenSet)  # noqa: S101 - tells the type
        ask = self._asking()
        started, scores = datetime.now(UTC), []
        for score in ask_all(golden, ask, self._library, perf_counter):
            if self._stopping.is_set():
                return "stopped"
            scores.append(score)
            self._state = self._state.model_copy(update={"done": len(scores)})
        run = summarise(
            golden,
            scores,
            started=started,
            as_of=self._day,
            corpus_fingerprint=self._library.fingerprint,
        )
        self._reviews.record_run(run, actor=actor)
        return None
