from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Lodestone


def test_the_timeline_of_a_topic_is_told_by_first_day(lodestone: Lodestone) -> None:
    ran = lodestone("corpus", "timeline", "copper", "--as-of", "2026-11-22")
    assert ran.status == 0
    assert ran.out.startswith("What was in force when: copper\n")
    assert "  in force as amended · from 1 Aug 2025\n" in ran.out


def test_the_picture_is_written_beside_the_text(lodestone: Lodestone, tmp_path: Path) -> None:
    file = tmp_path / "copper.png"
    ran = lodestone("corpus", "timeline", "銅", "--language", "ja", "--dark", "--png", str(file))
    assert ran.status == 0
    assert ran.out.startswith("措置の有効期間: 銅")
    assert file.read_bytes().startswith(b"\x89PNG")


def test_as_json_it_is_one_object_with_all_rows(lodestone: Lodestone) -> None:
    found = json.loads(lodestone("corpus", "timeline", "tariffs", "--json").out)
    assert found["left_out"] == 0
    assert len(found["rows"]) > 20


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("unicornish",), 1, "No measure is filed under “unicornish”. See the topics and ids with"),
        (("copper", "--as-of", "June"), 2, "--as-of 'June': not a date; write it as 2025-06-30"),
        (("copper", "--language", "de"), 2, "--language 'de': there are words in en and ja"),
        (("copper", "--png", "/nowhere/x.png"), 1, "/nowhere/x.png: cannot be written (No such"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    lodestone: Lodestone, arguments: tuple[str, ...], status: int, told: str
) -> None:
    ran = lodestone("corpus", "timeline", *arguments)
    assert ran.status == status
    assert told in ran.err
    assert ran.err.count("\n") == 1
