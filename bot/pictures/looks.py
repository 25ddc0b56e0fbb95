"""Light and dark, and the series colours of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

LookName = Literal["light", "dark"]


class Look(BaseModel):
    """The colours of a picture, as `#rrggbb`.

    `series` starts from Okabe and Ito's palette ("Color Universal Design", 2008), made for readers
    with any common form of colour blindness. Its shades are shifted until each stands out from the
    background and any two stay apart for deuteranopes and protanopes too, which a test measures.
    Do not let colour alone carry a meaning all the same: label what is drawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: LookName
    background: str
    text: str
    muted: str
    grid: str
    series: tuple[str, ...]


LIGHT = Look(
    name="light",
    background="#ffffff",
    text="#1b1f24",
    muted="#57606a",
    grid="#d8dee4",
    series=("#0072b2", "#db6d05", "#008a64", "#b35a8c", "#3c95cc", "#765800", "#494a51"),
)
"""Blue, orange, green, purple, sky, brown, grey: Okabe and Ito's hues, darkened for white."""

DARK = Look(
    name="dark",
    background="#14181d",
    text="#e6edf3",
    muted="#9aa4ae",
    grid="#343b43",
    series=("#3d9bd6", "#e8763a", "#1fb58a", "#b23677", "#8cc8ec", "#e69f00", "#9aa4ae"),
)
"""The same hues in the same order, lightened to stand out on near-black."""

LOOKS: Mapping[LookName, Look] = MappingProxyType({"light": LIGHT, "dark": DARK})
