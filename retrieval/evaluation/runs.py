"""One evaluation from first question to figures, and the runs that were stored before."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from corpus import Library
from corpus.errors import LodestoneError, StorageError
from retrieval.answer import Answer, Question
from retrieval.evaluation.figures import Figures, compute, compute_by_tag
from retrieval.evaluation.golden import GoldenSet
from retrieval.evaluation.scoring import Score, score_answer, score_error

LODESTONE = "lodestone"
PLAIN_STACK = "plain-langchain"


class Run(BaseModel):
    """The figures of one evaluation, and the scores they come from.

    Attributes:
        system: what was evaluated: `lodestone`, or the peer it is measured against.
        started: when, in UTC.
        questions_file: name of the question file.
        questions_digest: sha256 of the questions; runs are compared where it is the same.
        as_of: the day that undated questions were asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    system: str
    started: AwareDatetime
    questions_file: str
    questions_digest: str
    questions: int
    as_of: date
    corpus_fingerprint: str
    figures: Figures
    tags: dict[str, Figures]
    scores: tuple[Score, ...]


def latest_check(library: Library) -> date:
    """The newest day on which any document was checked.

    The day an evaluation speaks for by default, so that figures do not drift with the calendar.
    """
    return max(document.checked for document in library)


def ask_all(
    golden: GoldenSet,
    ask: Callable[[Question], Answer],
    library: Library,
    clock: Callable[[], float],
) -> Iterator[Score]:
    """Ask each question and score the answer, in the order of the file.

    A question that ends in an error we know scores as wholly wrong; the others go on.

    Args:
        golden: the questions.
        ask: from question to answer, such as a chain's `invoke`.
        library: the documents that quotes are held to.
        clock: seconds, from any start; for latency.
    """
    for question in golden.questions:
        begin = clock()
        try:
            answer = ask(question.as_question())
        except LodestoneError as error:
            yield score_error(question, str(error))
            continue
        yield score_answer(question, answer, library, (clock() - begin) * 1000)


def summarise(
    golden: GoldenSet,
    scores: Sequence[Score],
    *,
    system: str = LODESTONE,
    started: AwareDatetime,
    as_of: date,
    corpus_fingerprint: str,
) -> Run:
    """The run that these scores make."""
    return Run(
        system=system,
        started=started,
        questions_file=golden.name,
        questions_digest=golden.digest,
        questions=len(golden.questions),
        as_of=as_of,
        corpus_fingerprint=corpus_fingerprint,
        figures=compute(scores),
        tags=compute_by_tag(scores),
        scores=tuple(scores),
    )


def save_run(run: Run, folder: Path) -> Path:
    """Store a run as one JSON file, whole or not at all, and return where.

    Raises:
        StorageError: the disk is full or the folder cannot be written.
    """
    name = f"{run.started:%Y%m%dT%H%M%S%f}-{run.system}-{run.questions_digest[:12]}.json"
    scratch: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=folder, suffix=".part", delete=False
        ) as file:
            scratch = Path(file.name)
            file.write(run.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(folder / name)
    except OSError as error:
        raise StorageError(
            f"{folder}: the run cannot be stored ({error.strerror or error}); "
            "make room or use --no-save"
        ) from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
    return folder / name


def last_run(folder: Path, questions_digest: str, system: str = LODESTONE) -> Run | None:
    """The newest stored run of these questions; files that cannot be read are passed over."""
    for path in sorted(folder.glob(f"*-{system}-{questions_digest[:12]}.json"), reverse=True):
        try:
            run = Run.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError):
            continue
        if run.questions_digest == questions_digest and run.system == system:
            return run
    return None
