"""What is held, read from a CSV file as brokers and spreadsheets write them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from bot.allocation.holdings import Held, known_ticker, settle
from bot.allocation.numbers import Size, read_size, tidy
from bot.allocation.words.model import HoldingsWords
from corpus.errors import ProfileError

MOST_LINES = 10_000
MOST_BYTES = 5_000_000

_TICKER_HEADS = {"ticker", "symbol", "code", "security", "fund", "ティッカー", "銘柄", "銘柄コード"}
_PERCENT_HEADS = {"percent", "percentage", "%", "weight", "weight %", "share", "比率", "割合"}
_AMOUNT_HEADS = {"amount", "value", "market value", "balance", "金額", "評価額", "時価"}
_CURRENCY_HEADS = {"currency", "ccy", "通貨"}


class _Columns(NamedTuple):
    ticker: int
    size: int
    is_percent: bool
    currency: int | None


def parse_holdings_file(data: bytes, tickers: Sequence[str], words: HoldingsWords) -> Held:
    """Read positions from a CSV file: one a line, with a header or ticker and number in order.

    A byte-order mark, CRLF, UTF-16 and Shift-JIS, semicolons and tabs are accepted, and so is a
    final line of totals. A cell that is a formula is refused, never worked out.

    Raises:
        ProfileError: in one line, with its number, what cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise ProfileError(words.file_too_long.format(most=MOST_LINES))
    rows = _rows(_decode(data, words), words)
    if not rows:
        raise ProfileError(words.nothing)
    columns, rest = _columns(rows)
    positions = []
    for number, row in rest:
        try:
            position = _position(row, columns, tickers, words)
        except ProfileError as error:
            raise ProfileError(words.in_line.format(number=number, reason=error)) from None
        if position:
            positions.append(position)
    if not positions:
        raise ProfileError(words.nothing)
    return settle(positions, words)


def _decode(data: bytes, words: HoldingsWords) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ProfileError(words.not_text)


def _rows(text: str, words: HoldingsWords) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its line's number."""
    head = text[:10_000]
    delimiter = max(("\t", ";", ","), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for row in reader:
            cells = [tidy(cell) for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
            if reader.line_num > MOST_LINES:
                raise ProfileError(words.file_too_long.format(most=MOST_LINES))
    except csv.Error as error:
        raise ProfileError(words.not_csv.format(number=reader.line_num, reason=error)) from None
    return rows


def _columns(
    rows: list[tuple[int, list[str]]],
) -> tuple[_Columns, list[tuple[int, list[str]]]]:
    """Where things stand, and the rows below the header; a preamble above it is passed over."""
    for place, (_, row) in enumerate(rows[:20]):
        heads = [cell.casefold() for cell in row]
        ticker = _find(heads, _TICKER_HEADS)
        percent = _find(heads, _PERCENT_HEADS)
        amount = _find(heads, _AMOUNT_HEADS)
        size = percent if percent is not None else amount
        if ticker is not None and size is not None:
            columns = _Columns(ticker, size, percent is not None, _find(heads, _CURRENCY_HEADS))
            return columns, rows[place + 1 :]
    return _Columns(0, 1, False, None), rows


def _find(heads: list[str], names: set[str]) -> int | None:
    return next((n for n, head in enumerate(heads) if head in names), None)


def _position(
    row: list[str], columns: _Columns, tickers: Sequence[str], words: HoldingsWords
) -> tuple[str, Size] | None:
    name, size = (row[n] if n < len(row) else "" for n in (columns.ticker, columns.size))
    for cell in (name, size):
        if cell.startswith(("=", "+", "@")):
            raise ProfileError(words.formula.format(given=cell[:40]))
    if not name or name.casefold() in {"total", "sum", "合計"}:
        return None
    ticker = known_ticker(name, tickers, words)
    read = read_size(size, words)
    currency = read.currency
    if columns.currency is not None and columns.currency < len(row) and row[columns.currency]:
        currency = read_size(f"1 {row[columns.currency]}", words).currency
    return ticker, Size(read.value, read.is_percent or columns.is_percent, currency)
