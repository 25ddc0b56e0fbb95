"""The packaged rules bound to the packaged corpus, once for all tests."""

from __future__ import annotations

import pytest

from bot.allocation import Allocator
from corpus import Library


@pytest.fixture(scope="session")
def allocator(library: Library) -> Allocator:
    return Allocator.load(library)


@pytest.fixture(scope="session")
def allocator_ja(library: Library) -> Allocator:
    return Allocator.load(library, "ja")
