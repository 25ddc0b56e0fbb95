"""From settings to pages being served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from bot.output import warn
from bot.review.serving import (
    address_of,
    allowed_hosts,
    behind_tls,
    listen,
    refuse_exposed,
    serve,
)

if TYPE_CHECKING:
    from bot.review.evaluating import Ask
    from bot.settings import Settings
    from corpus import Library


def run_review(settings: Settings) -> None:
    """Serve the review pages until stopped.

    Raises:
        SettingsError: the address would be exposed; see `refuse_exposed`.
        LodestoneError: the corpus, the database or the port cannot be had.
    """
    refuse_exposed(settings)
    from bot.daily import Daily
    from bot.journal.review import Reviews
    from bot.review.access import Access
    from bot.review.app import create_app
    from bot.review.chores import Chores
    from bot.review.desk import Desk
    from bot.review.evaluating import Evaluator
    from bot.session import open_journal, retain
    from corpus import Library
    from retrieval.embedding import load_embedding
    from retrieval.evaluation import latest_check

    library = Library.load(settings.corpus)
    with listen(settings) as listener, open_journal(settings, library) as journal:
        access = Access(journal.database)
        # A database that cannot be had is told here, to whoever starts the pages.
        if not access.accounts.all():
            warn("nobody can sign in yet; make an account: lodestone review add-user NAME")
        embed = load_embedding(settings.embedding, settings.home / "models")
        reviews = Reviews(journal, library=library, embed=embed)
        evaluator = Evaluator(reviews, library, _asking(settings, library), latest_check(library))
        chores = Chores(reviews.refresh_gaps)
        desk = Desk(
            access=access,
            reviews=reviews,
            evaluator=evaluator,
            library=library,
            base_url=address_of(settings),
            tls=behind_tls(settings),
        )
        app = create_app(desk, hosts=allowed_hosts(settings))
        warn(f"the review pages are at {address_of(settings)}")
        retain(journal, settings)
        chores.start()
        try:
            with Daily(lambda: retain(journal, settings), "dropping old turns"):
                serve(app, listener, settings)
        finally:
            evaluator.stop()
            chores.stop()


def _asking(settings: Settings, library: Library) -> Callable[[Callable[[], date]], Ask]:
    """What answers the golden questions: the very chain that answers everyone."""

    def make(today: Callable[[], date]) -> Ask:
        from bot.session import build_index
        from retrieval.chain import answer_with
        from retrieval.engine import Engine

        engine = Engine(settings.configuration(), library=library, rebuild=build_index)
        return answer_with(engine, today=today).invoke

    return make
