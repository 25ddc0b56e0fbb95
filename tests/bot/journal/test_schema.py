from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateTable

import bot.journal.schema as journal_schema
from bot.database.tables import Base


@pytest.mark.parametrize(
    ("database", "number", "time"),
    [
        ("sqlite", "number INTEGER NOT NULL", "asked_at DATETIME NOT NULL"),
        (
            "postgresql",
            "number BIGSERIAL NOT NULL",
            "asked_at TIMESTAMP WITH TIME ZONE NOT NULL",
        ),
    ],
)
def test_the_tables_can_be_made_on_both_databases(database: str, number: str, time: str) -> None:
    dialect = make_url(f"{database}://").get_dialect()()
    made = "\n".join(
        str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables
    )

    assert number in made
    assert time in made
    assert "key_id VARCHAR NOT NULL" in made
    # Who somebody is stands nowhere but sealed, or hashed under a key.
    assert "user_id" not in made
    assert "chat_id" not in made
    assert '"end" INTEGER NOT NULL' in made


def test_every_table_is_named_as_the_journals() -> None:
    ours = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__ == journal_schema.__name__
    }
    assert ours
    assert {name.partition("_")[0] for name in ours} == {"journal"}
