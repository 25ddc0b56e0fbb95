from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from bot.review.evaluating import Evaluator
from corpus import Library
from retrieval.answer import Question
from retrieval.evaluation import latest_check
from tests.e2e.review.conftest import Served

if TYPE_CHECKING:
    from langchain_core.runnables import Runnable

    from retrieval.answer import Answer

pytestmark = pytest.mark.e2e


def test_a_correction_becomes_a_golden_question_and_the_accuracy_is_seen_to_change(
    served: Served, chain: Runnable[Question, Answer], library: Library
) -> None:
    served.use(
        Evaluator(served.desk.reviews, library, lambda _: chain.invoke, latest_check(library))
    )
    for text in ("What tariff do Japanese cars pay today?", "What is the tariff on copper?"):
        question = Question(question=text, as_of=date(2026, 11, 22))
        served.journal.record(question, chain.invoke(question), channel="telegram", user_id=1)
    page = served.signed_in_person("mika")
    # With one key the turn is promoted, and the page says so without being left.
    page.goto(f"{served.url}/turns?q=cars")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/turns/*")
    page.keyboard.press("g")
    expect(page.locator("#golden-box")).to_contain_text("golden question")
    expect(page.locator("#live")).to_have_text("It is a golden question now.")
    expect(page.locator("#promote-button")).to_be_focused()
    page.locator("#golden-box").get_by_role("link", name="golden question").click()
    page.wait_for_url("**/golden/*")
    page.get_by_label("Facts the answer must hold").fill("a fact that no document holds")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**?said=golden-saved")
    page.goto(f"{served.url}/golden")
    page.get_by_role("button", name="Run the golden questions").click()
    expect(page.locator("#run")).to_contain_text("right: 0 of 1")
    # Why is told, and the list shows it without being loaded again by hand.
    expect(page.locator("#run")).to_contain_text("a fact is missing: a fact that no document holds")
    expect(page.locator("#golden-rows .marks")).to_have_text("✗not right")
    # What was expected wrongly is mended, and a second question is added.
    page.locator("table [data-item-link]").first.click()
    page.get_by_label("Facts the answer must hold").fill("%")
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**?said=golden-saved")
    page.goto(f"{served.url}/golden")
    page.get_by_role("button", name="Run the golden questions").click()
    expect(page.locator("#run")).to_contain_text("100 points better than before")
    expect(page.locator("#golden-rows .marks")).to_have_text("✗not right ✓right")
    expect(page.get_by_role("img", name="Share right, run by run")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(5)
