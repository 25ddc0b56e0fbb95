from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.journal.review import GoldenKind
from bot.review.access import Role
from tests.bot.review.results import allocation_for
from tests.e2e.review.conftest import DESKTOP, PHONE, Served

pytestmark = pytest.mark.e2e


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page that is open."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {one['id']}: {one['nodes'][0]['target']}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_has_a_serious_fault_of_access(
    served: Served, scheme: str, viewport: dict[str, int]
) -> None:
    turn = served.ask("What do cars pay?", user_id=3)
    gone = served.ask("What do trucks pay?", user_id=4)
    served.ask("What does Brazilian juice pay?", refused=True)
    golden = served.desk.reviews.promote(turn, None, kind=GoldenKind.GOLDEN, reviewer="boss")
    served.journal.feedback(turn, user_id=3, useful=False, reason="wrong", comment="No.")
    served.journal.erase(4)
    mix = served.journal.record_result(
        "allocation", allocation_for(served.library), channel="telegram", user_id=3
    )
    page = served.person("boss", Role.ADMIN, color_scheme=scheme, viewport=viewport)
    faults = serious(page)
    page = served.signed_in_person("boss", Role.ADMIN, color_scheme=scheme, viewport=viewport)
    for path in (
        *(
            "/queue",
            f"/turns/{turn}",
            f"/turns/{mix}?replay=yes",
            f"/turns/{gone}",
            "/turns?q=cars",
            "/golden",
        ),
        *(f"/golden/{golden.id}", "/insights", "/activity", "/keys", "/nowhere"),
        "/documents/us-japan-2026-status?start=100&end=300",
    ):
        page.goto(f"{served.url}{path}")
        faults += serious(page)
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, f"{path} is wider than the screen"
    page.goto(f"{served.url}/turns/{turn}")
    page.locator("#take-form button").click()
    expect(page.locator("#judge-form")).to_be_visible()
    for box in page.locator("details:not(.who)").all():
        box.evaluate("box => box.open = true")
    faults += serious(page)
    page.goto(f"{served.url}/turns/{mix}")
    page.locator("#take-form button").click()
    expect(page.locator("#judge-form")).to_be_visible()
    for box in page.locator("details:not(.who)").all():
        box.evaluate("box => box.open = true")
    faults += serious(page)
    page.keyboard.press("?")
    faults += serious(page)
    assert faults == []


def test_the_first_tab_leads_to_the_content(served: Served) -> None:
    page = served.signed_in_person("mika")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_every_page_works_without_scripts(served: Served) -> None:
    turn = served.ask("What do cars pay?")
    page = served.signed_in_person("mika", java_script_enabled=False)
    page.get_by_role("button", name="Take the top").click()
    page.wait_for_url(f"**/turns/{turn}")
    page.get_by_label("partly correct").check()
    page.get_by_text("Comment on claim 1").click()
    page.get_by_label("Comment on claim 1").fill("Without scripts.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**?said=saved")
    expect(page.get_by_text("Without scripts.")).to_be_visible()
    page.get_by_role("button", name="Make it golden").click()
    page.wait_for_url("**/golden/*")
