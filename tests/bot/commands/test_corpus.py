from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Library
from tests.bot.conftest import Lodestone
from tests.documents import BODY, write_document


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of one document."""
    folder = tmp_path / "corpus"
    write_document(folder, "copper", title='One "measure" on [bold]copper')
    monkeypatch.setenv("LODESTONE_CORPUS", str(folder))
    return folder


def test_the_list_has_a_line_a_document_for_a_pipe(corpus: Path, lodestone: Lodestone) -> None:
    ran = lodestone("corpus", "list")
    assert ran.status == 0
    assert ran.out == 'copper\tin-force\t2025-01-10\tOne "measure" on [bold]copper\n'


def test_the_packaged_corpus_is_listed_whole(lodestone: Lodestone, library: Library) -> None:
    assert len(lodestone("corpus", "list").out.splitlines()) == len(library)


def test_a_document_is_shown_with_what_it_is_and_what_it_is_not(
    corpus: Path, lodestone: Lodestone
) -> None:
    lines = lodestone("corpus", "show", "copper").out.splitlines()
    assert lines[:4] == [
        'One "measure" on [bold]copper',
        "policy-brief, A ministry",
        "our own summary, not the official text",
        "status: in-force, checked 2026-11-22",
    ]
    assert "applies from: 2025-02-01, until: no end known" in lines
    assert "official address: https://example.org/measure" in lines


def test_the_body_comes_byte_for_byte(corpus: Path, lodestone: Lodestone) -> None:
    assert lodestone("corpus", "show", "copper", "--body").out == BODY


def test_an_unknown_document_is_one_line_with_the_nearest_id(
    corpus: Path, lodestone: Lodestone
) -> None:
    ran = lodestone("corpus", "show", "coper")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "lodestone: no document 'coper': did you mean 'copper'? See: lodestone corpus list\n"
    )


def test_control_characters_in_a_document_do_not_reach_the_terminal(
    corpus: Path, lodestone: Lodestone
) -> None:
    write_document(corpus, "evil", "\x1b[2J text\n", title="a\u202eb\x1b[31m")
    for command in (("list",), ("show", "evil"), ("check",)):
        ran = lodestone("corpus", *command)
        assert not any(c in ran.out + ran.err for c in "\x1b\u202e")


def test_a_sound_corpus_passes_the_check(corpus: Path, lodestone: Lodestone) -> None:
    ran = lodestone("corpus", "check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "1 documents and 0 claims: no problem found.\n"


def test_each_problem_is_a_line_and_the_status_tells(corpus: Path, lodestone: Lodestone) -> None:
    write_document(corpus, "tin", topics=["tinn"])
    ran = lodestone("corpus", "check")
    assert ran.status == 1
    assert ran.out.startswith("tin.md: unknown topic 'tinn'")
    assert ran.err == f"1 problem in {corpus}\n"


def test_a_missing_corpus_is_one_line(
    lodestone: Lodestone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LODESTONE_CORPUS", str(tmp_path / "none"))
    ran = lodestone("corpus", "list")
    assert ran.status == 1
    assert ran.err == (
        f"lodestone: no corpus folder at {tmp_path}/none: "
        "set LODESTONE_CORPUS to a folder of documents\n"
    )
