"""What all of the reviewers' side stands on: a journal, its documents, its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.journal.journal import Journal
from bot.journal.records import unknown_turn

if TYPE_CHECKING:
    from bot.journal.vault import Vault, Work
    from corpus import Library
    from retrieval.embedding import EmbeddingModel


class Desk:
    """A journal with what is at hand beside it."""

    def __init__(
        self,
        journal: Journal,
        *,
        library: Library | None = None,
        embed: EmbeddingModel | None = None,
    ) -> None:
        self.journal = journal
        self.library = library
        self.embed = embed

    def _vault(self) -> Vault:
        return self.journal.vault()

    @contextmanager
    def _reading(self, turn_id: str | None = None) -> Iterator[Work]:
        """Read; of a journal that does not exist yet, nothing is found, and nothing is made."""
        if self.journal.database.is_missing():
            if turn_id is not None:
                raise unknown_turn(turn_id)
            # A reviewer's page may come before the first question: an empty journal is as good.
            self._vault().keyring()
        with self._vault().reading() as work:
            yield work

    @contextmanager
    def _writing(self, turn_id: str) -> Iterator[Work]:
        if self.journal.database.is_missing():
            raise unknown_turn(turn_id)
        with self._vault().writing() as work:
            yield work
