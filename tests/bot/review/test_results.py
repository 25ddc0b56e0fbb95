from __future__ import annotations

import json
import re

from bot.review.access import Role
from tests.bot.review.results import allocation_for
from tests.bot.review.site import Site, forms


def keep(site: Site, document: str | None = None, **profile: object) -> str:
    """Put a result into the journal; returns its id."""
    document = document or allocation_for(site.library, **profile)  # type: ignore[arg-type]
    return site.journal.record_result("allocation", document, channel="telegram", user_id=1)


def test_the_page_of_an_allocation_shows_how_it_came_about(site: Site) -> None:
    keep(site)
    visitor = site.signed_in("mika")
    visitor.get("/queue")
    assert "allocation" in visitor.page.text
    page = visitor.send("/queue/take").text
    for told in (
        "/allocate: over-10y; ",
        "Global core equity",
        "55.75 %",
        "Neutral themes are funded out of EQ [A].",
        "china-japan-dual-use-ban-2026",
        "The defence theme (DEF) is excluded",
        "Rules that did nothing",
        "adds up",
    ):
        assert told in page, told
    assert "does not add up" not in page
    assert "Make it golden" not in page


def test_only_verdicts_that_make_sense_are_offered_under_their_own_keys(site: Site) -> None:
    mix, none = keep(site), keep(site, emergency_fund=False)
    visitor = site.signed_in("mika")
    offered = {}
    for turn in (mix, none):
        visitor.get(f"/turns/{turn}")
        page = visitor.send(f"/turns/{turn}/take").text
        offered[turn] = dict(re.findall(r'value="([a-z-]+)" data-key="(\d)"', page))
    assert "refused-wrongly" not in offered[mix]
    assert offered[mix]["not-reviewable"] == "6"
    assert "should-have-refused" not in offered[none]


def test_a_comment_on_a_sleeve_stands_beside_its_name(site: Site) -> None:
    made = keep(site)
    visitor = site.signed_in("mika")
    visitor.get(f"/turns/{made}")
    visitor.send(f"/turns/{made}/take")
    assert "comment-sleeve-4" in forms(visitor.page.text)[f"/turns/{made}/review"]
    page = visitor.send(
        f"/turns/{made}/review",
        **{"verdict": "partly", "then": "stay", "comment-sleeve-4": "Too much."},
    ).text
    assert re.search(r'<a href="#sleeve-4">MIN · Critical minerals</a>: .*Too much\.', page)


def test_it_is_made_again_and_told_to_be_the_same(site: Site) -> None:
    made = keep(site)
    visitor = site.signed_in("joe", Role.VIEWER)
    page = visitor.get(f"/turns/{made}?replay=yes").text
    assert "Made again: the same, to the last byte" in page


def test_one_that_was_altered_or_made_by_other_rules_is_told(site: Site) -> None:
    document = json.loads(allocation_for(site.library))
    document["sleeves"][0]["weight_bp"] += 100
    altered = keep(site, json.dumps(document))
    document["rules_hash"] = "0000"
    older = keep(site, json.dumps(document | {"id": "alloc-2"}))
    visitor = site.signed_in("joe", Role.VIEWER)
    page = visitor.get(f"/turns/{altered}?replay=yes").text
    assert "does not add up" in page
    assert "add up to 101 %, not to 100" in page
    assert "sleeves.0.weight_bp" in page
    assert "cannot be made again" in visitor.get(f"/turns/{older}?replay=yes").text


def test_one_of_another_version_is_shown_as_it_is_kept(site: Site) -> None:
    document = json.loads(allocation_for(site.library))
    del document["stress"]
    made = keep(site, json.dumps(document))
    page = site.signed_in("joe", Role.VIEWER).get(f"/turns/{made}").text
    assert "Another version of Lodestone wrote this" in page
    assert "rules_version" in page


def test_names_follow_the_reader_and_reasons_the_person_who_asked(site: Site) -> None:
    made = keep(site, allocation_for(site.library, language="ja"))
    visitor = site.signed_in("joe", Role.VIEWER)
    page = visitor.get(f"/turns/{made}").text
    assert "Critical minerals" in page
    assert "水準" in page
