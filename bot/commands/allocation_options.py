"""What the subcommands of `lodestone allocate` share: options, and rules opened from settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

if TYPE_CHECKING:
    from bot.allocation import Allocation, Allocator, Profile
    from bot.allocation.render import Renderer
    from bot.allocation.switch import Switch
    from bot.settings import Settings

ProfileFile = Annotated[
    Path | None, typer.Option("--profile", metavar="FILE.json", help="A Profile as JSON.")
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="The date to speak for, as 2025-06-30.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Language = Annotated[Literal["en", "ja"], typer.Option(help="The language of the words.")]

_LONGEST_PROFILE = 5_000_000


class Opened(NamedTuple):
    """The rules bound to the corpus, the operator's switch, the day and the settings."""

    allocator: Allocator
    switch: Switch
    today: date
    settings: Settings

    def read(self, path: Path | None) -> Profile:
        """The profile in a file; the rule file's own where there is none.

        Raises:
            ProfileError: it cannot be used.
        """
        from bot.allocation.batch import load_profile
        from corpus.errors import ProfileError

        if path is None:
            return self.allocator.default_profile
        try:
            with path.open("rb") as file:
                raw = file.read(_LONGEST_PROFILE + 1)
        except OSError as error:
            raise ProfileError(f"{path}: cannot be read ({error.strerror})") from error
        try:
            if len(raw) > _LONGEST_PROFILE:
                raise ProfileError("too long for a profile")  # noqa: TRY301 - named below
            return self.allocator.parse(load_profile(raw))
        except ProfileError as error:
            raise ProfileError(f"{path}: {error}") from error

    def allocate(self, profile: Profile, as_of: str | None) -> Allocation:
        """Allocate for a day, if the operator offers that.

        Raises:
            AllocationError: allocation is switched off, or the rules do not add up.
            ProfileError: the day is none.
        """
        self.switch.permit(profile)
        day = read_day("--as-of", as_of)
        if day:
            profile = profile.model_copy(update={"as_of": day})
        return self.allocator.allocate(profile, self.today)

    def record(self, result: Allocation) -> bool:
        """Keep a result in the journal; False: it could not be kept, and that has been told."""
        from bot.allocation.recording import record_allocation
        from bot.session import open_journal

        with open_journal(self.settings) as journal:
            return record_allocation(journal, result, channel="terminal")

    def renderer(self) -> Renderer:
        """What prints results to the terminal."""
        from bot.allocation.render import Renderer

        return Renderer(self.allocator)


def open_allocation(language: Literal["en", "ja"]) -> Opened:
    """Read settings, corpus and rules.

    Raises:
        AllocationError: allocation is switched off, or the rules cannot be used.
        CorpusError: the corpus cannot be read.
    """
    from bot.allocation import Allocator
    from bot.allocation.switch import Switch
    from bot.output import warn
    from bot.settings import load_settings, today
    from corpus import Library

    settings = load_settings()
    switch = Switch(on=settings.allocation == "on", off_in=settings.allocation_off_in)
    switch.require_on()
    library = Library.load(settings.corpus)
    for error in library.broken:
        warn(f"left out: {error}")
    return Opened(Allocator.load(library, language), switch, today(), settings)


def read_day(option: str, text: str | None) -> date | None:
    """A date given as an option.

    Raises:
        ProfileError: it is none.
    """
    from corpus.errors import ProfileError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ProfileError(f"{option} {text!r}: not a date; write it as 2025-06-30") from None
