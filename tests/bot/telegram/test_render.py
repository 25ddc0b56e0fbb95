from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from bot.telegram.catalogue import render_library, render_search
from bot.telegram.commands import PRIVATE
from bot.telegram.markup import linked
from bot.telegram.pages import render_greeting, render_help
from bot.telegram.render import render_answer
from bot.telegram.split import parse_html, visible_text
from bot.words import load_words
from corpus import Library
from retrieval.answer import Answer, Claim, Notice, NoticeKind, Outcome

EN, JA = load_words("en"), load_words("ja")
MakeAnswer = Callable[..., Answer]


def test_the_bottom_line_comes_first_in_bold_and_its_date_last(make_answer: MakeAnswer) -> None:
    (part,) = render_answer(make_answer(), EN)

    first, *_, last = part.split("\n\n")
    assert first == "<b>The rate is 15% from 16 September 2025.</b> [1]"
    assert last.startswith("<i>As of 22 November 2026.</i>\n")


def test_the_text_stands_as_written_with_its_opening_headings_and_closing(
    make_answer: MakeAnswer,
) -> None:
    text = (
        "On 1 June 2025:\n\nThe rate is 15% from 16 September 2025. [1]\n\n"
        "Before that: It was 27.5% before. [2]\n\nThe documents may hold only <part>."
    )

    (part,) = render_answer(make_answer(text=text), EN)

    assert part.split("\n\n")[:4] == [
        "On 1 June 2025:",
        "<b>The rate is 15% from 16 September 2025.</b> [1]",
        "Before that: It was 27.5% before. [2]",
        "The documents may hold only &lt;part&gt;.",
    ]


def test_a_heading_before_the_bottom_line_is_not_part_of_it(make_answer: MakeAnswer) -> None:
    text = "Before that: The rate is 15% from 16 September 2025. [1]"

    (part,) = render_answer(make_answer(text=text), EN)

    assert part.startswith("Before that: <b>The rate is 15% from 16 September 2025.</b> [1]\n")


def test_words_that_come_again_are_bold_only_the_first_time(make_answer: MakeAnswer) -> None:
    text = "It is 15%. [1]\n\nIt is 15%. Nothing has changed. [2]"
    claims = (Claim(text="It is 15%.", citations=(1,)),)

    (part,) = render_answer(make_answer(text=text, claims=claims), EN)

    assert part.startswith("<b>It is 15%.</b> [1]\n\nIt is 15%. Nothing")


def test_a_claim_that_ends_in_its_numbers_has_them_once_and_not_bold(
    make_answer: MakeAnswer,
) -> None:
    claims = (Claim(text="It is 15%. [1][2]", citations=(1, 2)),)

    (part,) = render_answer(make_answer(text="It is 15%. [1][2]", claims=claims), EN)

    assert part.startswith("<b>It is 15%.</b> [1][2]\n")


def test_a_text_worded_otherwise_than_its_claims_is_shown_all_the_same(
    make_answer: MakeAnswer,
) -> None:
    (part,) = render_answer(make_answer(text="Fifteen percent [1]."), EN)

    assert part.startswith("Fifteen percent [1].\n\n")


def test_a_notice_has_a_sign_and_words_and_its_source(make_answer: MakeAnswer) -> None:
    (part,) = render_answer(make_answer(), EN)

    assert "⚠️ <b>Overtaken</b>: The article&#x27;s" not in part
    assert "⚠️ <b>Overtaken</b>: The article's rate has been overtaken. [1]" in part


def test_a_notice_calls_a_document_by_the_short_title_it_has_below(
    make_answer: MakeAnswer,
) -> None:
    short = "Section 232 tariffs on copper in 2025"
    title = f"{short} - semi-finished copper and the copper-intensive derivatives of Annex II"
    citations = (make_answer().citations[0].model_copy(update={"title": title}),)
    text = f"“{title}” has ended; its last day was 5 April 2026."
    notice = make_answer().notices[0].model_copy(update={"text": text})

    (part,) = render_answer(make_answer(citations=citations, notices=(notice,)), EN)

    assert f": “{short}” has ended; its last day was 5 April 2026. [1]" in part
    assert "Annex II" not in part


def test_sources_stand_in_a_folded_quotation(make_answer: MakeAnswer) -> None:
    (part,) = render_answer(make_answer(), EN)

    assert "<blockquote expandable><b>Sources</b>\n[1] <b><a href=" in part
    assert part.count("blockquote") == 2


def test_the_last_line_says_it_is_no_advice(make_answer: MakeAnswer) -> None:
    assert render_answer(make_answer(), EN)[-1].endswith(
        "\n<i>General information, not advice.</i>"
    )


def test_a_japanese_answer_is_framed_in_japanese(make_answer: MakeAnswer) -> None:
    (part,) = render_answer(make_answer(language="ja"), JA)

    assert "<i>2026年11月22日時点の情報です。</i>" in part
    assert "<b>出典</b>" in part
    assert "当方による要約（公式文書ではありません）" in part
    assert part.endswith("<i>一般的な情報であり、助言ではありません。</i>")


@pytest.mark.parametrize("outcome", [Outcome.NOT_IN_CORPUS, Outcome.DECLINED])
def test_no_answer_is_told_in_its_own_words(make_answer: MakeAnswer, outcome: Outcome) -> None:
    text = "The documents do not hold that.\n\nThe nearest is <copper>."
    answer = make_answer(outcome=outcome, text=text, claims=(), citations=(), notices=())

    (part,) = render_answer(answer, EN)

    assert part.startswith(
        "The documents do not hold that.\n\nThe nearest is &lt;copper&gt;.\n\n<i>As of"
    )
    assert "blockquote" not in part


def test_markup_in_what_comes_from_outside_is_shown_and_not_obeyed(make_answer: MakeAnswer) -> None:
    evil = '</b><script>alert("1")</script><a href="tg://user?id=1">x</a> & \x00\ud800'
    citation = (
        make_answer()
        .citations[0]
        .model_copy(
            update={"title": evil, "issuer": evil, "section": evil, "quote": f"It says {evil}"}
        )
    )
    answer = make_answer(
        text=f"{evil} [1]",
        claims=(Claim(text=evil, citations=(1,)),),
        citations=(citation,),
        notices=(Notice(kind=NoticeKind.STALE, text=evil, document_id="x", citations=(1,)),),
    )

    (part,) = render_answer(answer, EN)

    tags = {tag for run in parse_html(part) for tag in run.tags}
    assert tags == {
        "<b>",
        "<i>",
        "<blockquote expandable>",
        '<a href="https://www.example.gov/order?a=1&amp;b=2">',
    }
    assert visible_text(part).count("</b><script>") == 6


@pytest.mark.parametrize(
    "address",
    [None, "", "javascript:alert(1)", "tg://user?id=1", "https://[", "https:///x", "x" * 2000],
)
def test_what_is_no_web_address_makes_no_link(address: str | None) -> None:
    assert linked("a <title>", address) == "a &lt;title&gt;"


def test_a_long_answer_is_divided_into_messages_telegram_takes(make_answer: MakeAnswer) -> None:
    claims = tuple(
        Claim(text=f"Claim {n} says that " + "the duty is 15% & more, " * 20, citations=(1,))
        for n in range(12)
    )

    text = "\n\n".join(f"{claim.text} [1]" for claim in claims)

    parts = render_answer(make_answer(text=text, claims=claims), EN)

    assert len(parts) > 1
    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert [n for n in range(12) if any(f"Claim {n} says" in part for part in parts)] == list(
        range(12)
    )


def test_what_takes_two_messages_is_divided_where_the_sources_begin(
    make_answer: MakeAnswer,
) -> None:
    first, second = make_answer().citations
    second = second.model_copy(update={"quote": "A quote that the text does not tell. " * 40})
    text = make_answer().text + "\n\nA closing that goes on. " * 110

    told, below = render_answer(make_answer(text=text, citations=(first, second)), EN)

    assert told.startswith("<b>The rate is 15%")
    assert "blockquote" not in told
    assert below.startswith("<blockquote expandable><b>Sources</b>\n[1]")
    assert below.endswith("<i>General information, not advice.</i>")


def test_the_collection_at_a_glance_counts_what_is_there(library: Library) -> None:
    (part,) = render_library(library, EN)

    text = visible_text(part)
    assert f"{len(library)} documents" in text
    assert f"checked on {EN.day(max(d.checked for d in library))}" in text
    assert f"tariffs: {sum('tariffs' in d.topics for d in library)}" in text
    assert library.fingerprint in text


def test_a_search_lists_the_documents_that_hold_every_word(library: Library) -> None:
    (part,) = render_search(library, "Copper Section 232", EN)

    assert library.get("s232-copper-10962").title in visible_text(part)


def test_a_broad_search_lists_the_newest_and_counts_the_rest(library: Library) -> None:
    text = visible_text("".join(render_search(library, "tariffs", EN)))

    newest = max((d for d in library if "tariffs" in d.topics), key=lambda d: (d.published, d.id))
    assert newest.title in text
    assert "more; add a word" in text


def test_a_search_that_finds_nothing_says_so_and_shows_no_markup(library: Library) -> None:
    (part,) = render_search(library, "<b>zinc</b>", EN)

    assert part.startswith("No document is filed under “&lt;b&gt;zinc&lt;/b&gt;”")


def test_documents_checked_on_different_days_are_told_with_both(library: Library) -> None:
    documents = dict(library.documents)
    first = next(iter(documents))
    documents[first] = documents[first].model_copy(update={"checked": date(2026, 1, 2)})

    text = visible_text(render_library(Library(documents), EN)[0])

    assert "checked between 2 January 2026 and " in text


def test_first_contact_says_what_the_bot_is_and_that_questions_are_logged() -> None:
    (part,) = render_greeting(EN)

    text = visible_text(part)
    for told in ("automated assistant", "general information, not advice", "logged", "reviewed"):
        assert told in text
    assert part.count("<code>") == 2


@pytest.mark.parametrize("words", [EN, JA])
def test_help_names_every_command(words: object) -> None:
    assert words in (EN, JA)
    (part,) = render_help(EN if words is EN else JA, PRIVATE)

    assert [f"/{name} – " in part for name in PRIVATE] == [True] * len(PRIVATE)
