"""Full-text search without text: the index holds keyed hashes of words, in their order.

Words are those the keyword search counts (`retrieval/terms.py`): English stems, whole figures,
pairs of Japanese characters. Each database's own full-text search does the rest, so that both find
the same. What is lost: the beginning of a word is not found by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, column, delete, literal_column, table, text
from sqlalchemy.orm import Session

from bot.journal.keys import Keyring
from bot.journal.rows import AnySelect

LONGEST_INDEXED = 30_000
"""Characters of a turn that are indexed; the longest answers are a tenth of it."""

_SQLITE_INSERT = text("INSERT INTO journal_fts (rowid, terms) VALUES (:number, :terms)")
_POSTGRESQL_INSERT = text(
    "INSERT INTO journal_fts (turn_number, terms) VALUES (:number, CAST(:terms AS tsvector))"
)
_MOST_POSITIONS = 16_000
"""PostgreSQL counts no further than 16,383 within one text."""

_PIECE = re.compile(r'"([^"]*)"|(\S+)')
_FTS = table("journal_fts", column("rowid"), column("turn_number"), column("terms"))


def index_turn(session: Session, keyring: Keyring, number: int, texts: Iterable[str]) -> None:
    """Make a turn findable by the words of these texts."""
    found = _hashes(keyring, "\n".join(texts)[:LONGEST_INDEXED])
    if _is_sqlite(session):
        terms, insert = " ".join(found), _SQLITE_INSERT
    else:
        places = enumerate(found[:_MOST_POSITIONS], start=1)
        terms, insert = " ".join(f"{word}:{place}" for place, word in places), _POSTGRESQL_INSERT
    session.execute(insert, {"number": number, "terms": terms})


def forget_turns(session: Session, numbers: Iterable[int]) -> None:
    """Take turns out of the index."""
    key = _FTS.c.rowid if _is_sqlite(session) else _FTS.c.turn_number
    chosen = list(numbers)
    for first in range(0, len(chosen), 500):
        session.execute(delete(_FTS).where(key.in_(chosen[first : first + 500])))


def tidy_index(connection: Connection, pages: int = 500) -> bool:
    """Rewrite some of SQLite's index so that what was taken out is gone; whether more is left."""
    before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    connection.exec_driver_sql(
        "INSERT INTO journal_fts (journal_fts, rank) VALUES ('merge', ?)", (-pages,)
    )
    after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    # SQLite's manual: fewer than two changes mean that there was nothing left to do.
    return int(after) - int(before) >= 2


def matching(
    query: AnySelect, session: Session, keyring: Keyring, words: str, number: str
) -> AnySelect | None:
    """Narrow a query to turns that hold all the words; None: there is nothing to look for.

    Args:
        query: of a table with the turn's number.
        session: whose database is asked.
        keyring: the words' key.
        words: what a person typed; "in quotes": in this order.
        number: the SQL name of the turn's number, as `journal_items.turn_number`.
    """
    phrases = [_hashes(keyring, quoted or plain) for quoted, plain in _PIECE.findall(words)]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return None
    if _is_sqlite(session):
        wanted = " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
        clause = "journal_fts.terms MATCH :wanted"
        key = "journal_fts.rowid"
    else:
        wanted = " & ".join(f"({' <-> '.join(phrase)})" for phrase in phrases)
        clause = "journal_fts.terms @@ CAST(:wanted AS tsquery)"
        key = "journal_fts.turn_number"
    return query.join(_FTS, literal_column(key) == literal_column(number)).where(
        text(clause).bindparams(bindparam("wanted", wanted))
    )


def _hashes(keyring: Keyring, words: str) -> list[str]:
    from retrieval.terms import terms

    return [keyring.word(word) for word in terms(words)]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
