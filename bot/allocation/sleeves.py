"""The seven sleeves, the three horizons and the five levels: the axes of every table."""

from __future__ import annotations

from enum import StrEnum

WHOLE = 10_000
"""Basis points in a portfolio."""

PERCENT = 100
"""Basis points in one percentage point."""

LEVELS = (1, 2, 3, 4, 5)


class Sleeve(StrEnum):
    """A part of the portfolio, in the order in which all results list them."""

    CASH = "CASH"
    BOND = "BOND"
    EQ = "EQ"
    MIN = "MIN"
    DEF = "DEF"
    TECH = "TECH"
    POL = "POL"


CLASSES = (Sleeve.CASH, Sleeve.BOND, Sleeve.EQ)
"""The asset classes: what a mix without themes is made of."""

THEMES = (Sleeve.MIN, Sleeve.DEF, Sleeve.TECH, Sleeve.POL)
"""What is funded out of EQ, and out of nothing else."""


class Horizon(StrEnum):
    """How long the money stays, shortest first."""

    UNDER_3Y = "under-3y"
    MEDIUM = "3-10y"
    OVER_10Y = "over-10y"


class Implementation(StrEnum):
    """Whether funds are listed beside the sleeves, or carry their weights."""

    SLEEVES = "sleeves"
    FUNDS = "funds"
