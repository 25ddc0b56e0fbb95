from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Library, check_corpus
from tests.documents import write_document

ARTICLE = "# The article\n\n- Copper pays 50%.\n"
CLAIM = {
    "id": "c1",
    "claim": "Copper pays half.",
    "quote": "Copper pays 50%.",
    "article_reference": "null",
    "standing": "holds",
    "since": "null",
    "summary": "It does.",
}


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in check_corpus(Library.load(folder))]


def write_ledger(
    folder: Path, *claims: dict[str, str], document: str = "a", quote: str = "Copper"
) -> None:
    lines = []
    for claim in claims:
        rows = [f"{key}: {value}" for key, value in (CLAIM | claim).items()]
        lines.append("- " + "\n  ".join(rows))
        lines.append(f"  evidence:\n    - {{document: {document}, quote: {quote}}}")
    (folder / "claims.yaml").write_text("\n".join(lines), encoding="utf-8")


def test_the_packaged_corpus_has_no_problem(library: Library) -> None:
    assert [str(problem) for problem in check_corpus(library)] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"id": "b"}, ["id 'b' differs from the file's name 'a'"]),
        ({"kind": "timeline"}, ["kind is 'timeline', but the file's name says otherwise"]),
        ({"topics": ["copper", "coper"]}, ["unknown topic 'coper'"]),
        (
            {"status": "expired", "effective_until": "2025-01-01"},
            ["effective_until 2025-01-01 comes before effective_from 2025-02-01"],
        ),
        ({"published": "2026-11-23"}, ["published 2026-11-23 comes after checked 2026-11-22"]),
        (
            {"next_date": "2025-01-01", "next_event": "its outcome is not known"},
            ["next_date 2025-01-01 comes before published 2025-01-10"],
        ),
        (
            {"next_date": "2026-11-21", "next_event": "a meeting"},
            ["next_date 2026-11-21 has passed, and next_event does not say"],
        ),
        ({"next_date": "2026-11-21", "next_event": "a meeting, outcome not known"}, []),
        (
            {"effective_from": "2026-12-01"},
            ["status is in-force, but effective_from 2026-12-01 lies after 2026-11-22"],
        ),
        (
            {"effective_until": "2026-11-21"},
            ["status is in-force, but effective_until 2026-11-21 lies before 2026-11-22"],
        ),
        ({"effective_until": "2026-11-22"}, []),
        (
            {"status": "suspended", "effective_until": "2026-12-01"},
            ["status is suspended, which has no effective_until"],
        ),
        ({"status": "announced"}, ["status is announced, but effective_from 2025-02-01 has come"]),
        (
            {"status": "struck-down"},
            ["status is struck-down, which asks for an effective_until before 2026-11-22"],
        ),
        (
            {"status": "superseded", "effective_until": "2026-01-01"},
            ["status is superseded, but superseded_by is empty"],
        ),
        ({"supersedes": ["gone"]}, ["supersedes: no document has the id 'gone'"]),
        ({"superseded_by": ["gone"]}, ["superseded_by: no document has the id 'gone'"]),
        ({"body": "# Only a heading\n"}, ["no text stands below its headings"]),
        ({"body": "See us-japan-deal.\n"}, ["the body names the id 'us-japan-deal'"]),
    ],
)
def test_each_kind_of_problem_is_found_and_no_other(
    tmp_path: Path, changes: dict[str, str], expected: list[str]
) -> None:
    write_document(tmp_path, "us-japan-deal")
    write_document(tmp_path, "a", **changes)
    found = problems(tmp_path)
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(f"a.md: {start}")


def test_a_file_that_cannot_be_read_is_a_problem_with_its_place(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.md").write_text("x", encoding="utf-8")
    assert problems(tmp_path) == [
        "deep/b.md: no front matter; start the file with YAML between two '---' lines"
    ]


@pytest.mark.parametrize(
    ("until", "start", "expected"),
    [
        ("2025-05-31", "2025-06-01", []),
        ("2025-06-01", "2025-06-01", ["overlaps 'a', which applies until 2025-06-01"]),
        ("2025-05-01", "2025-06-01", ["leaves a gap after 'a', which ends on 2025-05-01"]),
    ],
)
def test_regimes_of_one_chain_follow_each_other_day_by_day(
    tmp_path: Path, until: str, start: str, expected: list[str]
) -> None:
    write_document(tmp_path, "a", status="superseded", effective_until=until, superseded_by=["b"])
    write_document(tmp_path, "b", effective_from=start, supersedes=["a"])
    found = problems(tmp_path)
    assert len(found) == len(expected)
    assert all(problem.startswith(f"b.md: {expected[0]}") for problem in found)


def test_supersession_is_written_on_both_sides(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    write_document(tmp_path, "b", effective_from=None, supersedes=["a"])
    assert problems(tmp_path) == [
        "b.md: supersedes names 'a', which does not name 'b' in superseded_by",
        "b.md: supersedes 'a', whose status is 'in-force'",
        "b.md: supersedes 'a', but its last day (None) and our first (None) are not both known",
    ]


def test_a_measure_that_follows_itself_is_told_once(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        write_document(tmp_path, name, supersedes=[other], superseded_by=[other])
    found = [problem for problem in problems(tmp_path) if problem.startswith("supersession")]
    assert found == ["supersession: goes round in a circle: a > b > a"]


def test_claims_are_held_to_the_article_and_evidence_to_its_document(tmp_path: Path) -> None:
    write_document(tmp_path, "a")
    write_ledger(tmp_path, {})
    assert problems(tmp_path) == [
        "claims.yaml: there is a ledger of claims, but no document of kind 'article'"
    ]
    write_document(tmp_path, "the-article", ARTICLE, kind="article")
    assert problems(tmp_path) == []
    write_ledger(tmp_path, {}, {"quote": "Copper pays 5%."})
    assert problems(tmp_path) == [
        "claims.yaml: c1: the id is given twice",
        "claims.yaml: c1: the quote does not stand in 'the-article': 'Copper pays 5%.'",
    ]
    write_ledger(tmp_path, {}, quote="Tin")
    assert problems(tmp_path) == ["claims.yaml: c1: the evidence does not stand in 'a': 'Tin'"]
    write_ledger(tmp_path, {}, document="gone")
    assert problems(tmp_path) == [
        "claims.yaml: c1: evidence from 'gone', which is no document's id"
    ]
