from __future__ import annotations

from pathlib import Path

import pytest

import retrieval.embedding
from tests.bot.conftest import Lodestone
from tests.documents import write_document
from tests.embeddings import HashedNgrams


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of two documents and a new HOME, with a model that takes no time."""
    folder = tmp_path / "corpus"
    for name in ("copper", "tin"):
        write_document(folder, name)
    monkeypatch.setenv("LODESTONE_CORPUS", str(folder))
    monkeypatch.setenv("LODESTONE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(retrieval.embedding, "load_embedding", lambda *_: HashedNgrams())
    return folder


def test_the_report_says_what_changed(corpus: Path, lodestone: Lodestone) -> None:
    first = lodestone("index")
    assert (first.status, first.err) == (0, "")
    assert first.out == "The index holds 2 documents in 2 passages.\n2 added: copper, tin.\n"
    write_document(corpus, "tin", "Tin pays 5%.\n")
    write_document(corpus, "zinc")
    (corpus / "copper.md").unlink()
    assert lodestone("index").out == (
        "The index holds 2 documents in 2 passages.\n"
        "1 added: zinc.\n1 changed: tin.\n1 removed: copper.\n"
    )
    assert lodestone("index").out == "The index is up to date: 2 documents in 2 passages.\n"
    assert lodestone("index", "--rebuild").out == (
        "The index holds 2 documents in 2 passages.\nBuilt anew: asked for.\n"
    )


def test_many_documents_are_counted_instead_of_named(corpus: Path, lodestone: Lodestone) -> None:
    for number in range(8):
        write_document(corpus, f"a{number}")
    assert "10 added: a0, a1, a2, a3, a4 and 5 more." in lodestone("index").out


def test_a_damaged_index_is_built_anew_and_said_so(
    corpus: Path, lodestone: Lodestone, tmp_path: Path
) -> None:
    lodestone("index")
    root = tmp_path / "home" / "index"
    damaged = root / (root / "current").read_text()
    (damaged / "sentences.npy").write_bytes(b"")
    ran = lodestone("index")
    assert ran.status == 0
    assert f"Built anew: the index at {damaged} is damaged in sentences.npy." in ran.out


def test_a_document_that_cannot_be_read_is_left_out_and_named(
    corpus: Path, lodestone: Lodestone
) -> None:
    (corpus / "bad.md").write_bytes(b"\xff")
    ran = lodestone("index")
    assert ran.status == 0
    assert ran.err == (
        f"lodestone: left out: {corpus}/bad.md: not UTF-8 text (invalid start byte); "
        "save it as UTF-8\n"
    )


def test_a_home_that_cannot_be_written_is_one_line(
    corpus: Path, lodestone: Lodestone, tmp_path: Path
) -> None:
    (tmp_path / "home").write_bytes(b"")
    ran = lodestone("index")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        f"lodestone: the index cannot be written below {tmp_path}/home/index (Not a directory): "
        "free some space or set LODESTONE_HOME to a folder that can be written\n"
    )
