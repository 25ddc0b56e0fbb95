"""A person is erased: their key is destroyed, and what stands unsealed goes with it.

Turns stay, as figures; nobody can read what they said, nor tell whose they were. Their links of the
chain hold, since those were made of the sealed texts.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from time import sleep

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
_TRIES, _PAUSE_S = 20, 0.05
"""How often, and after what rest, it is tried to clear SQLite's log while others read."""

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

    Files go first and the key last, so that what breaks off half-way is done by erasing again.
    Golden questions made of their turns go with them, since they repeat their words; what is to
    outlive a person is written anew, as a golden question in a file.
    """
    if vault.database.is_missing():
        return Erased()
    rewritten: list[str] = []
    left: list[str] = []
    seen: set[str] = set()
    with vault.reading() as work:
        key_id = pseudonym if owner is None else work.key_id(owner)
        known = key_id is not None and work.session.scalar(
            select(KeyRow.id).where(KeyRow.id == key_id)
        )
        exports, goldens = _exports(work), _goldens_of(work, key_id)
    if known and key_id is not None:
        _rewrite(exports, key_id, goldens, (rewritten, left, seen))
        with vault.writing() as work:
            # Who is writing a turn of theirs is waited for; who comes later makes a new key.
            work.session.execute(select(KeyRow.id).where(KeyRow.id == key_id).with_for_update())
            work.session.execute(delete(KeyRow).where(KeyRow.id == key_id))
            numbers = list(
                work.session.scalars(select(TurnRow.number).where(TurnRow.key_id == key_id))
            )
            _forget(work, numbers)
            exports, goldens = _exports(work), _goldens_of(work, key_id)
            work.note("erased", key_id, detail=json.dumps({"turns": len(numbers)}))
        # What was taken out meanwhile; later exports find nothing to read.
        _rewrite(exports, key_id, goldens, (rewritten, left, seen))
    else:
        numbers = []
    left += _tidy(vault)
    return Erased(turns=len(numbers), rewritten=tuple(rewritten), left=tuple(left))


def _exports(work: Work) -> dict[str, ExportedFile]:
    rows = work.session.execute(
        select(ExportRow.id, ExportRow.form, ExportRow.path, ExportRow.at, ExportRow.actor)
    )
    return {
        row.id: ExportedFile(form=row.form, path=row.path, at=row.at, actor=row.actor)
        for row in rows
    }


def _goldens_of(work: Work, key_id: str | None) -> set[str]:
    rows = work.session.scalars(select(GoldenRow.id).where(GoldenRow.key_id == key_id))
    return {stable_id(row_id) for row_id in rows}


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
    exports: dict[str, ExportedFile],
    key_id: str,
    goldens: set[str],
    told: tuple[list[str], list[str], set[str]],
) -> None:
    """Take a person out of the exports not yet seen; `told`: rewritten, out of reach, seen."""
    rewritten, left, seen = told
    for export_id, export in exports.items():
        if export_id in seen:
            continue
        seen.add(export_id)
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


def _tidy(vault: Vault) -> list[str]:
    """Have nothing of it linger in what the database has deleted but not yet overwritten.

    Returns:
        What could not be overwritten.
    """
    from bot.database.engine import writing

    engine = vault.database.engine()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in _VACUUMED:
                connection.execute(text(f"VACUUM {table}"))
        return []
    more = True
    while more:
        # In short transactions, since a bot may want to write.
        with writing(engine).begin() as connection:
            more = tidy_index(connection)
    for _ in range(_TRIES):
        with suppress(StorageError), engine.connect() as connection:
            # Pages of the log are overwritten only once nobody reads what was before.
            if not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
                return []
        sleep(_PAUSE_S)
    return [
        f"{vault.database.engine().url.database}-wal (somebody reads the journal; its key lingers "
        "there, sealed, until you erase once more or stop them)"
    ]
