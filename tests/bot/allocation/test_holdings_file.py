"""Holdings from CSV files, odd ones among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allocation import Allocator, load_allocation_words, parse_holdings_file
from bot.allocation.holdings_file import MOST_LINES
from corpus.errors import ProfileError
from tests.bot.allocation.cases import allocator_with, refusal, share

WORDS = load_allocation_words("en").holdings
PLAIN = "ticker,percent\nVT,60\nREMX,10\nCASH,30\n"


def read(allocator: Allocator, data: bytes) -> dict[str, float | None]:
    held = parse_holdings_file(data, allocator.universe.tickers, WORDS)
    return {h.ticker: h.percent if h.percent is not None else h.amount for h in held.holdings}


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("ticker,percent\n", "").encode(),
        f"My account\nDate,2026-11-22\n\n{PLAIN}Total,100\n".encode(),
        "銘柄,比率\nVT,60%\nREMX,10%\n現金,30%\n合計,100%\n".encode("cp932"),
        b'Name,Symbol,Weight %\n"World, all",VT,"60,0"\nMetals,REMX,"10,0"\nCash,CASH,"30,0"\n',
        b"ticker,percent,\nVT,60,\n,,\nREMX,10,\nCASH,30,\n",
    ],
)
def test_files_are_read_as_they_are_written(allocator: Allocator, data: bytes) -> None:
    assert read(allocator, data) == {"VT": 60, "REMX": 10, "CASH": 30}


def test_amounts_have_a_currency_in_their_column_or_beside_them(allocator: Allocator) -> None:
    with_column = b"ticker;market value;currency\nVT;6000,50;EUR\nIEF;4000;EUR\n"
    held = parse_holdings_file(with_column, allocator.universe.tickers, WORDS)
    assert held.currency == "EUR"
    assert held.as_data()[0] == {"ticker": "VT", "amount": 6000.5}
    assert read(allocator, b'ticker,value\nVT,"$6,000"\nIEF,"$4,000"\n') == {
        "VT": 6000,
        "IEF": 4000,
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "There are no positions"),
        (b"\xef\xbb\xbf\r\n\r\n", "There are no positions"),
        (b"ticker,percent\n", "There are no positions"),
        (b"ticker,percent\nVT,=1+1\n", "Line 2: “=1+1” is a formula"),
        (b"ticker,percent\n=HYPERLINK(1),60\n", "Line 2: “=HYPERLINK(1)” is a formula"),
        (b"ticker,percent\n@SUM(A1),60\n", "Line 2: “@SUM(A1)” is a formula"),
        (b"ticker,percent\nVT,sixty\n", "Line 2: “sixty” is not a number"),
        (b"ticker,percent\nVT,60\nVVT,40\n", "Line 3: The fund “VVT” is not in the list"),
        (b"ticker,percent\nVT,-60\n", "Line 2: “-60” is negative"),
        (b"ticker,percent\nVT,60\nIEF,30\n", "add up to 90, not 100"),
        (b"ticker,value,currency\nVT,60,USD\nIEF,40,JPY\n", "different currencies (JPY, USD)"),
        (b'ticker,value\nVT,"1,234"\n', "Line 2: “1,234” can be read two ways"),
        (b'ticker,percent\n"VT,60\n', "is not CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\xff", "not readable text"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xff\xff", "not readable text"),
        (b"ticker,percent\n" + b"VT,1\n" * (MOST_LINES + 1), "too long: at most 10000 lines"),
        (b"x" * 6_000_000, "too long"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    allocator: Allocator, data: bytes, message: str
) -> None:
    with pytest.raises(ProfileError) as told:
        read(allocator, data)
    assert message in str(told.value)
    assert "\n" not in str(told.value)


def test_ten_thousand_lines_are_read(allocator: Allocator) -> None:
    lines = b"VT,1\nIEF,1\n" * ((MOST_LINES - 2) // 2)
    assert read(allocator, b"ticker,amount\n" + lines) == {"VT": 4999, "IEF": 4999}


@share(0.5)
@given(st.one_of(st.binary(), st.text().map(str.encode)))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    assert "\n" not in refusal(lambda: read(allocator_with({}), data))
