from __future__ import annotations

import pytest

from bot.state import Role
from bot.telegram.gate import AccessRules
from tests.bot.telegram.conftest import Desk

OWNER = 1


@pytest.fixture
def rules() -> AccessRules:
    return AccessRules(admins=frozenset({OWNER}))


@pytest.mark.parametrize("command", ["invite", "role", "allow", "block", "stats", "health"])
async def test_to_others_an_administrators_command_does_not_exist(desk: Desk, command: str) -> None:
    await desk.say(f"/{command} 5 admin")

    assert desk.texts == ["I do not know that command. /help lists the ones I know."]


@pytest.mark.parametrize(
    ("command", "start"),
    [
        ("/invite king", "Write: /invite"),
        ("/invite member 0", "Write: /invite"),
        ("/invite member 5 6", "Write: /invite"),
        ("/role", "Write: /role"),
        ("/role 5 king", "Write: /role"),
        ("/role -5 admin", "Write: /role"),
        ("/role Ada admin", "Write: /role"),
        ("/allow", "Write: /allow"),
        ("/allow 99999999999999999999999", "Write: /allow"),
        ("/block 0", "Write: /block"),
    ],
)
async def test_a_command_that_cannot_be_understood_says_how_to_write_it(
    desk: Desk, command: str, start: str
) -> None:
    await desk.say(command, chat=OWNER, user=OWNER)

    assert len(desk.texts) == 1
    assert desk.texts[0].startswith(start)


async def test_an_administrator_by_role_is_one_at_once(desk: Desk) -> None:
    await desk.say("/stats")
    await desk.say("/role 100 admin", chat=OWNER, user=OWNER)
    await desk.say("/stats")

    assert desk.texts[0].startswith("I do not know")
    assert desk.texts[1] == "100: administrator"
    assert desk.texts[2].startswith("<b>How the bot is used</b>\nPeople: 2 (administrator 1)")


async def test_allowing_keeps_the_role_somebody_has(desk: Desk) -> None:
    await desk.services.state.people.change(100, role=Role.REVIEWER, blocked=True)

    await desk.say("/allow 100", chat=OWNER, user=OWNER)

    person = await desk.services.state.people.get(100)
    assert person
    assert (person.role, person.blocked) == (Role.REVIEWER, False)


async def test_health_tells_what_waits(desk: Desk) -> None:
    await desk.say("What is the rate?")
    await desk.say("/health", chat=OWNER, user=OWNER)

    lines = desk.texts[-1].splitlines()
    assert lines[0] == "<b>How the bot is</b>"
    assert lines[1].startswith("Version ")
    assert lines[2:] == [
        "Updates waiting: 0, the oldest for 0 s",
        "In work: 1",
        "Answers waiting to be sent: 0",
    ]
