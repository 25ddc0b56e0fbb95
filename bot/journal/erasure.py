"""A person is erased: their key is destroyed, and what stands unsealed goes with it.

Turns stay, as figures; nobody can read what they said, nor tell whose they were. Their links of the
chain hold, since those were made of the sealed texts.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, select, text, update

from bot.journal.export.files import ExportedFile, take_out
from bot.journal.review.gaps import forget_members
from bot.journal.review.goldens import stable_id
from bot.journal.review.records import State
from bot.journal.review.schema import DraftRow, GoldenRow
from bot.journal.schema import ExportRow, ItemRow, KeyRow, TurnRow
from bot.journal.vault import Vault, Work
from bot.journal.words import forget_turns, tidy_index
from corpus.errors import LodestoneError, StorageError

_AT_ONCE = 500
_VACUUMED = ("journal_keys", "journal_fts", "journal_drafts", "journal_gap_members")


class Erased(BaseModel):
    """What an erasure did.

    Attributes:
        turns: how many turns can no longer be read.
        rewritten: exported files that the turns were taken out of.
        left: exports that are out of reach, told so that a person can see to them.
    """

    model_config = ConfigDict(frozen=True)

    turns: int = 0
    rewritten: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def erase(vault: Vault, *, owner: str | None = None, pseudonym: str | None = None) -> Erased:
    """Erase one person, told by who they are or by their pseudonym; one not known is erased.

    Erased again after a failure, what was left to do is done.
    """
    if vault.database.is_missing():
        return Erased()
    with vault.writing() as work:
        key_id = pseudonym if owner is None else work.key_id(owner)
        known = key_id is not None and work.session.scalar(
            # Who is writing a turn of theirs is waited for; who comes later makes a new key.
            select(KeyRow.id).where(KeyRow.id == key_id).with_for_update()
        )
        if not known or key_id is None:
            return Erased()
        work.session.execute(delete(KeyRow).where(KeyRow.id == key_id))
        numbers = list(work.session.scalars(select(TurnRow.number).where(TurnRow.key_id == key_id)))
        _forget(work, numbers)
        goldens = {
            stable_id(row_id)
            for row_id in work.session.scalars(
                select(GoldenRow.id).where(GoldenRow.key_id == key_id)
            )
        }
        exports = [
            ExportedFile(form=row.form, path=row.path, at=row.at, actor=row.actor)
            for row in work.session.execute(
                select(ExportRow.form, ExportRow.path, ExportRow.at, ExportRow.actor)
            )
        ]
        work.note("erased", key_id, detail=json.dumps({"turns": len(numbers)}))
    rewritten, left = _rewrite(exports, key_id, goldens)
    _tidy(vault)
    return Erased(turns=len(numbers), rewritten=tuple(rewritten), left=tuple(left))


def _forget(work: Work, numbers: list[int]) -> None:
    forget_turns(work.session, numbers)
    forget_members(work, numbers)
    for first in range(0, len(numbers), _AT_ONCE):
        chosen = numbers[first : first + _AT_ONCE]
        work.session.execute(delete(DraftRow).where(DraftRow.turn_number.in_(chosen)))
        work.session.execute(
            update(ItemRow)
            .where(ItemRow.turn_number.in_(chosen))
            .values(
                state=State.ERASED.value,
                urgency=0,
                assigned_to=None,
                leased_by=None,
                leased_until=None,
            )
        )


def _rewrite(
    exports: list[ExportedFile], key_id: str, goldens: set[str]
) -> tuple[list[str], list[str]]:
    rewritten, left = [], []
    for export in exports:
        if export.path is None:
            left.append(f"what {export.actor} took out on {export.at:%Y-%m-%d} ({export.form})")
            continue
        if not Path(export.path).exists():
            left.append(f"{export.path} (moved or deleted since {export.at:%Y-%m-%d})")
            continue
        try:
            if take_out(export, key_id, goldens):
                rewritten.append(export.path)
        except (LodestoneError, OSError, ValueError) as error:
            left.append(f"{export.path} ({error})")
    return rewritten, left


def _tidy(vault: Vault) -> None:
    """Have nothing of it linger in what the database has deleted but not yet overwritten."""
    from bot.database.engine import writing

    engine = vault.database.engine()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in _VACUUMED:
                connection.execute(text(f"VACUUM {table}"))
        return
    more = True
    while more:
        # In short transactions, since a bot may want to write.
        with writing(engine).begin() as connection:
            more = tidy_index(connection)
    with suppress(StorageError), engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
