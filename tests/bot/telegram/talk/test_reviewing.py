"""How reviewers come from a chat to the pages, over a strict Bot API and the real pages."""

from __future__ import annotations

import re

import pytest

from bot.journal.review import Reviews
from bot.review.access import Access
from bot.review.app import create_app
from bot.review.desk import Desk
from bot.review.evaluating import Evaluator
from corpus import Library
from retrieval.evaluation import latest_check
from tests.bot.review.site import Visitor, echo
from tests.bot.telegram.talk.conftest import OWNER, Town, labels

QUESTION = "What is the rate?"
UNKNOWN = "I do not know that command. /help lists the ones I know."
ADDRESS = "https://review.example.org"


@pytest.fixture
def review_address() -> str:
    return ADDRESS


@pytest.fixture
def pages(town: Town, library: Library) -> Visitor:
    """A browser before the pages over the very journal that the bot writes to."""
    reviews = Reviews(town.journal, library=library)
    desk = Desk(
        access=Access(town.journal.database, clock=town.clock),
        reviews=reviews,
        evaluator=Evaluator(reviews, library, echo(library), latest_check(library)),
        library=library,
        base_url=ADDRESS,
        clock=town.clock,
    )
    return Visitor(create_app(desk))


def open_link(visitor: Visitor, text: str) -> str:
    """Open the link of a message and press its button; returns the path one comes to."""
    found = re.search(rf"{ADDRESS}((/link/[^?\s]+)\S*)", text)
    assert found, text
    visitor.get(found[1])
    return visitor.send(found[2]).url.path


async def test_a_reviewer_gets_a_link_that_signs_them_in_once(town: Town, pages: Visitor) -> None:
    owner, rin = town.telegram.person(OWNER, "Owner"), town.telegram.person(5, "Rin")
    await rin.write(QUESTION)
    await rin.receives()
    await rin.write("/review")
    assert (await rin.receives(2))[1].text == UNKNOWN
    await owner.write("/role 5 reviewer")
    await owner.receives()

    await rin.write("/review")
    told = (await rin.receives(3))[2]
    assert told.text.startswith("Waiting for a verdict of yours: ")
    assert "once, within ten minutes" in told.text
    assert open_link(pages, told.text) == "/queue"
    assert "tg-5" in pages.get("/queue").text
    # To whoever finds it later, the link is of no use.
    other = Visitor(pages.app)
    assert open_link(other, told.text).startswith("/link")
    assert other.page.status_code == 410
    assert other.get("/queue").url.path == "/sign-in"


async def test_a_link_may_lead_to_one_turn(town: Town, pages: Visitor) -> None:
    owner = town.telegram.person(OWNER, "Owner")
    await owner.write(QUESTION)
    await owner.receives()
    (turn,) = town.journal.turns()
    await owner.write(f"/review {turn.id[:8]}")
    told = (await owner.receives(2))[1]
    assert open_link(pages, told.text) == f"/turns/{turn.id}"
    assert "Activity" in pages.get("/queue").text, "the bot's administrator is one of the pages"

    await owner.write("/review nowhere")
    await owner.write("/review ../x")
    for unknown in (await owner.receives(4))[2:]:
        assert unknown.text.startswith("I know no such turn.")


async def test_below_what_a_reviewer_asked_stands_the_way_to_its_page(town: Town) -> None:
    owner, eve = town.telegram.person(OWNER, "Owner"), town.telegram.person(66, "Eve")
    for person in (owner, eve):
        await person.write(QUESTION)
    (own,), (hers,) = await owner.receives(), await eve.receives()
    newest = {turn.user_id: turn.id for turn in town.journal.turns()}
    button = next(button for button in own.buttons if button["text"] == "Review this")
    assert button["url"] == f"{ADDRESS}/turns/{newest[OWNER]}"
    assert "Review this" not in labels(hers)


async def test_who_is_a_reviewer_no_more_is_signed_out_at_once(town: Town, pages: Visitor) -> None:
    owner, rin = town.telegram.person(OWNER, "Owner"), town.telegram.person(5, "Rin")
    await owner.write("/role 5 reviewer")
    await owner.receives()
    await rin.write("/review")
    (told,) = await rin.receives()
    open_link(pages, told.text)
    assert pages.get("/queue").url.path == "/queue"

    await owner.write("/block 5")
    await owner.receives(2)
    assert pages.get("/queue").url.path == "/sign-in"


@pytest.mark.parametrize("review_address", ["http://127.0.0.1:8080", "http://review:8080"])
async def test_where_telegram_takes_no_such_address_there_is_no_button_and_the_answer_comes(
    town: Town,
) -> None:
    owner = town.telegram.person(OWNER, "Owner")
    await owner.write(QUESTION)
    (answer,) = await owner.receives()
    assert "15%" in answer.text
    assert "Review this" not in labels(answer)
