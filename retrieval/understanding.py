"""From a question to what is looked for: language, date, follow-up, parts, spelling, intent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from retrieval.answer import Question, Turn
from retrieval.asking import is_asking
from retrieval.aspects import aspects
from retrieval.dates import find_dates
from retrieval.events import Event, date_before
from retrieval.features import Holds, what_it_asks
from retrieval.instructions import set_instructions_aside
from retrieval.language import Language, detect_language
from retrieval.query import Query
from retrieval.spelling import Speller
from retrieval.terms import STOP_WORDS, terms, words
from retrieval.vocabulary import company_of, translate

MOST_PARTS = 3
"""Questions answered in one message; more would each get too little room."""


LONGEST_MONTH = 31
"""Days: a Japanese date is one to speak for when it names a month or a day, not a mere year."""


class Intent(StrEnum):
    """What the asker wants of us."""

    FACTS = "facts"
    ADVICE = "advice"
    OVERVIEW = "overview"


@dataclass(frozen=True)
class Part:
    """One of the questions in a message.

    Attributes:
        query: the whole of it.
        asks: the kinds of thing it asks for.
        sides: for a question about two things or more, what to look for on each side.
    """

    query: Query
    asks: Holds
    sides: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """A question, understood.

    Attributes:
        question: as it was asked.
        as_of: the date the answer shall speak for.
        dated: whether the asker named that date, in the question or beside it.
        parts: what to look for, in the order asked; never empty.
    """

    question: Question
    as_of: date
    dated: bool
    language: Language
    intent: Intent
    parts: tuple[Part, ...]


_DECISION = re.compile(
    r"""
    \bshould\s+(?:i|we|my|one|it)\b | \b(?:shall|may|must)\s+i\b
  | \bdo\s+i\s+(?:buy|sell|get\s+(?:in|out)|dump|invest|keep|go\s+(?:long|short))\b
  | \b(?:would|wud|will|should)\s+(?:you|u)\b
  | \b(?:you|u)\s+(?:think|recommend|suggest|advise|pick|rather)\b
  # What somebody else recommends is a fact.
  | \brecommendations?\b(?!\s+(?:of|by|from)\b) | \brecommend\s+(?:me|us|some|any)\b
  | ^\W*(?:pls\s+|please\s+)?recommend\b | \b(?:make|build|give)\s+me\s+a\s+portfolio\b
  | \bis\s+(?:it|this|that|now|\w+)\s+(?:still\s+)?(?:an?\s+)?(?:good\s+|safe\s+|smart\s+|wise\s+)?
        (?:buy|bet|investment|idea|time)\b
  | \bis\s+it\s+(?:smart|wise|safe|worth|clever|ok|okay)\b | \bworth\s+(?:buying|it|investing)\b
  | \b(?:buy|sell|hold|long|short|dump|keep)\b.{0,30}
        \bor\s+(?:buy|sell|hold|hang|wait|long|short|dump|keep)\b
  | \b(?:put|go)\s+(?:it\s+)?all\s+(?:in|into)\b | \bload\s+up\b
  | \b(?:price\s+target|target\s+price)\b
  | \bwhich\s+(?:one|stock|fund|etf|ticker)?\b.{0,20}\b(?:buy|best\s+buy|pick)\b | \b\w+\s+a\s+buy\b
  | \bwill\s+(?:\w+\s+){1,4}?(?:go\s+up|go\s+down|double|triple|crash|moon|rally|outperform|soar)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OWN_MONEY = re.compile(
    r"(?i:\b(?:buy|buying|sell|invest\w*|stocks?|shares?|funds?|etfs?|portfolio|savings?|saved|retire\w*|college"
    r"|salary|pension|bet|dump|miners|ticker|target|position|money|get\s+(?:in|out)|long|short|bucks?)\b)"
    r"|\b[A-Z]{3,5}\b|\$\s?\d|\b\d+k\b",
)
_OWN_CASE = re.compile(
    r"\b(?:my|our)\s+(?:\w+\s+){0,3}?(?:savings?|salary|pension|retirement|portfolio|money|college"
    r"|fund|cash|shares|stocks?)\b"
    r"|\b(?:saved\s+up|lying\s+around)\b|\b(?:i|we)\b.{0,30}\bto\s+invest\b"
    r"|買う?べき|売る?べき|買い(?:です|でしょう|時)|売り時|おすすめ|お勧め|投資す(?:べき|れば)"
    r"|買った(?:方|ほう)|売った(?:方|ほう)|値上がりし(?:ます|そう)|いくら投資すれば",
    re.IGNORECASE,
)

_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|those|they|them|their|he|she|his|her|one|ones|same|else|others?|both|either"
    r"|batch|instead|too"
    r"|(?:this|these)(?! (?:year|month|week|summer|spring|autumn|fall|winter|morning|day)))\b"
    r"|それ|その|これ|この|あれ|同じ|では",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_OPENS_AS_FOLLOW_UP = re.compile(
    r"^\W*(?:and|ok(?:ay)?|but|so|then|what about|how about|n\b|or|also|even|any)\b"
    r"|^(?:じゃあ|では|で、|また)",
    re.IGNORECASE,
)
_TOO_SHORT = 3
"""Terms that carry meaning: a question with no more leans on what was said before."""

_STANDS_ALONE = 10
"""Terms that carry meaning: a question with as many has its own subject, whatever it points to."""

_STRANGE = 2
"""Words that the corpus does not know: a short question with as many is about something else."""

_AS_OF = re.compile(
    r"(?:\b(?:as\s+of|as\s+at|on|in|during|back\s+in|until|at\s+the\s+end\s+of|by|before|after)\s+"
    r"(?:the\s+)?(?:end\s+of\s+|early\s+|late\s+|mid-?\s?)?)$",
    re.IGNORECASE,
)
_AS_OF_JAPANESE = re.compile(r"^\s*(?:の?時点|現在|当時|には|では|に|で)")
_TODAY = re.compile(
    r"\b(?:today|now|right now|currently|at the moment|these days|rn|this month|present)\b"
    r"|いま|今|(?<![年月日])現在|本日"
    # "Is it still so" asks for today, "was it still so in June" does not.
    r"|^(?!.*\b(?:was|were|did|had)\b.*\bstill\b).*\bstill\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"(?<=[?？])\s*|\n+|(?<=[.!。])\s+(?=\S)|;\s+")


def understand(
    question: Question, *, today: date, speller: Speller, events: Sequence[Event] = ()
) -> Inquiry:
    """Read a question.

    Args:
        question: as asked, with its history.
        today: the date to speak for when neither the question nor its text names one.
        speller: mends spelling by the corpus's own words.
        events: what a question may be dated by instead of a date.
    """
    text = set_instructions_aside(question.text)
    language = question.language or detect_language(question.text)
    context = _context(text, question.history, speller)
    as_of, dated = _date_asked_for(text, question.as_of, today, events)
    parts = tuple(
        _part(piece, before, speller, whole=True)
        for piece, before in _pieces(text, context, speller)
    )
    return Inquiry(
        question=question,
        as_of=as_of,
        dated=dated,
        language=language,
        intent=_intent(text, parts),
        parts=parts,
    )


def asks_for_advice(text: str) -> bool:
    """Whether the asker wants to be told what to do with money, or what a price will do."""
    if _OWN_CASE.search(text):
        return True
    return bool(_DECISION.search(text) and _OWN_MONEY.search(text))


def _pieces(text: str, context: str, speller: Speller) -> list[tuple[str, str]]:
    """The questions in a message, each with what was said before it that it may lean on."""
    pieces = [piece.strip() for piece in _SPLIT.split(text) if re.search(r"\w", piece)]
    asking = [piece for piece in pieces if is_asking(piece)]
    remarks = " ".join(piece for piece in pieces if piece not in asking)
    if len(asking) < 2:
        return [(" ".join(pieces) or text, context)]
    found: list[tuple[str, str]] = []
    for piece in asking[:MOST_PARTS]:
        before = " ".join([context, remarks, *(earlier for earlier, _ in found)]).strip()
        found.append((piece, before if _leans(piece, speller) or not found else context))
    return found


def _part(
    text: str,
    context: str,
    speller: Speller,
    *,
    whole: bool = False,
    asked: Holds = Holds.NOTHING,
) -> Part:
    """One question, or a side of one for which the same may be `asked` as for the whole."""
    english = translate(text) if detect_language(text) == "ja" else text
    before = translate(context) if context and detect_language(context) == "ja" else context
    corrections = tuple(
        correction
        for word in dict.fromkeys(words(english))
        if word not in STOP_WORDS and (correction := company_of(word) or speller.correct(word))
    )
    query = Query(
        text=english or text,
        original=text,
        context=before,
        context_asked=context,
        corrections=corrections,
    )
    # "And for trucks?" asks for what the question before it asked for.
    asks = what_it_asks(" ".join([english, *corrections])) or asked or what_it_asks(before)
    found = aspects(english) if whole else ()
    sides = tuple(_part(side, context, speller, asked=asks) for side in found)
    return Part(query=query, asks=asks, sides=sides)


def _context(text: str, history: tuple[Turn, ...], speller: Speller) -> str:
    """What the earlier questions were about, when this one leans on them."""
    if not history or not _leans(text, speller):
        return ""
    questions = [set_instructions_aside(turn.question) for turn in history]
    # The last question is the nearest; the first names what the conversation is about.
    return " ".join(dict.fromkeys([questions[0], *questions[-2:]]))


def _leans(text: str, speller: Speller) -> bool:
    """Whether a question needs what was said before it to be understood.

    It does when it points back, opens like an addition, or is too short to stand alone. A short
    question that names something of its own is a new one, unless the name is all it says; and so is
    one whose words are strange to the corpus, such as small talk.
    """
    english = translate(text) if detect_language(text) == "ja" else text
    meaningful = terms(english)
    if len(meaningful) >= _STANDS_ALONE:
        return False
    if _points_back(text, speller) or _OPENS_AS_FOLLOW_UP.search(text) or len(meaningful) <= 1:
        return True
    own = [word for word in dict.fromkeys(words(english)) if word not in STOP_WORDS]
    if len(meaningful) > _TOO_SHORT or any(word in speller.names for word in own):
        return False
    strange = [word for word in own if not (speller.knows(word) or speller.correct(word))]
    return len(strange) < _STRANGE


def _points_back(text: str, speller: Speller) -> bool:
    """Whether a word stands for something said before; "its" after a name stands for that name."""
    words = re.finditer(r"\w+", text)
    named = next((word.end() for word in words if word[0].lower() in speller.names), None)
    if named is not None:
        text = text[:named] + _POSSESSIVE.sub("", text[named:])
    return bool(_POINTS_BACK.search(text))


def _date_asked_for(
    text: str, given: date | None, today: date, events: Sequence[Event]
) -> tuple[date, bool]:
    """The date to speak for: the one given, else one the question names, else today."""
    if given:
        return given, True
    if _TODAY.search(text):
        return today, False
    before = date_before(text, events)
    if before:
        return before, True
    for mention in find_dates(text):
        lead = text[max(0, mention.start - 24) : mention.start]
        is_asked_for = _AS_OF.search(lead) or (
            (mention.last - mention.first).days < LONGEST_MONTH
            and _AS_OF_JAPANESE.match(text[mention.end :])
        )
        if mention.last < today and is_asked_for:
            return mention.last, True
    return today, False


def _intent(text: str, parts: tuple[Part, ...]) -> Intent:
    if asks_for_advice(text):
        return Intent.ADVICE
    own = parts[0].query.terms
    if (
        len(parts) == 1
        and len(own) <= 2
        and not parts[0].query.context
        and not parts[0].asks & ~Holds.PERCENT
        and len(list(words(parts[0].query.text))) <= 2
    ):
        return Intent.OVERVIEW
    return Intent.FACTS
