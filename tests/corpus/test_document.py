from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus import Kind, Status, parse_document, read_document
from corpus.errors import DocumentError
from tests.documents import BODY, document_text, write_document


def test_a_document_is_read_with_its_front_matter_and_its_body_unaltered(tmp_path: Path) -> None:
    path = write_document(
        tmp_path, "copper", "\r\n# Kept\r\n", next_date="2026-12-31", next_event="x"
    )
    document = read_document(path)
    assert (document.id, document.kind, document.status) == (
        "copper",
        Kind.POLICY_BRIEF,
        Status.IN_FORCE,
    )
    assert (document.effective_from, document.effective_until) == (date(2025, 2, 1), None)
    assert (document.next_date, document.next_event) == (date(2026, 12, 31), "x")
    assert document.body == "\r\n# Kept\r\n"
    assert document.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_any_change_of_the_file_changes_the_digest() -> None:
    texts = (document_text("a"), document_text("a", BODY + " "), document_text("a", title="B"))
    assert len({parse_document(text, Path("a.md")).digest for text in texts}) == 3


def test_only_an_official_text_is_not_our_own_summary() -> None:
    for kind in Kind:
        document = parse_document(document_text("a", kind=kind.value), Path("a.md"))
        assert document.is_own_summary is (kind is not Kind.OFFICIAL_TEXT)


def test_the_address_is_the_official_one_or_the_first_that_a_source_has() -> None:
    sources = [
        {"title": "A", "publisher": "B", "date": None, "url": None},
        {"title": "A", "publisher": "B", "date": "2025-01-01", "url": "https://example.org/b"},
    ]
    texts = (
        document_text("a", sources=sources),
        document_text("a", sources=sources, official_url=None),
        document_text("a", sources=sources[:1], official_url=None),
    )
    assert [parse_document(text, Path("a.md")).url for text in texts] == [
        "https://example.org/measure",
        "https://example.org/b",
        None,
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "running"}, "status: Input should be 'in-force', 'amended'"),
        ({"published": "soon"}, "published: "),
        ({"colour": "red"}, "colour: unknown key; remove it or mend its spelling"),
        ({"title": " "}, "title: "),
        ({"title": "a\nb"}, "title: "),
        ({"id": "No Id"}, "id: "),
        ({"jurisdictions": ["usa"]}, "jurisdictions.0: "),
        ({"topics": []}, "topics: "),
        ({"sources": []}, "sources: "),
        ({"official_url": "javascript:x"}, "official_url: "),
        ({"next_date": "2026-12-31"}, "next_date and next_event: give both or neither"),
        ({"digest": "x"}, "unknown front-matter key 'digest'; remove it"),
        ({"status": "running", "topics": []}, "(and 1 more)"),
    ],
)
def test_front_matter_of_the_wrong_kind_is_told_with_its_key(
    changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(DocumentError) as error:
        parse_document(document_text("a", **changes), Path("a.md"))
    assert str(error.value).startswith("a.md: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_key_and_an_empty_body_are_told() -> None:
    text = document_text("a").replace("confidence: high\n", "")
    with pytest.raises(DocumentError, match=r"a\.md: confidence: missing; add it"):
        parse_document(text, Path("a.md"))
    with pytest.raises(DocumentError, match="the body is empty; write the text below"):
        parse_document(document_text("a", " \n"), Path("a.md"))
