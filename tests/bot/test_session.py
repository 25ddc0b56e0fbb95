from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.session import Session
from corpus.errors import JournalError, LodestoneError, ModelError, StorageError
from retrieval.answer import Answer, Question

QUESTION = Question(question="What tariff applies to copper?")


class Failing:
    """A chain that cannot answer."""

    def __init__(self, error: LodestoneError) -> None:
        self.error = error

    def invoke(self, question: Question) -> Answer:
        raise self.error


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    with Session.open() as opened:
        yield opened


def test_a_question_that_fails_is_noted_with_the_reason_and_its_channel(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "chain", Failing(ModelError("the weights are gone")))
    with pytest.raises(ModelError):
        session.answer(QUESTION, channel="batch")
    (listed,) = session.journal.turns()
    turn = session.journal.turn(listed.id)
    assert (turn.channel, turn.error) == ("batch", "the weights are gone")


@pytest.mark.parametrize(
    ("error", "lines"), [(ModelError("no model"), 1), (StorageError("no room"), 0)]
)
def test_a_failure_that_cannot_be_noted_says_so_unless_the_disk_is_the_reason(
    session: Session,
    error: LodestoneError,
    lines: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise JournalError("the journal is damaged")

    monkeypatch.setattr(session, "chain", Failing(error))
    monkeypatch.setattr(session.journal, "record_failure", refuse)
    with pytest.raises(type(error)):
        session.answer(QUESTION, channel="terminal")
    assert capsys.readouterr().err.count("the journal is damaged") == lines


def test_documents_left_out_are_named_at_the_start(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.documents import write_document

    write_document(tmp_path / "corpus", "copper")
    (tmp_path / "corpus" / "bad.md").write_bytes(b"\xff")
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "corpus"))
    with Session.open() as session:
        assert len(session.library) == 1
    assert capsys.readouterr().err.startswith(f"lodestone: left out: {tmp_path}/corpus/bad.md: not")
