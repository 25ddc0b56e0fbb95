"""The operator's rules of who may ask, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.settings import Settings
from bot.state import Group, Person, Role

Access = Literal["open", "allow-list", "invite"]


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Who may ask.

    Attributes:
        access: `open`: anyone. `allow-list` and `invite`: who has a role, and in groups that an
            administrator allowed, everyone there; with `invite`, a code gives a role.
        admins: who is an administrator whatever the database says.
        person_an_hour: messages of one person in an hour; 0: any number.
        group_an_hour: messages to the bot in one group in an hour; 0: any number.
    """

    access: Access = "open"
    admins: frozenset[int] = frozenset()
    person_an_hour: int = 0
    group_an_hour: int = 0

    @classmethod
    def of(cls, settings: Settings) -> AccessRules:
        """The rules that the settings ask for."""
        return cls(
            access=settings.access,
            admins=frozenset(settings.admins),
            person_an_hour=settings.quota_person,
            group_an_hour=settings.quota_group,
        )

    def is_admin(self, person: Person) -> bool:
        """Whether someone is an administrator."""
        return person.user_id in self.admins or person.role is Role.ADMIN

    def lets_in(self, person: Person) -> bool:
        """Whether someone may ask on their own account."""
        if person.user_id in self.admins:
            return True  # no administrator locks the operator out
        return not person.blocked and (self.access == "open" or person.role is not None)

    def lets_stay(self, group: Group) -> bool:
        """Whether the bot may be in a group."""
        if group.allowed is None:
            return self.access == "open"
        return group.allowed
