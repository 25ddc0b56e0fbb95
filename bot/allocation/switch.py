"""An operator may switch allocation off, altogether or for a country."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from bot.allocation.profile import Profile
from corpus.errors import AllocationError


class Switch(BaseModel):
    """Whether allocations are offered, and the countries they are not offered in."""

    model_config = ConfigDict(frozen=True)

    on: bool = True
    off_in: tuple[str, ...] = ()

    def require_on(self) -> None:
        """Refuse everyone where allocation is off.

        Raises:
            AllocationError: it is.
        """
        if not self.on:
            raise AllocationError(
                "allocation is switched off here: the operator has set LODESTONE_ALLOCATION=off"
            )

    def permit(self, profile: Profile) -> None:
        """Refuse a profile from a country where allocation is off.

        Raises:
            AllocationError: it is.
        """
        self.require_on()
        if profile.country in self.off_in:
            raise AllocationError(
                f"allocation is switched off for {profile.country}: the operator lists it in "
                "LODESTONE_ALLOCATION_OFF_IN"
            )
