"""What people type at the questionnaire, read into values, or told in one line why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.allocation.holdings import known_ticker, parse_amount, parse_holdings
from bot.allocation.numbers import shorten, tidy
from bot.allocation.universe import Universe
from bot.allocation.words.model import AllocationWords, InterviewWords
from corpus.errors import ProfileError

_SEPARATORS = re.compile(r"[,;\n、，]+")


def read_choice(text: str, choices: Mapping[str, str], words: InterviewWords) -> str:
    """The value of a choice, given as its value, its label, its number in the list, or yes or no.

    Raises:
        ProfileError: it is none of them.
    """
    given = tidy(text).casefold()
    for value, label in choices.items():
        if given in {value.casefold(), tidy(label).casefold()}:
            return value
    if set(choices) == {"yes", "no"}:
        if given in {word.casefold() for word in words.yes_words}:
            return "yes"
        if given in {word.casefold() for word in words.no_words}:
            return "no"
    if given.isdecimal() and 1 <= int(given) <= len(choices):
        return list(choices)[int(given) - 1]
    raise ProfileError(words.not_a_choice.format(given=shorten(text), count=len(choices)))


def read_percentage(text: str, words: InterviewWords) -> int | float:
    """A percentage from 0 to 100.

    Raises:
        ProfileError: it is none.
    """
    given = tidy(text).rstrip("%").strip().lstrip("-−").replace(",", ".")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", given) or float(given) > 100:
        raise ProfileError(words.not_a_percentage.format(given=shorten(text)))
    return float(given) if "." in given else int(given)


def read_exclusions(text: str, universe: Universe, words: AllocationWords) -> list[str]:
    """Themes, `china-exposure` and tickers, separated by commas; an empty list for none.

    Raises:
        ProfileError: one of them is unknown; it is named, with those spelt like it.
    """
    frame = words.interview
    choices = frame.questions["exclusions"].choices
    named = {tidy(label).casefold(): value for value, label in choices.items()}
    named |= {value.casefold(): value for value in choices}
    named |= {"defense": "DEF", "defence": "DEF"}
    nothing = {"none", *(word.casefold() for word in frame.none_words)}
    found = []
    for part in (part.strip() for part in _SEPARATORS.split(tidy(text)) if part.strip()):
        value = named.get(part.casefold(), part)
        if value.casefold() in nothing:
            continue
        if value not in choices:
            value = known_ticker(value, universe.tickers, words.holdings)
        if value not in found:
            found.append(value)
    return found


def read_country(text: str, words: AllocationWords) -> str:
    """A country's code.

    Raises:
        ProfileError: it is none.
    """
    from pycountry import countries

    given = tidy(text).upper()
    if len(given) != 2 or countries.get(alpha_2=given) is None:
        raise ProfileError(words.interview.not_a_country.format(given=shorten(text)))
    return given


def read_optional(
    key: str, text: str, universe: Universe, words: AllocationWords
) -> dict[str, Any]:
    """What an optional question adds to the profile: country, amount and currency, or holdings.

    Raises:
        ProfileError: it cannot be read.
    """
    if key == "country":
        return {"country": read_country(text, words)}
    if key == "amount":
        amount, currency = parse_amount(text, words.holdings)
        return {"amount": amount} | ({"currency": currency} if currency else {})
    # Holdings are compared in proportion, so their currency is of no further use.
    return {"holdings": parse_holdings(text, universe.tickers, words.holdings).as_data()}
