"""What the checks know of language: the data files beside this module, read once.

Each list lives in a YAML file with its source, so that it can be changed without touching code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import Stemmer

from corpus.front_matter import load_yaml, read_text

_FOLDER = Path(__file__).parent

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
"""First word -> (all words, what they stand for), the longest first.

The first word of a form that is written with a capital has `^` before it.
"""


@dataclass(frozen=True)
class Units:
    """How amounts, units and dates are written."""

    months: Mapping[str, int]
    magnitudes: Mapping[str, float]
    signs: Mapping[str, str]
    currencies: Mapping[str, str]
    units: Mapping[str, str]
    percent: tuple[str, ...]
    points: tuple[str, ...]
    basis: tuple[str, ...]
    adjectives: frozenset[str]
    numbers: Mapping[str, float]
    ordinals: Mapping[str, int]
    fractions: Mapping[str, float]
    multiples: Mapping[str, float]
    labels: frozenset[str]


@dataclass(frozen=True)
class Words:
    """How words are matched and what they do to a sentence."""

    stop: frozenset[str]
    irregular: Mapping[str, str]
    families: Mapping[str, frozenset[int]]
    denials: Mapping[str, str]
    opposites: Mapping[str, frozenset[tuple[int, int]]]
    speech: frozenset[str]
    prospects: frozenset[str]
    accomplished: frozenset[str]
    date_governors: Mapping[str, str]
    figure_governors: Mapping[str, str]
    small_opposites: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    aliases: Phrases
    goods: Mapping[str, str]
    markers: Phrases
    not_negation: tuple[tuple[str, ...], ...]
    japanese_markers: tuple[tuple[str, str], ...]
    japanese_names: tuple[tuple[str, str], ...]
    speakers: tuple[str, ...]
    openings: tuple[str, ...]
    japanese_frames: tuple[str, ...]


MARKER_CLASSES = (
    "negation",
    "approximately",
    "at_least",
    "at_most",
    "possible",
    "likely",
    "intended",
    "future",
    "reported",
    "partly",
    "often",
    "initially",
    "universal",
    "open",
    "condition",
    "plain",
)

_stemmer = Stemmer.Stemmer("english")


def _load(name: str) -> Any:  # noqa: ANN401 - the shape is that of the file
    path = _FOLDER / f"{name}.yaml"
    return load_yaml(read_text(path), str(path))


def _inverted(groups: Mapping[Any, Iterable[str]]) -> dict[str, Any]:
    return {form.lower(): key for key, forms in groups.items() for form in forms}


def _is_japanese(text: str) -> bool:
    return any(ord(char) > 0x2E80 for char in text)


def _phrases(pairs: Iterable[tuple[str, str]]) -> Phrases:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for form, key in pairs:
        words = tuple(form.lower().replace("-", " ").replace(".", "").split())
        first = "^" + words[0] if form[0].isupper() else words[0]
        found.setdefault(first, []).append((words, key))
    return {
        first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in found.items()
    }


@lru_cache(maxsize=1)
def units() -> Units:
    """How amounts, units and dates are written."""
    data = _load("units")
    return Units(
        months=_inverted(data["months"]),
        magnitudes=data["magnitudes"],
        signs=data["currency_signs"],
        currencies=data["currency_words"],
        units=_inverted(data["units"]),
        percent=tuple(data["percent"]),
        points=tuple(data["percentage_points"]),
        basis=tuple(data["basis_points"]),
        adjectives=frozenset(data["unit_adjectives"]),
        numbers=data["numbers"],
        ordinals=data["ordinals"],
        fractions=data["fractions"],
        multiples=data["multiples"],
        labels=frozenset(data["labels"]),
    )


@lru_cache(maxsize=1)
def words() -> Words:
    """How words are matched and what they do to a sentence."""
    plain, names, markers = _load("words"), _load("names"), _load("markers")
    irregular = _inverted(plain["irregular"]) | dict(plain["spelling"])
    aliases = [(form, key) for key, forms in names["aliases"].items() for form in forms]
    forms = [(form, kind) for kind in MARKER_CLASSES for form in markers[kind]]

    def key(word: str) -> str:
        return _stemmer.stemWord(irregular.get(word, word)) if word.isascii() else word

    families: dict[str, set[int]] = {}
    for number, family in enumerate(plain["families"]):
        for word in family:
            families.setdefault(key(word), set()).add(number)
    opposites: dict[str, set[tuple[int, int]]] = {}
    for axis, sides in enumerate(markers["opposites"]):
        for side, members in enumerate(sides):
            for word in members:
                opposites.setdefault(key(word), set()).add((axis, side))
    small: dict[str, set[str]] = {}
    for one, other in markers["small_opposites"]:
        small.setdefault(one, set()).add(other)
        small.setdefault(other, set()).add(one)
    frames = markers["frames"]
    return Words(
        stop=frozenset(plain["stop"]),
        irregular=irregular,
        families={word: frozenset(numbers) for word, numbers in families.items()},
        denials=markers["denials"],
        opposites={word: frozenset(sides) for word, sides in opposites.items()},
        speech=frozenset(markers["speech"]),
        prospects=frozenset(key(word) for word in markers["prospects"]),
        accomplished=frozenset(key(word) for word in markers["accomplished"]),
        date_governors=_inverted(markers["date_governors"]),
        figure_governors=_inverted(markers["figure_governors"]),
        small_opposites={word: frozenset(others) for word, others in small.items()},
        titles=frozenset(names["titles"]),
        aliases=_phrases(pair for pair in aliases if not _is_japanese(pair[0])),
        goods=_inverted(names["goods"]),
        markers=_phrases(pair for pair in forms if not _is_japanese(pair[0])),
        not_negation=tuple(tuple(form.split()) for form in markers["not_negation"]),
        japanese_markers=tuple(pair for pair in forms if _is_japanese(pair[0])),
        japanese_names=_longest_first(
            pair
            for pair in [*aliases, *((f, k) for k, fs in names["goods"].items() for f in fs)]
            if _is_japanese(pair[0])
        ),
        speakers=tuple(frames["speakers"]),
        openings=tuple(frames["openings"]),
        japanese_frames=tuple(frames["japanese"]),
    )


def _longest_first(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The key that all forms of a lower-case word share: `paid`, `pays` -> `pay`."""
    if not word.isascii():
        return word
    base = words().irregular.get(word, word)
    return str(_stemmer.stemWord(base))
