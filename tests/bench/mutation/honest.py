"""True claims: sentences told again without change of meaning, with the sentence as quote."""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Callable, Iterator
from random import Random

from tests.bench.mutation.material import Case, Sentence, lists

_MONTHS = list(calendar.month_name)[1:]
_MONTH = "|".join(_MONTHS)
_DAY_FIRST = re.compile(
    rf"(?<![-\d/])(?<!\d to )(?<!\d and )(?<!\d or )\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b"
    r"(?!\s?(?:to|-|and)\s)"
)
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d/-])")

_PASSIVE = re.compile(
    r"^(?P<who>(?:The )?[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}) "
    r"(?P<verb>suspended|announced|issued|published|imposed|created|launched|approved|banned|"
    r"signed|proposed|named|confirmed|adopted|passed|opened|banned|listed|revoked|granted) "
    r"(?P<what>(?:the|a|an|its|all|six|two|five) [^,;:()]{4,70}?)"
    r"(?P<when> on \d{1,2} \w+ \d{4})?\.$"
)


def verbatim(sentence: Sentence, random: Random) -> str | None:
    """As it stands."""
    return sentence.text


def framed(sentence: Sentence, random: Random) -> str | None:
    """With a source named in front, and a citation number behind."""
    if re.match(r"[A-Z][a-z]+ ", sentence.text) is None:
        return None
    frame = random.choice(
        [
            "According to the brief, ",
            "The brief says that ",
            "The document reports: ",
            "As stated in the brief, ",
        ]
    )
    return f"{frame}{sentence.text} [{random.randint(1, 9)}]"


def clause(sentence: Sentence, random: Random) -> str | None:
    """One of the clauses that semicolons divide, under the same heading."""
    if "; " not in sentence.text or re.search(r"\b(?:if|unless)\b", sentence.text):
        return None
    head, colon, rest = sentence.text.partition(": ")
    if not colon or ";" in head:
        head, rest = "", sentence.text
    parts = [part.strip(" .") for part in rest.split("; ")]
    parts = [part for part in parts if len(part) > 25 and part.count("(") == part.count(")")]
    if not parts or head.count("**") % 2:
        return None
    part = random.choice(parts)
    return f"{head}: {part}." if head else f"{part[0].upper()}{part[1:]}."


def dates_recast(sentence: Sentence, random: Random) -> str | None:
    """Dates in another usual form."""
    american = random.random() < 0.5

    def recast(match: re.Match[str]) -> str:
        day, month, year = match.groups()
        if american:
            return f"{month} {day}, {year}"
        return f"{year}-{_MONTHS.index(month) + 1:02}-{int(day):02}"

    def spell(match: re.Match[str]) -> str:
        year, month, day = match.groups()
        return (
            f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
            if 1 <= int(month) <= 12
            else match.group()
        )

    text = _DAY_FIRST.sub(recast, sentence.text)
    if text == sentence.text:
        text = _ISO.sub(spell, sentence.text)
    return text if text != sentence.text else None


def amounts_recast(sentence: Sentence, random: Random) -> str | None:
    """Percentages and amounts in another usual form."""
    text = sentence.text
    percent = random.choice([" percent", " per cent", " %"])
    text = re.sub(r"(?<=\d)%", percent, text)
    text = re.sub(r"\bUSD (\d[\d.,]*) (million|billion)", r"$\1 \2", text)
    text = re.sub(
        r"(?<![-\d] )(?<!to )\b(\d[\d.]*) (million|billion) dollars",
        lambda m: random.choice(
            [f"${m[1]} {m[2]}", f"USD {m[1]}{'bn' if m[2] == 'billion' else 'm'}"]
        ),
        text,
    )
    return text if text != sentence.text else None


def reworded(sentence: Sentence, random: Random) -> str | None:
    """One or two words exchanged for others that say the same."""
    text, done = sentence.text, 0
    exchanges = list(lists()["exchanges"].items())
    random.shuffle(exchanges)
    for word, other in exchanges:
        new = re.sub(rf"(?<![-\w]){word}(?![-\w])", other, text, count=1)
        if new != text:
            text, done = new, done + 1
        if done == 2:
            break
    return text if done else None


def reordered(sentence: Sentence, random: Random) -> str | None:
    """The date moved to the front or to the back."""
    match = re.match(rf"^On (\d{{1,2}} (?:{_MONTH}) \d{{4}}),? ([^;:]+)\.$", sentence.text)
    if match and "," not in match[2]:
        return f"{match[2][0].upper()}{match[2][1:]} on {match[1]}."
    match = re.match(rf"^([A-Z][^;:,]+) on (\d{{1,2}} (?:{_MONTH}) \d{{4}})\.$", sentence.text)
    if match:
        return f"On {match[2]} {match[1]}."
    match = re.match(
        rf"^(\d{{1,2}} (?:{_MONTH}) \d{{4}}|\d{{4}}-\d\d-\d\d): ([^;:]+)\.$", sentence.text
    )
    if match:
        return f"{match[2][0].upper()}{match[2][1:]} ({match[1]})."
    return None


def passive(sentence: Sentence, random: Random) -> str | None:
    """Active turned passive."""
    match = _PASSIVE.match(sentence.text)
    if match is None:
        return None
    what = match["what"]
    plural = re.match(r"(?:all|six|two|five|its \w+s\b)", what) is not None
    who = re.sub(r"^The ", "the ", match["who"])
    text = f"{what[0].upper()}{what[1:]} {'were' if plural else 'was'} {match['verb']} by {who}"
    return f"{text}{match['when'] or ''}."


def trimmed(sentence: Sentence, random: Random) -> str | None:
    """Without what stands in brackets."""
    text = re.sub(r" \([^()]*\)", "", sentence.text)
    return (
        text
        if text != sentence.text and len(text) > 30 and text.count("(") == text.count(")")
        else None
    )


def shortened(sentence: Sentence, random: Random) -> str | None:
    """A person without office, or a subject without what only describes it."""
    text = re.sub(
        r"\b(?:U\.S\. |Trade |Foreign |Treasury |Commerce |Prime )*"
        r"(?:President|Secretary|Minister) (?=[A-Z][a-z]+\b)",
        "",
        sentence.text,
        count=1,
    )
    if text == sentence.text:
        text = re.sub(
            r"^(The [\w.-]+(?: [\w.-]+)?) (?:of|for|with) [^,;:()]{4,40}? "
            r"(?=(?:was|were|is|are)\b)",
            r"\1 ",
            sentence.text,
            count=1,
        )
    return text if text != sentence.text else None


_KINDS: dict[str, Callable[[Sentence, Random], str | None]] = {
    "verbatim": verbatim,
    "framed": framed,
    "clause": clause,
    "dates recast": dates_recast,
    "amounts recast": amounts_recast,
    "reworded": reworded,
    "reordered": reordered,
    "passive": passive,
    "without brackets": trimmed,
    "shortened": shortened,
}


def honest_cases(material: list[Sentence], random: Random, *, each: int) -> Iterator[Case]:
    """At most `each` cases of every kind, in an order of the generator's own."""
    for kind, make in _KINDS.items():
        made = 0
        for sentence in random.sample(material, len(material)):
            claim = make(sentence, random)
            if claim is not None:
                yield Case(kind, True, claim, (sentence.text,), sentence.document_id)
                made += 1
            if made == each:
                break
    yield from _merged(material, random, each)
    yield from _twofold(material, random, each)


def _merged(material: list[Sentence], random: Random, each: int) -> Iterator[Case]:
    """Two neighbouring sentences told as one, with both as quotes."""
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(material)
        if one.document_id == other.document_id
    ]
    for one, other in random.sample(pairs, min(each, len(pairs))):
        link = random.choice(["; ", ". ", ", and ", ", while "])
        second = other.text
        if link != ". " and re.match(
            r"(?:The|A|An|In|On|From|It|No|For|Of|At|By|With|None|Since)\b", second
        ):
            second = second[0].lower() + second[1:]
        yield Case(
            "merged",
            True,
            f"{one.text.rstrip('.')}{link}{second}",
            (one.text, other.text),
            one.document_id,
        )


def _twofold(material: list[Sentence], random: Random, each: int) -> Iterator[Case]:
    """Two changes at once."""
    makers = [dates_recast, amounts_recast, reworded, trimmed]
    made = 0
    for sentence in random.sample(material, len(material)):
        first, second = random.sample(makers, 2)
        once = first(sentence, random)
        if once is None:
            continue
        twice = second(Sentence(sentence.document_id, sentence.topics, once), random)
        if twice is not None:
            yield Case("two changes", True, twice, (sentence.text,), sentence.document_id)
            made += 1
        if made == each:
            return
