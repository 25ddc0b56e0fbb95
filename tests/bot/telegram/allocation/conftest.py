"""The rules in both languages."""

from __future__ import annotations

import pytest

from bot.allocation import Allocator
from bot.words import LANGUAGES, Language
from corpus import Library


@pytest.fixture(scope="session", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture(scope="session")
def allocator(library: Library, language: Language) -> Allocator:
    return Allocator.load(library, language)
