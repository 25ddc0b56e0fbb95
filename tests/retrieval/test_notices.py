from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from corpus import ArticleClaim, Document, Evidence, Library, Standing, parse_document
from retrieval.answer import NoticeKind
from retrieval.compose.draft import DraftClaim, DraftNotice, Span
from retrieval.notices import LONG_AGO, MOST, SOON, notices_for
from tests.documents import document_text

DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
BODY = (
    "# Copper\n\n- Copper pays 50% from 1 February 2025.\n"
    "- The duty ended on 31 July 2025.\n- A review is due on 1 December 2026.\n"
)


def document(name: str, body: str = BODY, **changes: object) -> Document:
    meta: dict[str, Any] = {"title": name.title(), "checked": TODAY, **changes}
    return parse_document(document_text(name, body, **meta), Path(f"{name}.md"))


def library_of(*documents: Document, claims: tuple[ArticleClaim, ...] = ()) -> Library:
    return Library({d.id: d for d in documents}, claims=claims)


def claim(source: Document, sentence: str = "Copper pays 50% from 1 February 2025.") -> DraftClaim:
    start = source.body.index(sentence)
    return DraftClaim(sentence, (Span(source, "", start, start + len(sentence)),))


def notices(
    *cited: Document,
    others: tuple[Document, ...] = (),
    as_of: date = TODAY,
    language: str = "en",
    question: str = "",
) -> tuple[DraftNotice, ...]:
    library = library_of(*cited, *others)
    return notices_for([claim(d) for d in cited], library, as_of, language, question=question)


ENDED: dict[str, Any] = {"status": "expired", "effective_until": date(2025, 7, 31)}


def test_a_measure_in_force_needs_no_notice() -> None:
    assert notices(document("copper")) == ()


def test_an_answer_without_claims_owes_no_notice(library: Library) -> None:
    assert notices_for([], library, TODAY, "en") == ()


def test_a_measure_that_is_over_is_told_with_its_last_day() -> None:
    (notice,) = notices(document("copper", **ENDED))
    assert notice.kind is NoticeKind.SUPERSEDED
    assert notice.text == "“Copper” has ended; its last day was 31 July 2025."
    assert [span.quote for span in notice.spans] == ["The duty ended on 31 July 2025."]


def test_on_its_last_day_a_measure_is_not_over() -> None:
    measure = document("copper", **ENDED)
    assert notices(measure, as_of=date(2025, 7, 31)) == ()
    assert len(notices(measure, as_of=date(2025, 8, 1))) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("superseded", "has been replaced"),
        ("struck-down", "was struck down"),
        ("expired", "has ended"),
    ],
)
def test_each_way_of_ending_is_told_in_its_own_words(status: str, words: str) -> None:
    (notice,) = notices(document("copper", **{**ENDED, "status": status}))
    assert words in notice.text


def successor(name: str, first: date, *, replaces: str, **changes: object) -> Document:
    body = f"# New\n\n- Copper pays 30% from {first.day} {first:%B} {first.year}.\n"
    dates = {"published": first, "effective_from": first}
    meta: dict[str, Any] = {**dates, "supersedes": [replaces], **changes}
    return document(name, body, **meta)


def test_what_took_its_place_is_told_with_its_first_day_and_its_own_quote() -> None:
    later = successor("later", date(2025, 8, 1), replaces="copper")
    (notice,) = notices(document("copper", **ENDED), others=(later,))
    assert "What applies on the date asked for is “Later”, from 1 August 2025." in notice.text
    assert [s.document.id for s in notice.spans] == ["copper", "later"]
    assert notice.spans[1].quote == "Copper pays 30% from 1 August 2025."


def test_of_several_successors_the_last_that_had_begun_is_told() -> None:
    second = successor(
        "second",
        date(2025, 8, 1),
        replaces="copper",
        **ENDED | {"effective_until": date(2025, 12, 31)},
    )
    third = successor("third", date(2026, 1, 1), replaces="second")
    measure = document("copper", **ENDED)
    (then,) = notices(measure, others=(second, third), as_of=date(2025, 9, 1))
    (now,) = notices(measure, others=(second, third))
    assert "“Second”, from 1 August 2025" in then.text
    assert "“Third”, from 1 January 2026" in now.text


def test_a_successor_that_is_over_too_is_told_as_what_followed() -> None:
    second = successor(
        "second",
        date(2025, 8, 1),
        replaces="copper",
        **ENDED | {"effective_until": date(2025, 12, 31)},
    )
    (notice,) = notices(document("copper", **ENDED), others=(second,))
    assert "What followed is “Second”" in notice.text


def test_a_successor_that_had_not_begun_is_not_told() -> None:
    later = successor("later", date(2026, 1, 1), replaces="copper")
    (notice,) = notices(document("copper", **ENDED), others=(later,), as_of=date(2025, 9, 1))
    assert "Later" not in notice.text


def test_regimes_that_replace_each_other_in_a_circle_do_not_hang() -> None:
    one = document("one", supersedes=["two"], **ENDED)
    two = document("two", supersedes=["one"], **ENDED)
    assert len(notices(one, two)) == 2


def test_a_measure_that_ran_out_with_nothing_later_held_is_told_as_unconfirmed() -> None:
    (notice,) = notices(document("copper", effective_until=date(2025, 7, 31)))
    assert notice.kind is NoticeKind.STALE
    assert "no later document here tells what followed" in notice.text


MILESTONE: dict[str, Any] = {
    "next_date": date(2026, 12, 1),
    "next_event": "The review of the duty is due.",
}


@pytest.mark.parametrize(
    ("as_of", "is_told"),
    [
        (MILESTONE["next_date"] - SOON - DAY, False),
        (MILESTONE["next_date"] - SOON, True),
        (MILESTONE["next_date"] - DAY, True),
        (MILESTONE["next_date"], True),
    ],
)
def test_a_milestone_is_told_from_sixty_days_before_to_its_day(as_of: date, is_told: bool) -> None:
    found = notices(document("copper", **MILESTONE), as_of=as_of)
    assert [n.kind for n in found] == ([NoticeKind.EXPIRING] if is_told else [])


def test_a_milestone_names_its_day_its_event_and_the_sentence_that_says_so() -> None:
    (notice,) = notices(document("copper", **MILESTONE))
    assert notice.text == "“Copper”, 1 December 2026: The review of the duty is due."
    assert [span.quote for span in notice.spans] == ["A review is due on 1 December 2026."]


def test_the_day_after_its_milestone_a_document_is_stale() -> None:
    measure = document("copper", **MILESTONE)
    (notice,) = notices(measure, as_of=MILESTONE["next_date"] + DAY)
    assert notice.kind is NoticeKind.STALE
    assert "has passed, and nothing later is held" in notice.text


def test_a_milestone_that_a_later_document_followed_is_not_stale() -> None:
    later = successor("later", date(2026, 12, 1), replaces="copper")
    measure = document("copper", **MILESTONE)
    assert notices(measure, others=(later,), as_of=date(2026, 12, 10)) == ()


def test_the_milestone_of_a_document_beside_the_main_one_is_told_only_when_asked_about() -> None:
    main, beside = document("steel"), document("copper", **MILESTONE)
    assert notices(main, beside, question="what does scrap pay") == ()
    (notice,) = notices(main, beside, question="when is the review of the duty due")
    assert notice.kind is NoticeKind.EXPIRING


@pytest.mark.parametrize(("days", "is_told"), [(0, False), (LONG_AGO.days, False), (91, True)])
def test_a_document_is_stale_when_it_was_checked_over_ninety_days_before(
    days: int, is_told: bool
) -> None:
    found = notices(document("copper"), as_of=TODAY + timedelta(days=days))
    assert [n.kind for n in found] == ([NoticeKind.STALE] if is_told else [])


def test_only_the_document_checked_longest_ago_is_told_as_unchecked() -> None:
    older = document("steel", checked=date(2026, 3, 1))
    (notice,) = notices(document("copper", checked=date(2026, 4, 1)), older)
    assert notice.document is older
    assert notice.text == (
        "“Steel” was last checked on 1 March 2026, 266 days before the date asked for."
    )


def test_a_cited_sentence_that_says_its_sources_disagree_is_told_as_a_conflict() -> None:
    sentence = "Sources disagree on the share."
    source = document("copper", f"# Copper\n\n- {sentence}\n- It is 85%.\n")
    found = notices_for([claim(source, sentence)], library_of(source), TODAY, "en")
    assert [n.kind for n in found] == [NoticeKind.CONFLICT]
    assert [span.quote for span in found[0].spans] == [sentence]


def test_a_disagreement_told_right_behind_the_cited_sentence_counts_too() -> None:
    text = "The share is 85%. Other figures exist."
    source = document("copper", f"# Copper\n\n{text}\n\nAnd much later: sources disagree.\n")
    found = notices_for([claim(source, "The share is 85%.")], library_of(source), TODAY, "en")
    assert [span.quote for n in found for span in n.spans] == ["Other figures exist."]


def test_the_gravest_notices_come_first_and_there_are_at_most_five() -> None:
    over = [document(f"over-{i}", **ENDED) for i in range(3)]
    near = [document(f"near-{i}", **MILESTONE) for i in range(4)]
    old = document("old", checked=date(2026, 1, 1))
    found = notices(near[0], *near[1:], old, *over, question="review of the duty due")
    kinds = [notice.kind for notice in found]
    assert len(kinds) == MOST == 5
    assert kinds == [NoticeKind.SUPERSEDED] * 3 + [NoticeKind.EXPIRING] * 2


def test_the_same_notice_is_not_given_twice() -> None:
    measure = document("copper", **ENDED)
    second = claim(measure, "The duty ended on 31 July 2025.")
    found = notices_for([claim(measure), second], library_of(measure), TODAY, "en")
    assert len(found) == 1


ARTICLE_BODY = (
    "# Positioning\n\nThe article says cars pay 25% [1]. It says lithium grew by 30% [2].\n"
)
EVIDENCE_BODY = "# Cars\n\n- Cars pay 15% from 16 September 2025.\n"


def article_notices(
    standing: Standing,
    sentence: str = "The article says cars pay 25% [1].",
    *,
    since: date | None = None,
    as_of: date = TODAY,
    language: str = "en",
) -> tuple[DraftNotice, ...]:
    article = document("positioning", ARTICLE_BODY, kind="article")
    cars = document("cars", EVIDENCE_BODY)
    entry = ArticleClaim(
        id="cars",
        claim="Cars pay 25%.",
        quote="cars pay 25% [1]",
        article_reference=1,
        standing=standing,
        since=since,
        summary="Cars pay 15% now.",
        evidence=(
            Evidence(document="cars", quote="Cars pay 15% from 16 September 2025."),
            Evidence(document="lost", quote="This document is not held."),
        ),
    )
    held = library_of(article, cars, claims=(entry,))
    return notices_for([claim(article, sentence)], held, as_of, language)


@pytest.mark.parametrize(
    ("standing", "kind", "words"),
    [
        (Standing.OUTDATED, NoticeKind.SUPERSEDED, "out of date"),
        (Standing.WRONG, NoticeKind.SUPERSEDED, "wrong"),
        (Standing.IMPRECISE, NoticeKind.SUPERSEDED, "imprecise"),
        (Standing.CONTESTED, NoticeKind.CONFLICT, "contested"),
        (Standing.UNVERIFIED, NoticeKind.STALE, "not verified"),
    ],
)
def test_a_statement_of_the_article_that_does_not_hold_is_told_with_the_evidence(
    standing: Standing, kind: NoticeKind, words: str
) -> None:
    (notice,) = article_notices(standing)
    assert notice.kind is kind
    assert words in notice.text
    assert notice.text.endswith("Cars pay 15% now.")
    assert [span.quote for span in notice.spans] == ["Cars pay 15% from 16 September 2025."]


def test_a_statement_that_nothing_bears_on_is_cited_itself(library: Library) -> None:
    article = library.article
    assert article is not None
    unproven = [c for c in library.claims if c.standing is Standing.UNVERIFIED and not c.evidence]
    assert unproven
    for entry in unproven:
        (notice,) = [
            notice
            for notice in notices_for([claim(article, entry.quote)], library, TODAY, "en")
            if notice.text.endswith(entry.summary)
        ]
        assert [span.quote for span in notice.spans] == [entry.quote]


def test_a_statement_of_the_article_that_holds_needs_no_notice() -> None:
    assert article_notices(Standing.HOLDS) == ()


def test_a_sentence_of_the_article_without_the_claim_needs_no_notice() -> None:
    sentence = "It says lithium grew by 30% [2]."
    assert article_notices(Standing.WRONG, sentence) == ()


def test_a_statement_is_out_of_date_only_from_the_day_it_was_overtaken() -> None:
    since = date(2025, 9, 16)
    assert article_notices(Standing.OUTDATED, since=since, as_of=since - DAY) == ()
    assert len(article_notices(Standing.OUTDATED, since=since, as_of=since)) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: article_notices(Standing.OUTDATED, language="ja"),
        lambda: notices(document("copper", **ENDED), language="ja"),
        lambda: notices(document("copper", **MILESTONE), language="ja"),
        lambda: notices(document("copper"), as_of=date(2027, 6, 1), language="ja"),
    ],
)
def test_a_japanese_asker_is_warned_in_japanese(
    make: Callable[[], tuple[DraftNotice, ...]],
) -> None:
    (notice,) = make()
    assert "。" in notice.text or "：" in notice.text


def every_claim_of(source: Document) -> list[DraftClaim]:
    from corpus import sentence_spans

    return [
        DraftClaim(source.body[a:b], (Span(source, "", a, b),))
        for a, b in sentence_spans(source.body)
    ]


@pytest.mark.parametrize("as_of", [date(2025, 6, 1), date(2026, 3, 15), TODAY, date(2027, 6, 1)])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_for_every_document_of_the_corpus_each_notice_is_cited_word_for_word(
    library: Library, as_of: date, language: str
) -> None:
    for source in library:
        found = notices_for(every_claim_of(source), library, as_of, language)
        assert len(found) <= MOST
        for notice in found:
            assert notice.text.strip()
            assert notice.spans
            assert all(span.quote and span.quote == span.quote.strip() for span in notice.spans)


def test_the_surcharge_is_told_as_over_with_what_replaced_it(library: Library) -> None:
    source = library.get("s122-surcharge-11012")
    found = notices_for(every_claim_of(source)[:3], library, TODAY, "en")
    assert found[0].kind is NoticeKind.SUPERSEDED
    assert "23 July 2026" in found[0].text
    assert "24 July 2026" in found[0].text
    assert {s.document.id for s in found[0].spans} == {source.id, "s301-forced-labor-2026"}


def test_the_articles_25_percent_on_cars_is_out_of_date_since_september_2025(
    library: Library,
) -> None:
    assert library.article is not None
    claims = [c for c in every_claim_of(library.article) if "25%" in c.text]
    assert claims
    before = notices_for(claims, library, date(2025, 9, 15), "en")
    after = notices_for(claims, library, date(2025, 9, 16), "en")
    assert not any("out of date" in notice.text for notice in before)
    (notice,) = [notice for notice in after if "out of date" in notice.text]
    assert notice.kind is NoticeKind.SUPERSEDED
    assert notice.spans
