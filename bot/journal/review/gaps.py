"""What people ask and the documents do not hold: unanswered questions, by meaning.

Questions are sorted in as they come, a bounded number at a time: each goes to the nearest gap whose
mean it is close enough to; those left over are grouped among themselves (average linkage). What is
kept is the vector of each question, and it goes when its person is erased.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select, update

from bot.journal.review.figures import Gap
from bot.journal.review.schema import GapMemberRow, GapRow, MarkRow
from bot.journal.rows import AnyRow, insert_or
from bot.journal.schema import ItemRow, PassageRow, TurnRow
from bot.journal.store import read_question
from bot.journal.vault import Vault, Work
from corpus.errors import JournalError
from retrieval.answer import Outcome

if TYPE_CHECKING:
    from retrieval.embedding import EmbeddingModel

_MARK = "gaps"
_CLOSE = 0.6
"""Cosine at which two questions are taken to ask the same; told apart on the golden questions."""

_EXAMPLES = 3
_LOOKED_AT = 25
"""Members of a gap that examples and documents are taken from, newest first."""

_MEANT = 1000
"""Members that a gap's mean is made of, the newest, however many there are."""

_MOST_GAPS = 5000
"""Gaps that a new question is held to, the newest first."""

Vectors = NDArray[np.float32]


def refresh_gaps(vault: Vault, model: EmbeddingModel, most: int) -> int:
    """Sort in at most so many questions; returns how many are left.

    The model works between transactions, so that nobody waits for it.
    """
    if vault.database.is_missing():
        return 0
    with vault.reading() as work:
        mark = _mark(work)
        rows = _unsorted(work, mark, most)
        work.load_keys({row.key_id for row in rows})
        asked = [(row, text) for row in rows if (text := _text(work, row)) is not None]
    if not rows:
        return 0
    vectors = [np.asarray(model.embed_query(text), dtype=np.float32) for _, text in asked]
    with vault.writing() as work:
        if _mark(work, to_change=True) == mark:
            _sort_in(work, [row for row, _ in asked], vectors, model.identity)
            _set_mark(work, rows[-1].number)
        return count_unclustered(work)


def count_unclustered(work: Work) -> int:
    """How many unanswered questions are not sorted in yet."""
    query = select(func.count()).where(
        ItemRow.outcome == Outcome.NOT_IN_CORPUS.value, ItemRow.turn_number > _mark(work)
    )
    return int(work.session.scalar(query) or 0)


def read_gaps(work: Work, limit: int) -> tuple[Gap, ...]:
    """The gaps with the most questions."""
    gaps = work.session.execute(
        select(GapRow.number, GapRow.count.label("members"), GapRow.first_at, GapRow.last_at)
        .order_by(GapRow.count.desc(), GapRow.number.desc())
        .limit(limit)
    ).all()
    return tuple(_gap(work, gap) for gap in gaps)


def forget_members(work: Work, turn_numbers: Sequence[int]) -> None:
    """Take turns out of their gaps; a gap left empty is gone, the others have another mean."""
    touched: set[int] = set()
    for first in range(0, len(turn_numbers), 500):
        chosen = GapMemberRow.turn_number.in_(turn_numbers[first : first + 500])
        touched.update(work.session.scalars(select(GapMemberRow.gap_number).where(chosen)))
        work.session.execute(delete(GapMemberRow).where(chosen))
    for number in sorted(touched):
        _count_again(work, number)


def _unsorted(work: Work, mark: int, most: int) -> Sequence[AnyRow]:
    return work.session.execute(
        select(TurnRow.number, TurnRow.id, TurnRow.key_id, TurnRow.question_sealed)
        .add_columns(TurnRow.asked_at)
        .join(ItemRow, ItemRow.turn_number == TurnRow.number)
        .where(ItemRow.outcome == Outcome.NOT_IN_CORPUS.value, ItemRow.turn_number > mark)
        .order_by(ItemRow.turn_number)
        .limit(most)
    ).all()


def _text(work: Work, row: AnyRow) -> str | None:
    try:
        read = read_question(work, row)
    except JournalError:
        return None
    return None if read is None else read[0].text


def _sort_in(work: Work, rows: Sequence[AnyRow], vectors: Sequence[Vectors], model: str) -> None:
    known = work.session.execute(
        select(GapRow.number, GapRow.centroid)
        .where(GapRow.model == model)
        .order_by(GapRow.number.desc())
        .limit(_MOST_GAPS)
    ).all()
    means = np.stack([_vector(row.centroid) for row in known]) if known else None
    members: dict[int, list[int]] = {}
    left: list[int] = []
    for index, vector in enumerate(vectors):
        likeness = means @ vector if means is not None else np.zeros(1, dtype=np.float32)
        nearest = int(np.argmax(likeness))
        if means is not None and float(likeness[nearest]) >= _CLOSE:
            members.setdefault(known[nearest].number, []).append(index)
        else:
            left.append(index)
    for group in _grouped([vectors[index] for index in left]):
        number = work.session.scalar(
            insert(GapRow).returning(GapRow.number),
            {
                "count": 0,
                "first_at": work.now,
                "last_at": work.now,
                "model": model,
                "centroid": vectors[left[group[0]]].tobytes(),
            },
        )
        assert number is not None  # noqa: S101 - an insert that returns nothing has raised
        members[number] = [left[index] for index in group]
    for number, indices in members.items():
        work.session.execute(
            insert(GapMemberRow),
            [
                {
                    "turn_number": rows[index].number,
                    "gap_number": number,
                    "vector": vectors[index].tobytes(),
                }
                for index in indices
            ],
        )
        _count_again(work, number)


def _grouped(vectors: Sequence[Vectors]) -> list[list[int]]:
    """Indices of vectors that are close to one another, on average."""
    if len(vectors) < 2:
        return [[index] for index in range(len(vectors))]
    # It takes a second to load, and only where there is something to group.
    from sklearn.cluster import AgglomerativeClustering

    labels = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=1 - _CLOSE
    ).fit_predict(np.stack(vectors))
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        groups.setdefault(int(label), []).append(index)
    return list(groups.values())


def _count_again(work: Work, number: int) -> None:
    of_gap = GapMemberRow.gap_number == number
    told: AnyRow = work.session.execute(
        select(func.count(), func.min(ItemRow.asked_at), func.max(ItemRow.asked_at))
        .join(GapMemberRow, ItemRow.turn_number == GapMemberRow.turn_number)
        .where(of_gap)
    ).one()
    count, first_at, last_at = told
    if not count:
        work.session.execute(delete(GapRow).where(GapRow.number == number))
        return
    newest = select(GapMemberRow.vector).where(of_gap).order_by(GapMemberRow.turn_number.desc())
    vectors = work.session.scalars(newest.limit(_MEANT)).all()
    mean = np.stack([_vector(vector) for vector in vectors]).mean(axis=0)
    length = float(np.linalg.norm(mean)) or 1.0
    work.session.execute(
        update(GapRow)
        .where(GapRow.number == number)
        .values(
            count=count,
            first_at=first_at,
            last_at=last_at,
            centroid=(mean / length).astype(np.float32).tobytes(),
        )
    )


def _gap(work: Work, gap: AnyRow) -> Gap:
    rows = work.session.execute(
        select(TurnRow.number, TurnRow.id, TurnRow.key_id, TurnRow.question_sealed)
        .join(GapMemberRow, GapMemberRow.turn_number == TurnRow.number)
        .where(GapMemberRow.gap_number == gap.number)
        .order_by(TurnRow.number.desc())
        .limit(_LOOKED_AT)
    ).all()
    examples = [(row.id, text) for row in rows if (text := _text(work, row)) is not None]
    shown = list({text: turn_id for turn_id, text in reversed(examples)}.items())[::-1]
    nearest = work.session.scalars(
        select(PassageRow.document_id).where(
            PassageRow.turn_number.in_([row.number for row in rows]), PassageRow.rank == 1
        )
    )
    documents = [name for name, _ in Counter(nearest).most_common(_EXAMPLES)]
    return Gap(
        number=gap.number,
        count=gap.members,
        first_at=gap.first_at,
        last_at=gap.last_at,
        examples=tuple(text for text, _ in shown[:_EXAMPLES]),
        turn_ids=tuple(turn_id for _, turn_id in shown[:_EXAMPLES]),
        documents=tuple(documents),
    )


def _vector(kept: bytes) -> Vectors:
    return np.frombuffer(kept, dtype=np.float32)


def _mark(work: Work, *, to_change: bool = False) -> int:
    query = select(MarkRow.value).where(MarkRow.name == _MARK)
    return work.session.scalar(query.with_for_update() if to_change else query) or 0


def _set_mark(work: Work, value: int) -> None:
    made = insert_or(MarkRow, sqlite_wanted=work.is_sqlite)
    work.session.execute(
        made.values(name=_MARK, value=value).on_conflict_do_update(
            index_elements=["name"], set_={"value": value}
        )
    )
