"""A file of profiles, line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.allocation import Allocator, Switch, allocation_lines
from tests.bot.allocation.cases import PROFILE
from tests.conftest import TODAY

GOOD = json.dumps(PROFILE)


def run(allocator: Allocator, text: bytes, switch: Switch | None = None) -> list[dict[str, object]]:
    permit = (switch or Switch()).permit
    lines = allocation_lines(allocator, text.splitlines(keepends=True), TODAY, permit)
    return [json.loads(line) for line in lines]


def test_each_line_gives_a_line_in_order(allocator: Allocator) -> None:
    other = json.dumps({**PROFILE, "willingness": 1})
    found = run(allocator, f"{GOOD}\n{other}\n{GOOD}".encode())
    assert [line["level"] for line in found] == [3, 1, 3]


def test_a_mark_crlf_and_blank_lines_are_accepted(allocator: Allocator) -> None:
    text = b"\xef\xbb\xbf" + f"\r\n{GOOD}\r\n  \r\n\r\nbroken\r\n{GOOD}".encode()
    found = run(allocator, text)
    assert [line.get("level", line.get("line")) for line in found] == [3, 5, 3]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "not JSON: "),
        (b"[1]", "a profile is a JSON object"),
        (b"null", "a profile is a JSON object"),
        (b"\xff\xfe{", "not UTF-8 text"),
        (GOOD.replace('"willingness": 3', '"willingness": NaN').encode(), "willingness: nan"),
        (GOOD.replace('"willingness": 3', '"willingness": 1e999').encode(), "willingness: inf"),
        (GOOD.replace("30", "Infinity").encode(), "tolerable_loss_pct: inf is not a finite"),
        (GOOD.replace("30", "1" * 5000).encode(), "too many digits"),
        (GOOD.replace("{", '{"horizon": "3-10y", ').encode(), "horizon: the key is given twice"),
        (GOOD.replace("}", ', "risk": 1}').encode(), "risk: unknown key"),
        (GOOD.replace("[]", '["NOPE"]').encode(), 'unknown ticker "NOPE"'),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_does_not_stop_the_others(
    allocator: Allocator, line: bytes, said: str
) -> None:
    first, second, third = run(allocator, GOOD.encode() + b"\n" + line + b"\n" + GOOD.encode())
    assert (first["level"], third["level"]) == (3, 3)
    assert set(second) == {"error", "line"}
    assert second["line"] == 2
    assert said in str(second["error"])
    assert len(str(second["error"])) < 300


def test_lines_are_answered_as_they_come(allocator: Allocator) -> None:
    read = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield f"{GOOD}\n".encode()

    found = allocation_lines(allocator, lines(), TODAY)
    next(found)
    assert read == [0]


def test_a_country_that_is_switched_off_is_told_and_others_go_on(allocator: Allocator) -> None:
    japan = json.dumps({**PROFILE, "country": "JP"})
    first, second = run(allocator, f"{japan}\n{GOOD}".encode(), Switch(off_in=("JP",)))
    assert "switched off for JP" in str(first["error"])
    assert second["level"] == 3
