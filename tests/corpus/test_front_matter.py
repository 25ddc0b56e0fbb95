from __future__ import annotations

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import DocumentError
from corpus.front_matter import read_text, split_front_matter

scalars = st.none() | st.booleans() | st.integers() | st.dates() | st.text(string.printable)
keys = st.text(string.ascii_lowercase, min_size=1)
metas = st.dictionaries(keys, scalars | st.lists(scalars), min_size=1)


@given(meta=metas, body=st.text(), newline=st.sampled_from(["\n", "\r\n"]), mark=st.booleans())
def test_front_matter_and_body_come_back_as_they_were_written(
    meta: dict[str, object], body: str, newline: str, mark: bool
) -> None:
    head = yaml.safe_dump(meta, allow_unicode=True).replace("\n", newline)
    text = f"{chr(0xFEFF) * mark}---{newline}{head}---{newline}{body}"
    assert split_front_matter(text, "a.md") == (meta, body)


def test_a_file_is_read_with_its_own_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("a\r\nb\rc\nÄ".encode())
    assert read_text(path) == "a\r\nb\rc\nÄ"


def test_a_file_that_is_not_utf8_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DocumentError, match=r"a\.md: not UTF-8 text .*; save it as UTF-8"):
        read_text(path)
    with pytest.raises(DocumentError, match=r"none\.md: cannot be read \(No such file"):
        read_text(tmp_path / "none.md")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no fences", "no front matter; start the file with YAML between two '---' lines"),
        ("---\na: 1\n", "no front matter"),
        ("---\n- a\n---\n", "the front matter is not a mapping of keys to values"),
        ("---\n---\n", "the front matter is not a mapping"),
        ("---\na: [\n---\n", "the YAML does not parse"),
        ("---\na: 1\na: 2\n---\n", "the key 'a' is given twice"),
        ("---\na: 2025-13-45\n---\n", "the YAML does not parse: month must be in 1..12"),
        ("---\na: !!python/object:os.system 1\n---\n", "the YAML does not parse"),
        ("---\na: \x00\n---\n", "the YAML does not parse"),
    ],
)
def test_front_matter_that_cannot_be_read_is_told_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        split_front_matter(text, "a.md")
    assert str(error.value).startswith("a.md: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
