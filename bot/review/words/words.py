"""Read the pages' words, and hold the languages to the same keys and the same gaps."""

from __future__ import annotations

import string
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from corpus.errors import SettingsError

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The languages there are words for; the first stands in for all others."""

_Phrase = Annotated[str, StringConstraints(min_length=1)]
_Key = Annotated[str, StringConstraints(pattern=r"\A[a-z0-9_-]+\z")]


class PageWords(BaseModel):
    """All words of one language, by section and key.

    Example:
        >>> page_words("en")("queue.count", count=3)
        '3 waiting'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language
    name: _Phrase
    day_format: _Phrase
    time_format: _Phrase
    texts: dict[_Key, dict[_Key, _Phrase]] = Field(min_length=1)

    def __call__(self, key: str, **values: object) -> str:
        """The phrase, its gaps filled.

        Raises:
            KeyError: there is no such phrase, or a value for one of its gaps is missing.
        """
        section, _, name = key.partition(".")
        phrase = self.texts[section][name]
        return phrase.format(**values) if values else phrase

    def label(self, section: str, value: object) -> str:
        """The phrase for a value from the data; a value nobody foresaw speaks for itself."""
        return self.texts[section].get(str(value).replace(" ", "-"), str(value))

    def day(self, day: date | None) -> str:
        """A date, as it is written in this language."""
        return "–" if day is None else day.strftime(self.day_format)

    def time(self, time: datetime | None) -> str:
        """A time in UTC, as it is written in this language."""
        return "–" if time is None else time.strftime(self.time_format)

    def gaps(self) -> dict[str, frozenset[str]]:
        """Each phrase's key and the names of its gaps."""
        return {
            f"{section}.{key}": frozenset(
                name for _, name, _, _ in string.Formatter().parse(phrase) if name
            )
            for section, phrases in self.texts.items()
            for key, phrase in phrases.items()
        }


@cache
def page_words(language: Language) -> PageWords:
    """The words of one language.

    Raises:
        SettingsError: the file is broken, or lacks what the first language's has.
    """
    path = Path(__file__).with_name(f"{language}.yaml")
    try:
        words = PageWords.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        gaps = words.gaps()
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        raise SettingsError(
            f"{path}: {' '.join(str(error).split())[:300]}; mend the file"
        ) from error
    if language != LANGUAGES[0]:
        model = page_words(LANGUAGES[0]).gaps()
        for key in sorted(model.keys() | gaps.keys()):
            if model.get(key) != gaps.get(key):
                raise SettingsError(
                    f"{path}: {key} differs from {LANGUAGES[0]}.yaml in being there or in its "
                    "gaps; mend the file"
                )
    return words


def choose_language(chosen: str | None, accepted: str | None) -> Language:
    """The language of a reader.

    Args:
        chosen: what they chose on a page, if anything.
        accepted: their browser's Accept-Language.
    """
    accepts = (part.split(";")[0].strip() for part in (accepted or "").split(",")[:10])
    wishes = [chosen or "", *accepts]
    for wish in wishes:
        for language in LANGUAGES:
            if wish.lower().split("-")[0] == language:
                return language
    return LANGUAGES[0]
