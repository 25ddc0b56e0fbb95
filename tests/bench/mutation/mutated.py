"""False claims: one thing of a true claim is changed, so that its quote no longer bears it.

What would leave the claim true is kept out here, by construction: a new figure, date or name never
stands in the quote, and a wrong source always lacks a figure of the claim, or most of its words.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Callable, Iterator
from random import Random

from tests.bench.mutation import honest
from tests.bench.mutation.material import Case, Sentence, lists
from tests.bench.mutation.sources import wrong_source

_MONTHS = list(calendar.month_name)[1:]
_MONTH = "|".join(_MONTHS)
_NUMBER = re.compile(
    r"(?<![\w.,-])(?<!No\. )(?<!Section )\$?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
    rf"(?=%| (?!{_MONTH})[a-z])"
)
_DATE = re.compile(rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b|\b(\d{{4}})-(\d\d)-(\d\d)\b")


def number(text: str, random: Random) -> str | None:
    """Another value for one number."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = random.choice(found)
    old = float(match[1].replace(",", ""))
    held = set(re.findall(r"\d+(?:\.\d+)?", text.replace(",", "")))
    changes = [old * 2, old * 10, old + 1, old + 5, max(old - 1, 0), round(old * 1.1, 1), old / 10]
    random.shuffle(changes)
    for new in changes:
        shown = f"{new:,.2f}".rstrip("0").rstrip(".")
        if shown.replace(",", "") not in held and abs(new - old) > 1e-9 and new > 0:
            return text[: match.start(1)] + shown + text[match.end(1) :]
    return None


_UNITS = [
    (r"(?<=\d)%", [" billion", " percentage points", " million dollars"]),
    (r"(?<=\d) million\b", [" billion", " trillion"]),
    (r"(?<=\d) billion\b", [" million", " trillion"]),
    (r"\bdollars\b", ["yen", "euros"]),
    (r"\bUSD\b", ["EUR", "JPY"]),
    (r"(?<=\d) tonnes\b", [" kilograms", " pounds"]),
    (r"(?<=\d) days\b", [" months", " weeks"]),
    (r"(?<=\d) years\b", [" months", " days"]),
    (r"(?<=\d) months\b", [" years", " days"]),
    (r"(?<=\d) km\b", [" miles"]),
    (r"(?:per|a) kilogram\b|per kg\b", ["per tonne"]),
]


def unit(text: str, random: Random) -> str | None:
    """Another unit, currency or magnitude for one number."""
    options = [
        (form, other) for form, others in _UNITS for other in others if re.search(form, text)
    ]
    options = [(form, other) for form, other in options if other.strip().split()[0] not in text]
    if not options:
        return None
    form, other = random.choice(options)
    matches = list(re.finditer(form, text))
    match = random.choice(matches)
    return text[: match.start()] + other + text[match.end() :]


def date(text: str, random: Random) -> str | None:
    """Another day, month or year."""
    found = list(_DATE.finditer(text))
    if not found:
        return None
    match = random.choice(found)
    for _ in range(8):
        if match[1]:
            day, month, year = int(match[1]), match[2], int(match[3])
            part = random.randrange(3)
            if part == 0:
                day = random.randint(1, 28)
            elif part == 1:
                month = random.choice(_MONTHS)
            else:
                year += random.choice([-1, 1])
            new = f"{day} {month} {year}"
            plain = f"{day} {month}"
        else:
            y, m, d = int(match[4]), int(match[5]), int(match[6])
            part = random.randrange(3)
            if part == 0:
                d = random.randint(1, 28)
            elif part == 1:
                m = random.randint(1, 12)
            else:
                y += random.choice([-1, 1])
            new = plain = f"{y}-{m:02}-{d:02}"
        if new not in text and plain not in text.replace(match.group(), ""):
            return text[: match.start()] + new + text[match.end() :]
    return None


def entity(text: str, random: Random) -> str | None:
    """Another country, body, company, fund or metal."""
    spots = [
        (match, group)
        for group in lists()["names"]
        for name in group
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
    ]
    if not spots:
        return None
    match, group = random.choice(spots)
    others = [
        name for name in group if name not in text and lists()["kin"].get(name, name) not in text
    ]
    others = [
        name
        for name in others
        if not any(k in text for k, v in lists()["kin"].items() if v == name)
    ]
    if not others:
        return None
    new: str = random.choice(others)
    if match.group() == match.group().capitalize() and match.start() == 0:
        new = new[0].upper() + new[1:]
    return text[: match.start()] + new + text[match.end() :]


_AUXILIARY = re.compile(
    r"(?<=[a-z)] )(is|are|was|were|will|has|have|can|could|would)(?= (?!not|no\b|never|only)[a-z])"
)


def negation_added(text: str, random: Random) -> str | None:
    """A statement denied; what stands under `whether`, or is denied already, is left alone."""
    if re.search(r"\b(?:[Ww]hether|not|[Nn]o|[Nn]one|never|NOT)\b", text) and random.random() < 0.8:
        return None
    if re.search(r"\b[Ww]hether\b", text):
        return None
    spots = list(_AUXILIARY.finditer(text))
    if spots:
        match = random.choice(spots)
        return text[: match.end()] + random.choice([" not", " not", " never"]) + text[match.end() :]
    past = [
        m
        for m in re.finditer(r"(?<=[\w)] )[a-z]+(?= )", text)
        if m.group() in lists()["plain_past"]
        and not re.search(r"\b(?:no|a|the|been|be|was|is) $|s $", text[: m.start()])
    ]
    if not past:
        return None
    match = random.choice(past)
    does = "does not" if match.group().endswith("s") else "did not"
    return (
        f"{text[: match.start()]}{does} {lists()['plain_past'][match.group()]}{text[match.end() :]}"
    )


def negation_dropped(text: str, random: Random) -> str | None:
    """A denial turned into a statement."""
    if len(re.findall(r"\b(?:not|no|none|never|without|NOT)\b", text)) != 1:
        return None
    changes = [
        (
            r"\b(is|are|was|were|will|would|has|have|had|could|can|may|did|does|do) not "
            r"(?!only|yet|all)",
            r"\1 ",
        ),
        (r"\bnot yet ", "already "),
        (r"\b[Nn]one of ", "All of "),
        (r"\bno longer ", "still "),
        (r"\b[Nn]o (?=[a-zA-Z.]+ [\w .-]*\b(?:was|were|is|are|has|have)\b)", "A "),
        (r"(?<=[a-z] )no (?=[a-z]+)", "a "),
        (r"\bnever ", ""),
        (r"\bwithout ", "with "),
        (r"\bNOT ", ""),
    ]
    for form, new in changes:
        changed = re.sub(form, new, text, count=1)
        if changed != text:
            return changed
    return None


_HEDGES = [
    (r"\b(?:about|nearly|almost|around|roughly) (?=\$?\d|USD|JPY|EUR|US\$)", ""),
    (r"\bup to (?=[\d$A-Z])", ""),
    (r"\b[Aa]t least (?=\w)", ""),
    (r"\bmore than (?=\w)", ""),
    (r"\breportedly ", ""),
    (r"\bmay (?=[a-z]+)", "will "),
    (r"\bmight ", "will "),
    (r"\bcould (?=[a-z])", "will "),
    (r"\b(is|are) due to (?=[a-z]+ )", r"will "),
    (r"\b(was|were) due to (?=[a-z]+ )", r"did "),
    (r"\b(is|are) expected to ", "will "),
    (r"\bexpects to ", "will "),
    (r"\b(is|are) reported to have ", r"has "),
    (r"\bproposed (?=[a-z]*\s?(?:duty|duties|tariff|rule|rate|action|price))", ""),
    (r"\bproposes to ", "will "),
    (r"\bplans to ", "will "),
    (r"\bplanned ", ""),
    (r"\bestimated ", ""),
    (r"\bmainly |\bmostly |\blargely |\bpartly ", ""),
    (r"\blikely ", ""),
]


def hedge_dropped(text: str, random: Random) -> str | None:
    """A guarded statement made flat."""
    options = [(form, new) for form, new in _HEDGES if len(re.findall(form, text)) == 1]
    if not options:
        return None
    form, new = random.choice(options)
    return re.sub(form, new, text, count=1)


def hedge_added(text: str, random: Random) -> str | None:
    """A flat statement made guarded."""
    if re.search(r"\b(?:may|might|reported|about|could|expected|due|proposed|least|up to)\b", text):
        return None
    spots = list(re.finditer(r"(?<=[a-z] )(\d+(?:\.\d+)?%|USD \d|\d[\d,]* tonnes)", text))
    if spots and random.random() < 0.5:
        match = random.choice(spots)
        return (
            text[: match.start()]
            + random.choice(["about ", "up to ", "at least "])
            + text[match.start() :]
        )
    match2 = re.search(r"(?<=[a-z] )(was|were|is|are|has|have)(?= [a-z])", text)
    if match2 is None:
        return None
    return text[: match2.end()] + " reportedly" + text[match2.end() :]


def direction(text: str, random: Random) -> str | None:
    """A word for its opposite."""
    options = []
    for one, other in lists()["directions"]:
        for word, new in ((one, other), (other, one)):
            if word in ("until", "from") and not re.search(rf"\b{word} \d{{1,2}} [A-Z]", text):
                continue
            if len(re.findall(rf"(?<![\w-]){word}(?![\w-])", text)) == 1 and new not in text:
                options.append((word, new))
    if not options:
        return None
    word, new = random.choice(options)
    if word in ("until", "from"):
        return re.sub(rf"\b{word} (?=\d{{1,2}} [A-Z])", f"{new} ", text, count=1)
    return re.sub(rf"(?<![\w-]){word}(?![\w-])", new, text, count=1)


def figures_exchanged(text: str, random: Random) -> str | None:
    """Two percentages of one sentence in each other's place, with other words beside them."""
    found = list(re.finditer(r"(?<![\d.-])\d+(?:\.\d+)?%", text))
    pairs = [
        (one, other)
        for i, one in enumerate(found)
        for other in found[i + 1 :]
        if one.group() != other.group()
        and len(re.findall(r"[A-Za-z]{3,}", text[one.end() : other.start()])) >= 2
        and len(found) == len({m.group() for m in found})
    ]
    return _exchange(text, random.choice(pairs)) if pairs else None


def dates_exchanged(text: str, random: Random) -> str | None:
    """Two dates of one sentence in each other's place, with other words beside them."""
    found = list(re.finditer(rf"\b\d{{1,2}} (?:{_MONTH}) \d{{4}}\b", text))
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(found)
        if one.group() != other.group()
        and len(re.findall(r"[A-Za-z]{3,}", text[one.end() : other.start()])) >= 2
    ]
    return _exchange(text, random.choice(pairs)) if pairs else None


_DOES = re.compile(
    r"\b(?:suspend|ban|impose|cut|raise|buy|sell|supply|invest|ask|propose|sign|charge|accuse|list|"
    r"agree|exempt|place|add|hit|pay|export|import|lend|grant)(?:s|ed|d|es)?\b"
    r"|\b(?:paid|sold|bought|lent|asked)\b"
)


def roles_exchanged(text: str, random: Random) -> str | None:
    """Doer and done-to in each other's place."""
    countries, companies = lists()["names"][0], lists()["names"][3]
    names = {*countries, *companies, "the United States", "the EU", "the Pentagon"}
    found = sorted(
        (m for name in sorted(names) for m in re.finditer(rf"(?<![\w-]){name}(?![\w'-])", text)),
        key=lambda m: m.start(),
    )
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(found)
        if one.group() != other.group()
        and _DOES.search(text[one.end() : other.start()])
        and not re.search(r"\band$|\bwith$|;|:", text[one.end() : other.start()].strip())
        and text.count(one.group()) == text.count(other.group()) == 1
    ]
    return _exchange(text, random.choice(pairs)) if pairs else None


def _exchange(text: str, pair: tuple[re.Match[str], re.Match[str]]) -> str:
    one, other = pair
    between = text[one.end() : other.start()]
    return text[: one.start()] + other.group() + between + one.group() + text[other.end() :]


_KINDS: dict[str, Callable[[str, Random], str | None]] = {
    "number": number,
    "unit": unit,
    "date": date,
    "entity": entity,
    "negation added": negation_added,
    "negation dropped": negation_dropped,
    "hedge dropped": hedge_dropped,
    "hedge added": hedge_added,
    "direction": direction,
    "figures exchanged": figures_exchanged,
    "dates exchanged": dates_exchanged,
    "roles exchanged": roles_exchanged,
}
_DISGUISES = [honest.dates_recast, honest.amounts_recast, honest.reworded, honest.framed]


def mutated_cases(material: list[Sentence], random: Random, *, each: int) -> Iterator[Case]:
    """At most `each` cases of every kind; three in ten are reworded besides."""
    for kind, mutate in _KINDS.items():
        made = 0
        for sentence in random.sample(material, len(material)):
            claim = mutate(sentence.text, random)
            if claim is None or claim == sentence.text:
                continue
            if random.random() < 0.3:
                disguised = random.choice(_DISGUISES)(
                    Sentence(sentence.document_id, sentence.topics, claim), random
                )
                claim = disguised or claim
            yield Case(kind, False, claim, (sentence.text,), sentence.document_id)
            made += 1
            if made == each:
                break
    yield from wrong_source(material, random, each, same_document=True)
    yield from wrong_source(material, random, each, same_document=False)
