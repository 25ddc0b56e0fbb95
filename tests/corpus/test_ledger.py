from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Library, Standing
from corpus.errors import DocumentError
from corpus.ledger import read_ledger


def test_a_corpus_without_a_ledger_has_no_claims(tmp_path: Path) -> None:
    assert read_ledger(tmp_path / "claims.yaml") == ()


def test_the_packaged_ledger_knows_every_claims_standing(library: Library) -> None:
    outdated = [claim for claim in library.claims if claim.standing is Standing.OUTDATED]
    assert outdated
    assert all(claim.evidence for claim in outdated)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- {id: c1}", r"claims\.yaml: 0\.claim: Field required"),
        ("c1", r"claims\.yaml: Input should be a valid tuple"),
        ("- [", r"claims\.yaml: the YAML does not parse"),
    ],
)
def test_a_ledger_that_cannot_be_read_says_where(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=reason):
        read_ledger(path)
