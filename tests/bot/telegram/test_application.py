from __future__ import annotations

import pytest
from telegram import Update

from bot.telegram.application import ALLOWED_UPDATES, GATE, NEWER_UPDATES
from tests.bot.telegram.conftest import Desk
from tests.bot.telegram.gate.test_gate import EVERY_KIND

GATES_OWN = {"my_chat_member"}
"""Kinds that the gate itself acts on, whether or not anything behind it does."""


@pytest.mark.parametrize("kind", EVERY_KIND)
async def test_just_those_kinds_of_update_are_asked_for_that_something_is_done_with(
    desk: Desk, kind: str
) -> None:
    name = kind.split(maxsplit=1)[0]
    update = Update.de_json({"update_id": 1, name: EVERY_KIND[kind]}, desk.bot)

    handled = name in GATES_OWN or any(
        _fits(handler.check_update(update))
        for group, handlers in desk.application.handlers.items()
        if group > GATE
        for handler in handlers
    )

    if handled:
        assert name in ALLOWED_UPDATES
    elif kind == name:
        assert name not in ALLOWED_UPDATES


def test_the_newer_kinds_are_kinds_that_the_library_knows() -> None:
    assert set(ALLOWED_UPDATES) | set(NEWER_UPDATES) <= set(Update.ALL_TYPES)


def _fits(checked: object) -> bool:
    """As the library decides it; what fits need not be true."""
    return checked is not None and checked is not False
