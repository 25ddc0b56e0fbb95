"""The rules in each language, bound once when first needed, and whether they are offered here."""

from __future__ import annotations

import asyncio
import logging
from functools import cache

from bot.allocation import Allocator, Switch
from bot.words import Language
from corpus import Library
from corpus.errors import RulesError

log = logging.getLogger(__name__)


class Allocators:
    """One allocator a language.

    Args:
        library: the documents that signals are bound to.
        switch: whether allocations are offered, and where not.
    """

    def __init__(self, library: Library, switch: Switch | None = None) -> None:
        self.switch = switch or Switch()
        self._load = cache(lambda language: Allocator.load(library, language))

    async def of(self, language: Language) -> Allocator:
        """The rules with the words of a language.

        Raises:
            RulesError: they cannot be used with these documents.
        """
        return await asyncio.to_thread(self._load, language)

    @staticmethod
    def tell(error: RulesError) -> None:
        """Tell the operator why there are no allocations."""
        log.error("no allocations: %s", error)
