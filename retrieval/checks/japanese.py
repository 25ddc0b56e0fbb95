"""Claims written in Japanese around English quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from retrieval.checks.alignment import Alignment, align
from retrieval.checks.lexicon import words
from retrieval.checks.reading import read, read_quotes
from retrieval.checks.standing import missing
from retrieval.checks.verdict import Failure, Verdict

_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_QUOTED = re.compile(r'"([^"]+)"')
# `約` before a figure is `about`; in `約束` and `条約` it is not.
_PROMISE = re.compile(r"約(?!\s?[\d一二三四五六七八九十百千])")
_AGAINST = {"から": "to", "に": "from", "へ": "from", "まで": "from"}
_DENIED_AT_MOST = {"かもしれない": "possible"}

Check = Callable[[str, Sequence[str]], Verdict]


def is_japanese(text: str) -> bool:
    """Whether a text has Japanese script in it."""
    return _SCRIPT.search(text) is not None


def check_japanese(
    claim: str, quotes: Sequence[str], context: Sequence[str], check: Check
) -> Iterator[Failure]:
    """Check what is quoted as a claim of its own, and the Japanese around it by what can be told.

    Figures, names, negations and hedges of the Japanese words must stand in the quotes; whether
    the other words say the same cannot be told without a translation.

    Args:
        claim: tidied; quotation marks are plain.
        quotes: tidied, in another language.
        context: see `check_claim`.
        check: `check_claim` itself.
    """
    quoted = [part for part in _QUOTED.findall(claim) if not is_japanese(part)]
    for part in quoted:
        yield from check(part, quotes).failures
    prose = _QUOTED.sub(" ", claim)
    cited = read_quotes(quotes)
    known = read_quotes(context).keys if context else frozenset()
    alignment = align(read(prose), cited)
    yield from missing(alignment, known)
    yield from _turned(alignment)
    yield from _markers(prose, {marker.kind for marker in cited.markers})
    yield from _opposites(prose, frozenset(cited.index))


def _turned(alignment: Alignment) -> Iterator[Failure]:
    """`15％から` where the quotes have `to 15%`, `39％に` where they have `from 39%`."""
    for token, found in zip(alignment.claim.content, alignment.candidates, strict=True):
        if token.figure is None or not found:
            continue
        following = alignment.claim.tokens[token.number + 1 : token.number + 2]
        particle = following[0].text if following else ""
        wrong = next((_AGAINST[start] for start in _AGAINST if particle.startswith(start)), "")
        governing = [{word.key for word in alignment.quotes.before(at)} for at in found]
        if wrong and all(wrong in words_before for words_before in governing):
            yield Failure(
                gate="meaning",
                reason="opposite",
                detail=f"the quotes say {wrong!r} of {token.text!r}",
            )


def _markers(prose: str, held: set[str]) -> Iterator[Failure]:
    for form, kind in _DENIED_AT_MOST.items():
        if form in prose:
            prose = prose.replace(form, "")
            if kind not in held:
                yield Failure(
                    gate="meaning", reason="hedge", detail=f"the quotes do not say {form!r}"
                )
    prose = _PROMISE.sub("", prose)
    told: dict[str, str] = {}
    for form, kind in words().japanese_markers:
        if form in prose:
            told.setdefault(kind, form)
    for kind, form in told.items():
        if kind not in held and kind != "universal":
            reason = "negation" if kind == "negation" else "hedge"
            yield Failure(gate="meaning", reason=reason, detail=f"the quotes do not say {form!r}")


def _opposites(prose: str, keys: frozenset[str]) -> Iterator[Failure]:
    """A Japanese word whose opposite the quotes have, and whose like they have not."""
    table = words().opposites
    held = {side for key in keys for side in table.get(key, ())}
    for word, sides in table.items():
        if not is_japanese(word) or word not in prose:
            continue
        if any((axis, 1 - side) in held for axis, side in sides) and not sides & held:
            yield Failure(
                gate="meaning", reason="opposite", detail=f"the quotes say the reverse of {word!r}"
            )
