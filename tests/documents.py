"""Documents to test with, written as files."""

from __future__ import annotations

from pathlib import Path

import yaml

FRONT_MATTER: dict[str, object] = {
    "title": "A measure on copper",
    "kind": "policy-brief",
    "issuer": "A ministry",
    "jurisdictions": ["US"],
    "topics": ["copper"],
    "published": "2025-01-10",
    "effective_from": "2025-02-01",
    "effective_until": None,
    "status": "in-force",
    "supersedes": [],
    "superseded_by": [],
    "official_url": "https://example.org/measure",
    "sources": [{"title": "A notice", "publisher": "A gazette", "date": None, "url": None}],
    "checked": "2026-11-22",
    "confidence": "high",
}

BODY = "# A measure\n\n- Copper pays 50%.\n- Scrap pays nothing.\n"

_DATES = ("published", "effective_from", "effective_until", "checked", "next_date")


def write_document(folder: Path, name: str, body: str = BODY, **changes: object) -> Path:
    """Write a sound document to `folder`, but for the front matter's `changes`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(document_text(name, body, **changes), encoding="utf-8", newline="")
    return path


def document_text(name: str, body: str = BODY, **changes: object) -> str:
    """The text of a sound document's file, but for the front matter's `changes`."""
    meta = {"id": name, **FRONT_MATTER, **changes}
    lines = yaml.safe_dump({k: v for k, v in meta.items() if k not in _DATES}, allow_unicode=True)
    # Unquoted, as people write them, so that YAML reads dates.
    dates = "".join(f"{key}: {meta[key] or 'null'}\n" for key in _DATES if key in meta)
    return f"---\n{lines}{dates}---\n{body}"
