from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.state import Group, Role, State
from bot.state.invites import VALID
from tests.bot.telegram.conftest import Clock


async def test_a_person_is_noted_once_and_remembered(state: State, clock: Clock) -> None:
    assert await state.people.get(5) is None
    first = await state.people.meet(5)
    clock.now += timedelta(days=1)

    again = await state.people.change(5, language="ja", time_zone="Asia/Tokyo")

    assert again.first_seen == first.first_seen == await _first_seen(state)
    assert (again.language, again.time_zone, again.role) == ("ja", "Asia/Tokyo", None)
    assert await state.people.meet(5) == again


def _forget(state: State, user: int, session: Session) -> None:
    state.forget(session, user)


async def _first_seen(state: State) -> object:
    person = await state.people.get(5)
    assert person
    return person.first_seen


async def test_someone_an_administrator_spoke_of_need_not_have_written(state: State) -> None:
    person = await state.people.change(5, role=Role.REVIEWER)

    assert person.role is Role.REVIEWER
    assert await state.people.count() == {"reviewer": 1}


async def test_what_was_decided_about_a_person_outlasts_their_data(state: State) -> None:
    await state.people.change(5, language="ja", role=Role.MEMBER, blocked=True)
    await state.people.change(6, language="ja")

    for user in (5, 6):
        await state.batcher.write(partial(_forget, state, user))

    person = await state.people.get(5)
    assert person
    assert (person.language, person.role, person.blocked) == (None, Role.MEMBER, True)
    assert await state.people.get(6) is None


async def test_a_group_remembers_what_was_chosen_and_takes_it_along(state: State) -> None:
    assert await state.groups.get(-5) == Group(chat_id=-5)
    await state.groups.allow(-5, True)
    await state.groups.set(-5, language="ja", detail="brief")
    await state.groups.set(-5, detail=None)

    await state.groups.migrate(-5, -1005)

    assert await state.groups.get(-1005) == Group(
        chat_id=-1005, allowed=True, settings={"language": "ja"}
    )
    assert await state.groups.get(-5) == Group(chat_id=-5)
    assert await state.groups.count() == 1


async def test_an_invitation_lets_in_as_many_as_it_says(state: State) -> None:
    invite = await state.invites.make(1, role=Role.REVIEWER, uses=2)

    found = await asyncio.gather(
        *(state.invites.redeem(f" {invite.code.lower()}", user) for user in range(10, 15))
    )

    assert sorted(map(str, found)) == ["None", "None", "None", "reviewer", "reviewer"]
    assert await state.people.count() == {"reviewer": 2}


async def test_an_invitation_is_good_for_a_month(state: State, clock: Clock) -> None:
    invite = await state.invites.make(1, role=Role.MEMBER, uses=1)
    clock.now += VALID

    assert await state.invites.redeem(invite.code, 5) is None
    assert await state.invites.redeem("NO SUCH CODE", 5) is None


async def test_an_invitation_does_not_let_a_blocked_person_back_in(state: State) -> None:
    invite = await state.invites.make(1, role=Role.MEMBER, uses=1)
    await state.people.change(5, blocked=True)

    await state.invites.redeem(invite.code, 5)

    person = await state.people.get(5)
    assert person
    assert person.blocked
