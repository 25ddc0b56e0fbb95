"""Rounding as results show it: ties away from zero, and no negative zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_TENTH = Decimal("0.1")
_HUNDREDTH = Decimal("0.01")


def to_tenth(value: Decimal) -> Decimal:
    """A percentage as it is shown: one decimal, ties away from zero."""
    return value.quantize(_TENTH, ROUND_HALF_UP) + 0


def to_hundredth(value: Decimal) -> Decimal:
    """A cost or an amount as it is shown: two decimals, ties away from zero."""
    return value.quantize(_HUNDREDTH, ROUND_HALF_UP) + 0


def exact(value: float | Decimal) -> Decimal:
    """The number as it was written: 0.1 is a tenth, not the nearest binary fraction."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def percent(basis_points: int) -> str:
    """Basis points as a percentage without idle zeros: 375 as `3.75`, 300 as `3`."""
    text = f"{Decimal(basis_points) / 100:.2f}"
    return text.rstrip("0").rstrip(".")


def signed(basis_points: int) -> str:
    """The same with its sign: `+3.75`, `−3`; nothing for zero."""
    sign = "+" if basis_points > 0 else "−" if basis_points < 0 else ""
    return f"{sign}{percent(abs(basis_points))}"


def toward_zero(value: Fraction) -> int:
    """A fraction of basis points, rounded toward zero."""
    return int(value)
