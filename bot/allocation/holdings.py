"""What is held, read from text: `VT 60, REMX 10, cash 30%`, or amounts in one currency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.allocation.numbers import Size, currency_of, read_size, shorten, tidy
from bot.allocation.profile import CASH, MOST_MONEY, SUM_TOLERANCE, Holding, near_tickers
from bot.allocation.words.model import HoldingsWords
from corpus.errors import ProfileError

_ITEMS = re.compile(r"[;\n、，|]+|,(?!\d{3}(?!\d))|(?<!\d),")
"""Between positions; a comma between thousands does not part them."""

_TICKER_FIRST = re.compile(r"([A-Za-z][A-Za-z0-9.]{0,11}|現金|預金)\s*[:=＝]?\s*(.+)")
_TICKER_LAST = re.compile(r"(.*?\d[^A-Za-z]*?)\s*([A-Za-z][A-Za-z0-9.]{0,11}|現金|預金)")
_CASH_NAMES = {"CASH", "現金", "預金"}
MOST_POSITIONS = 200


class Held(BaseModel):
    """Positions as a profile takes them: all in percent, or all amounts of one currency."""

    model_config = ConfigDict(frozen=True)

    holdings: tuple[Holding, ...]
    currency: str | None = None

    def as_data(self) -> list[dict[str, Any]]:
        """The positions as a profile's JSON has them."""
        return [h.model_dump(mode="json", exclude_none=True) for h in self.holdings]


def parse_holdings(text: str, tickers: Sequence[str], words: HoldingsWords) -> Held:
    """Read positions from text.

    Args:
        text: positions parted by commas, semicolons or lines; in each a ticker and a number.
        tickers: the universe's tickers.
        words: for what cannot be read.

    Raises:
        ProfileError: in one line, what cannot be read. Nothing is guessed.
    """
    # A comma of any width parts positions like the plain one, once widths are made alike.
    items = [item.strip() for item in _ITEMS.split(tidy(text)) if item and item.strip()]
    if not items:
        raise ProfileError(words.nothing)
    if len(items) > MOST_POSITIONS:
        raise ProfileError(words.too_many.format(count=len(items), most=MOST_POSITIONS))
    return settle([_position(item, tickers, words) for item in items], words)


def parse_amount(text: str, words: HoldingsWords) -> tuple[int | float, str | None]:
    """An amount of money and its currency, where one is named.

    Raises:
        ProfileError: it cannot be read, or is not between 0 and a million million.
    """
    size = read_size(text, words)
    if size.is_percent or not 0 < size.value <= MOST_MONEY:
        raise ProfileError(words.not_an_amount.format(given=shorten(text)))
    return as_number(size.value), size.currency


def settle(positions: Iterable[tuple[str, Size]], words: HoldingsWords) -> Held:
    """Decide whether positions are percentages or amounts, and add up those of one ticker.

    Raises:
        ProfileError: they mix units or currencies, or do not add up to 100 %.
    """
    positions = list(positions)
    sizes = [size for _, size in positions]
    currencies = sorted({size.currency for size in sizes if size.currency})
    if len(currencies) > 1:
        raise ProfileError(words.mixed_currencies.format(currencies=", ".join(currencies)))
    in_percent = any(size.is_percent for size in sizes)
    if in_percent and currencies:
        raise ProfileError(words.mixed_units)
    total = sum((size.value for size in sizes), Decimal(0))
    adds_up = abs(total - 100) <= SUM_TOLERANCE
    if not in_percent and not currencies and not adds_up and total <= 200:
        # Too small to be money, and no hundred percent: what is meant is not ours to decide.
        raise ProfileError(words.unclear_units.format(total=f"{total.normalize():f}"))
    in_percent = in_percent or (adds_up and not currencies)
    if in_percent and not adds_up:
        raise ProfileError(words.not_hundred.format(total=f"{total.normalize():f}"))
    merged: dict[str, Decimal] = {}
    for ticker, size in positions:
        merged[ticker] = merged.get(ticker, Decimal(0)) + size.value
    for ticker, value in merged.items():
        if not in_percent and not 0 < value <= MOST_MONEY:
            raise ProfileError(words.not_an_amount.format(given=f"{ticker} {value:f}"))
    return Held(
        holdings=tuple(
            Holding(ticker=ticker, percent=as_number(value))
            if in_percent
            else Holding(ticker=ticker, amount=as_number(value))
            for ticker, value in merged.items()
        ),
        currency=currencies[0] if currencies else None,
    )


def known_ticker(name: str, tickers: Sequence[str], words: HoldingsWords) -> str:
    """The universe's spelling of a ticker, or CASH.

    Raises:
        ProfileError: it is not known; the message names those spelt like it.
    """
    upper = tidy(name).upper()
    if upper in _CASH_NAMES:
        return CASH
    if upper in tickers:
        return upper
    near = [CASH] if currency_of(upper) else near_tickers(upper, [*tickers, CASH])
    if near:
        raise ProfileError(
            words.unknown_ticker_near.format(given=shorten(name), near=", ".join(near))
        )
    raise ProfileError(words.unknown_ticker.format(given=shorten(name)))


def as_number(value: Decimal) -> int | float:
    """A number for JSON: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _position(item: str, tickers: Sequence[str], words: HoldingsWords) -> tuple[str, Size]:
    match = _TICKER_FIRST.fullmatch(item)
    if match and any(c.isdigit() for c in match[2]):
        name, size = match[1], match[2]
    elif match := _TICKER_LAST.fullmatch(item):
        size, name = match[1], match[2]
    else:
        raise ProfileError(words.no_position.format(given=shorten(item)))
    return known_ticker(name, tickers, words), read_size(size, words)
