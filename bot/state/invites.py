"""Invitations: codes that an administrator makes and people redeem with /start CODE."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from bot.database.batching import Batcher
from bot.state.schema import InviteRow, PersonRow
from bot.state.upsert import upsert
from bot.words.roles import Role

VALID = timedelta(days=30)
MOST_USES = 1_000
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No letter that is read as a digit or the other way round."""
_LENGTH = 12


class Invite(BaseModel):
    """An invitation as it was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    role: Role
    uses: int = Field(ge=1, le=MOST_USES)
    expires_at: AwareDatetime


class Invites:
    """All invitations."""

    def __init__(self, batcher: Batcher, clock: Callable[[], datetime]) -> None:
        self._batcher = batcher
        self._clock = clock

    async def make(self, made_by: int, *, role: Role, uses: int) -> Invite:
        """A new code."""
        now = self._clock()
        invite = Invite(
            code="".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)),
            role=role,
            uses=uses,
            expires_at=now + VALID,
        )

        def operation(session: Session) -> None:
            session.execute(delete(InviteRow).where(InviteRow.expires_at < now))
            session.add(
                InviteRow(
                    code=invite.code,
                    role=role.value,
                    uses_left=uses,
                    made_by=made_by,
                    made_at=now,
                    expires_at=invite.expires_at,
                )
            )

        await self._batcher.write(operation)
        return invite

    async def redeem(self, code: str, user_id: int) -> Role | None:
        """Give someone the role a code stands for; None: there is no such code any more."""
        now = self._clock()

        def operation(session: Session) -> Role | None:
            # Counting down is the check, so that two who redeem the last use do not both get in.
            found = session.execute(
                update(InviteRow)
                .where(
                    InviteRow.code == code.strip().upper(),
                    InviteRow.uses_left > 0,
                    InviteRow.expires_at > now,
                )
                .values(uses_left=InviteRow.uses_left - 1)
                .returning(InviteRow.role)
            ).scalar_one_or_none()
            if found is None:
                return None
            values = {"user_id": user_id, "role": found, "blocked": False, "first_seen": now}
            upsert(session, PersonRow, values, {"role": found})
            return Role(found)

        return await self._batcher.write(operation)
