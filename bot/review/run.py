"""From settings to pages being served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.output import warn
from bot.review.serving import (
    address_of,
    allowed_hosts,
    behind_tls,
    refuse_exposed,
    serve,
)

if TYPE_CHECKING:
    from bot.settings import Settings


def run_review(settings: Settings) -> None:
    """Serve the review pages until stopped.

    Raises:
        SettingsError: the address would be exposed; see `refuse_exposed`.
        LodestoneError: the corpus, the database or the port cannot be had.
    """
    refuse_exposed(settings)
    from bot.database import Database
    from bot.review.access import Access
    from bot.review.app import create_app
    from bot.review.desk import Desk
    from corpus import Library

    library = Library.load(settings.corpus)
    database = Database(settings.journal_url())
    try:
        access = Access(database)
        # A database that cannot be had is told here, to whoever starts the pages.
        if not access.accounts.all():
            warn("nobody can sign in yet; make an account: lodestone review add-user NAME")
        desk = Desk(
            access=access,
            library=library,
            base_url=address_of(settings),
            tls=behind_tls(settings),
        )
        app = create_app(desk, hosts=allowed_hosts(settings))
        warn(f"the review pages are at {address_of(settings)}")
        serve(app, settings)
    finally:
        database.close()
