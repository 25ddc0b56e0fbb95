"""What can be told of a sentence before any question: the kinds of thing it holds, and its length.

Computed once, when the index is built. The same kinds are what a question asks for.
"""

from __future__ import annotations

import re
from enum import IntFlag

from retrieval.dates import find_dates


class Holds(IntFlag):
    """Kinds of thing a sentence holds, or a question asks for."""

    NOTHING = 0
    PERCENT = 1
    MONEY = 2
    DATE = 4
    QUANTITY = 8
    LIST = 16
    STATUS = 32
    PLACE_OR_NAME = 64
    REASON = 128


_PERCENT = re.compile(r"\d\s?(?:%|％|percent|per cent|pct|percentage point)", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:US\$|A\$|C\$|[$€£¥]|\b(?:USD|EUR|JPY|AUD|CAD|GBP)\s?)\s?\d"
    r"|\d[\d.,]*\s?(?:(?:thousand|million|billion|trillion|bn|tn|m)\s)?(?:U\.?S\.?\s|Canadian\s|"
    r"Australian\s)?(?:dollars?|yen|euros?|pounds?|won|yuan)\b",
    re.IGNORECASE,
)
_QUANTITY = re.compile(
    r"\b(?:\d[\d.,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|sixteen|forty"
    r"|sixty)\s(?!%)(?:[a-z-]+\s)?[a-z]{3,}",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\b(?:in force|suspend|paus|struck down|expire|ended|lapse|superseded|replaced|postpon|delay"
    r"|announced|proposed|not verified|unverified|remain|still|no (?:decision|change|longer)"
    r"|pending|took effect|takes effect|not yet|repeal|no [a-z]+ (?:was|were) found)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][a-z]+(?:\s(?:of\s|the\s|and\s)?[A-Z][\w-]+)*")
_REASON = re.compile(
    r"\b(?:because|since|due to|so that|reason|in order to|owing|therefore)\b", re.I
)
_LIST = re.compile(
    r":\s(?:[^,;:]+[,;]\s){2,}|(?:[^,;()]+,){2,}[^,;]+\b(?:and|or)\b|(?:[^;]+;){2,}", re.IGNORECASE
)
_ITEMS = re.compile(r"[,;]|\band\b|\bor\b", re.IGNORECASE)
_COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT = re.compile(r"\b(" + "|".join(_COUNTS) + r"|[2-9]|1[0-2])\s+(?=[a-z])", re.IGNORECASE)


def what_it_holds(sentence: str) -> Holds:
    """The kinds of thing a sentence holds."""
    found = Holds.NOTHING
    dates = find_dates(sentence)
    without_dates = sentence
    for mention in reversed(dates):
        without_dates = without_dates[: mention.start] + " " + without_dates[mention.end :]
    for kind, pattern, text in (
        (Holds.PERCENT, _PERCENT, without_dates),
        (Holds.MONEY, _MONEY, without_dates),
        (Holds.QUANTITY, _QUANTITY, without_dates),
        (Holds.LIST, _LIST, sentence),
        (Holds.STATUS, _STATUS, sentence),
        (Holds.PLACE_OR_NAME, _NAME, sentence),
        (Holds.REASON, _REASON, sentence),
    ):
        if pattern.search(text):
            found |= kind
    return found | (Holds.DATE if dates else Holds.NOTHING)


_ASKS: tuple[tuple[Holds, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Holds.DATE,
            r"\bwhen\b"
            r"|\b(?:which|what|from|by|on) (?:what |which )?(?:day|date|year|month|deadline)\b"
            r"|\bhow (?:long|soon|late)\b|\b(?:until|since|by|till) when\b|\bdeadline\b"
            r"|\blast day\b|\bwhat (?:day|date|year)\b|\bexpir|\bearliest\b|\binception\b"
            r"|\bhow old\b",
        ),
        (
            Holds.PERCENT,
            r"\b(?:rate|percent|per cent|pct|percentage|tariff|duty|duties|levy|share|slice"
            r"|portion|chunk|weight|stake|fee|expense|ratio|ceiling|cap|quota share|of gdp|split"
            r"|carved)\b|%"
            r"|\bhow (?:big|large|much)\b(?! (?:is|are|was|were)? ?(?:money|cash|dollars))",
        ),
        (
            Holds.MONEY,
            r"\bhow (?:much|big|large)\b"
            r"|\b(?:price|cost|worth|money|budget|dollars?|yen|euros?|bill|invest\w*|loan|fund"
            r"|spend\w*|pay|paid|fine[ds]?|penalt\w+|profits?|price tag|size)\b|[$€¥]",
        ),
        (
            Holds.QUANTITY,
            r"\bhow (?:many|much|big|large|long|far)\b"
            r"|\b(?:tonnes?|tons?|number|quota|size|vote|count|amount|output|volume|shares)\b",
        ),
        (
            Holds.LIST,
            r"\bwhich (?:\w+ )?\w+s\b"
            r"|\bwhat (?:are|were|kinds?|sorts?|themes|three|two|four|\w+s)\b"
            r"|\blist\b|\bname the\b",
        ),
        (
            Holds.STATUS,
            r"^(?:ok |so |and |but |hey |hi )*"
            r"(?:is|are|was|were|did|does|do|has|have|can|could|will|would|must|should)\b"
            r"|\b(?:still|status|now|anymore|any more|yet|currently|today|happen\w*|stand|standing"
            r"|live|in force|alive|lapse|valid|gone|dead|scrapped)\b",
        ),
        (
            Holds.PLACE_OR_NAME,
            r"\bwho\b|\bwhose\b|\bwhere\b"
            r"|\bwhich (?:law|country|company|court|judge|justice|order|fund|etf|index|agency|firm"
            r"|state|ministry|bank|section|act)\b"
            r"|\bwhat(?:'s| is|s)? (?:it |that |the )?(?:\w+ )?(?:called|name)\b"
            r"|\bname\b|\bunder (?:which|what)\b",
        ),
        (Holds.REASON, r"\bwhy\b|\breason\b|\bhow come\b|\bwhat for\b|\bon what (?:ground|basis)"),
    )
)


def what_it_asks(question: str) -> Holds:
    """The kinds of thing a question asks for; several at once where its words leave it open."""
    found = Holds.NOTHING
    for kind, pattern in _ASKS:
        if pattern.search(question):
            found |= kind
    return found


def counts_asked_for(question: str) -> frozenset[int]:
    """How many things a question names, as in "which seven elements"."""
    found = (match.group(1).lower() for match in _COUNT.finditer(question))
    return frozenset(_COUNTS.get(word) or int(word) for word in found)


def counts_told(sentence: str) -> frozenset[int]:
    """How many things a sentence counts out: the numbers it says, and the length of its list."""
    told = set(counts_asked_for(sentence))
    _, colon, listed = sentence.partition(": ")
    if colon and _LIST.search(sentence):
        told.add(len(_ITEMS.split(re.sub(r"[,;]\s+(?:and|or)\b", ",", listed))))
    return frozenset(told)


_BACK = re.compile(r"\b(?:did|was|were|had|happened)\b", re.IGNORECASE)
_STILL = re.compile(r"\b(?:still|now|today|currently|yet|any ?more)\b", re.IGNORECASE)


def looks_back(question: str) -> bool:
    """Whether a question asks what was, so that no sentence about today answers it better."""
    return bool(_BACK.search(question)) and not _STILL.search(question)


_DEFINES = re.compile(
    r"^\W*(?:(?:so|ok|hey|hi|and)\W+)*(?:what|who)(?:'?s|\s+is|\s+are|\s+exactly\s+is)\s+(?:the\s+|an?\s+)?"
    r"(?:[\w.&'-]+\s*){1,4}\??$"
    r"|\b(?:explain|define|meaning of|tell me about|what does \w+ (?:mean|stand for))\b",
    re.IGNORECASE,
)


def is_definition(question: str) -> bool:
    """Whether a question asks what something is, which a document's first words tell best."""
    return bool(_DEFINES.search(question))
