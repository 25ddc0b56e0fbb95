from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.review
from bot.journal.review import Reason, Verdict
from bot.review.access import Role
from bot.review.words import LANGUAGES, choose_language, page_words
from bot.review.words.words import Language
from corpus import Status
from retrieval.answer import NoticeKind

HERE = Path(bot.review.__file__).parent
_USED = re.compile(r"""(?<![\w.])(?:t|words)\(\s*["']([a-z_]+)\.([a-z0-9_-]*)["'](\s*~)?""")
_LABELS = re.compile(r"""label\(\s*["']([a-z_]+)["']""")


def sources() -> Iterator[Path]:
    yield from HERE.rglob("*.html")
    yield from HERE.rglob("*.py")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_that_a_page_asks_for_is_there(language: Language) -> None:
    words = page_words(language)
    asked = 0
    for source in sources():
        text = source.read_text(encoding="utf-8")
        for section, key, continues in _USED.findall(text):
            asked += 1
            found = words.texts[section]
            assert any(name.startswith(key) for name in found) if continues else key in found, (
                f"{source.name}: {section}.{key}"
            )
        for section in _LABELS.findall(text):
            assert section in words.texts, f"{source.name}: {section}"
    assert asked > 150


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("verdict", Verdict),
        ("reason", Reason),
        ("role", Role),
        ("status", Status),
        ("notice", NoticeKind),
    ],
)
def test_every_value_that_a_page_may_show_has_its_words(
    section: str, values: type[Verdict] | type[Reason] | type[Role]
) -> None:
    for language in LANGUAGES:
        assert {value.value for value in values} <= page_words(language).texts[section].keys()


@pytest.mark.parametrize(
    ("chosen", "accepted", "wanted"),
    [
        (None, None, "en"),
        (None, "ja", "ja"),
        (None, "ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        (None, "fr-FR,fr;q=0.9,ja;q=0.5", "ja"),
        ("en", "ja", "en"),
        ("ja", None, "ja"),
        ("xx", "*", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_browsers(
    chosen: str | None, accepted: str | None, wanted: str
) -> None:
    assert choose_language(chosen, accepted) == wanted
