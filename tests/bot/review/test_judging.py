from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.journal.review import Filters, State, Verdict
from bot.review.access import Role
from tests.bot.review.site import Site, Visitor, forms


def open_turn(visitor: Visitor) -> str:
    """The id of the turn whose page is open."""
    found = re.fullmatch(r"/turns/(\w+)", visitor.page.url.path)
    assert found, visitor.page.url
    return found[1]


def take_top(visitor: Visitor) -> str:
    visitor.get("/queue")
    visitor.send("/queue/take")
    return open_turn(visitor)


def judge(visitor: Visitor, turn: str, **fields: str) -> None:
    """Send the judge's form of the turn that is open."""
    visitor.send(f"/turns/{turn}/review", **{"verdict": "correct", "then": "stay"} | fields)


def test_a_turn_is_taken_judged_and_the_next_one_comes(site: Site) -> None:
    for n in range(3):
        site.ask(f"What do cars pay in case {n}?")
    visitor = site.signed_in("mika")
    first = take_top(visitor)
    judge(
        visitor,
        first,
        verdict="partly",
        tags="Outdated, #rate",
        comment="The date is missing.",
        then="next",
        **{"comment-claim-2": "Which cars?", "comment-passage-1": "Old.", "relevance-1": "2"},
    )
    assert open_turn(visitor) != first
    assert "Saved. This is the next one." in visitor.page.text
    (review,) = site.desk.reviews.detail(first, reviewer="mika").reviews
    assert review.verdict is Verdict.PARTLY
    assert review.tags == ("outdated", "rate")
    assert review.relevance == {1: 2}
    assert {(c.anchor, c.position, c.text) for c in review.comments} == {
        ("turn", None, "The date is missing."),
        ("claim", 2, "Which cars?"),
        ("passage", 1, "Old."),
    }


def test_what_was_judged_is_shown_with_its_place_and_can_be_thought_over(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    take_top(visitor)
    judge(visitor, turn, verdict="wrong", **{"comment-claim-2": "Which cars?"})
    page = visitor.get(f"/turns/{turn}").text
    assert 'href="#claim-2"' in page
    assert "Which cars?" in page
    visitor.send(f"/turns/{turn}/take")
    form = forms(visitor.page.text)[f"/turns/{turn}/review"]
    assert form["verdict"] == "wrong"
    assert form["comment-claim-2"] == "Which cars?"


def test_a_corrected_answer_is_kept_by_version_with_what_it_changed(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    take_top(visitor)
    given = forms(visitor.page.text)[f"/turns/{turn}/review"]["corrected"]
    judge(visitor, turn, verdict="partly", corrected=given)
    assert site.desk.reviews.detail(turn, reviewer="mika").corrections == ()
    for text in ("They pay 15 percent.", "They pay 25 percent."):
        visitor.get(f"/turns/{turn}")
        visitor.send(f"/turns/{turn}/take")
        judge(visitor, turn, verdict="partly", corrected=text)
    page = visitor.get(f"/turns/{turn}").text
    assert "version 2" in page
    assert "<del>15</del><ins>25</ins>" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"verdict": ""}, "choose a verdict"),
        ({"tags": "a!b"}, "tags.0"),
        ({"comment": "x" * 5000}, "4000"),
    ],
)
def test_what_cannot_be_saved_is_told_and_nothing_typed_is_lost(
    site: Site, fields: dict[str, str], told: str
) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    take_top(visitor)
    judge(visitor, turn, **{"comment-claim-1": "Keep me."} | fields)
    page = visitor.page
    assert page.status_code == 400
    assert told in page.text
    if "comment" not in fields and "tags" not in fields:
        assert forms(page.text)[f"/turns/{turn}/review"]["comment-claim-1"] == "Keep me."
    assert site.desk.reviews.detail(turn, reviewer="mika").reviews == ()


def test_a_form_sent_twice_is_one_review(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    take_top(visitor)
    form = forms(visitor.page.text)[f"/turns/{turn}/review"] | {"verdict": "wrong"}
    with ThreadPoolExecutor(2) as threads:
        for answer in threads.map(
            lambda _: visitor.http.post(f"/turns/{turn}/review", data=form), range(2)
        ):
            assert answer.status_code in {200, 409}
    assert len(site.desk.reviews.detail(turn, reviewer="mika").reviews) == 1


def test_reviewers_who_press_at_once_are_given_different_turns(site: Site) -> None:
    for n in range(4):
        site.ask(f"What do cars pay in case {n}?")
    visitors = [site.signed_in(name) for name in ("mika", "jun", "rin", "sora")]
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(take_top, visitors))
    assert len(set(taken)) == 4


def test_a_turn_that_another_holds_is_not_judged_by_a_second(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    mika, jun = site.signed_in("mika"), site.signed_in("jun")
    take_top(mika)
    page = jun.get(f"/turns/{turn}")
    assert "mika is judging this turn" in page.text
    assert f"/turns/{turn}/review" not in forms(page.text)
    fields = forms(mika.page.text)[f"/turns/{turn}/review"]
    csrf = forms(page.text)["/sign-out"]["csrf"]
    answer = jun.http.post(
        f"/turns/{turn}/review", data=fields | {"csrf": csrf, "verdict": "wrong", "token": "j"}
    )
    assert answer.status_code == 409
    judge(mika, turn)
    assert [r.reviewer for r in site.desk.reviews.detail(turn, reviewer="mika").reviews] == ["mika"]


def test_one_who_was_late_is_asked_before_judging_again_and_keeps_what_was_typed(
    site: Site,
) -> None:
    turn = site.ask("What do cars pay?")
    first, second = site.signed_in("mika"), site.visitor()
    second.sign_in("mika", "correct horse battery")
    take_top(first)
    second.get(f"/turns/{turn}")
    judge(first, turn, verdict="correct")
    judge(second, turn, verdict="wrong", comment="I am late.")
    page = second.page
    assert page.status_code == 409
    assert len(site.desk.reviews.detail(turn, reviewer="mika").reviews) == 1


def test_a_turn_given_back_is_free_again(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    mika, jun = site.signed_in("mika"), site.signed_in("jun")
    take_top(mika)
    assert mika.send(f"/turns/{turn}/release").url.path == "/queue"
    assert take_top(jun) == turn


def test_a_lease_is_prolonged_by_its_holder_alone(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    mika, jun = site.signed_in("mika"), site.signed_in("jun")
    take_top(mika)
    jun.get("/queue")
    for visitor, status in ((mika, 204), (jun, 409)):
        csrf = forms(visitor.page.text)["/sign-out"]["csrf"]
        assert visitor.http.post(f"/turns/{turn}/keep", data={"csrf": csrf}).status_code == status


def test_a_turn_is_assigned_to_one_who_reviews(site: Site) -> None:
    turn = site.ask("What do cars pay?")
    mika, jun = site.signed_in("mika"), site.signed_in("jun")
    site.signed_in("eye", Role.VIEWER)
    mika.get(f"/turns/{turn}")
    assert mika.send(f"/turns/{turn}/assign", to="eye").status_code == 400
    mika.get(f"/turns/{turn}")
    mika.send(f"/turns/{turn}/assign", to="jun")
    assert site.desk.reviews.detail(turn, reviewer="jun").item.assigned_to == "jun"
    assert "for jun" in jun.get("/queue?mine=yes").text
    assert "What do cars pay?" not in mika.get("/queue?mine=yes").text


def test_a_second_review_is_blind_until_it_is_given(site: Site) -> None:
    jun, mika = site.signed_in("jun"), site.signed_in("mika")
    turn = first_of_second_round(site, jun)
    page = mika.get(f"/turns/{turn}").text
    assert "What others said is shown once you have judged." in page
    assert "seen by the first" not in page
    mika.send(f"/turns/{turn}/take")
    assert "blind second review" in mika.page.text
    judge(mika, turn, verdict="correct")
    assert "seen by the first" in mika.get(f"/turns/{turn}").text


def first_of_second_round(site: Site, first: Visitor) -> str:
    """Have turns judged until one waits for a second review."""
    for n in range(200):
        site.ask(f"What do cars pay in case {n}?")
        turn = take_top(first)
        judge(first, turn, verdict="wrong", comment="seen by the first")
        if site.desk.reviews.detail(turn, reviewer="nobody").item.state is State.SECOND:
            return turn
    raise AssertionError("no turn was chosen for a second review")


def test_how_far_everyone_has_come_is_shown(site: Site) -> None:
    site.ask("What do cars pay?")
    visitor = site.signed_in("mika")
    judge(visitor, take_top(visitor))
    page = visitor.get("/queue").text
    assert "1 today · 1 in 7 days · 1 in all" in page
    assert site.desk.reviews.waiting(reviewer="mika") == 0
    assert not site.desk.reviews.queue(Filters(), reviewer="mika").items
