from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, parse_document
from retrieval.answer import Answer, NoticeKind, Outcome, Question, Timings
from retrieval.compose.draft import Draft, DraftClaim, DraftNotice, Span
from retrieval.dated import sentences_of
from retrieval.engine import Holdings
from retrieval.finish import MOST_PASSAGES, finish
from retrieval.query import make_query
from retrieval.retriever import Hit
from retrieval.spelling import Speller
from retrieval.understanding import Inquiry, understand
from tests.documents import document_text

BODY = "# One\n\n- Copper pays 50%. Scrap is free.\n\n## Two\n\n- Steel pays 25%. Tin is free.\n"
DAY = date(2026, 3, 1)


def document(name: str) -> Document:
    return parse_document(document_text(name, BODY, title=name.title()), Path(f"{name}.md"))


DOCUMENTS = (document("copper"), document("steel"))
SPANS = [
    Span(source, "Two" if start > BODY.index("## Two") else "One", start, end)
    for source in DOCUMENTS
    for start, end in sentences_of(source)
]


def inquiry(language: str | None = None) -> Inquiry:
    question = Question.model_validate(
        {"id": "q1", "question": "What pays?", "as_of": DAY, "language": language}
    )
    return understand(question, today=DAY, speller=Speller({}, lambda _: True))


def finished(draft: Draft, hits: Sequence[Hit] = ()) -> Answer:
    return finish(inquiry(), draft, hits, fingerprint="f" * 16, timings=Timings(total=3))


def draft(*claims: Sequence[int], **rest: object) -> Draft:
    """A draft whose claims rest on these of `SPANS`, each told in the first one's words."""
    told = tuple(
        DraftClaim(SPANS[spans[0]].quote, tuple(SPANS[i] for i in spans)) for spans in claims
    )
    return Draft(**{"outcome": Outcome.ANSWERED, "claims": told, **rest})  # type: ignore[arg-type]


def test_citations_are_numbered_in_the_order_they_are_met() -> None:
    answer = finished(draft([2], [0, 1], [3]))
    assert [claim.citations for claim in answer.claims] == [(1,), (2, 3), (4,)]
    assert [c.quote for c in answer.citations] == [SPANS[i].quote for i in (2, 0, 1, 3)]


def test_a_place_that_is_cited_again_keeps_its_number() -> None:
    answer = finished(draft([2], [0, 2], [2]))
    assert [claim.citations for claim in answer.claims] == [(1,), (2, 1), (1,)]
    assert len(answer.citations) == 2


def test_a_place_that_a_claim_cites_twice_is_marked_once() -> None:
    answer = finished(draft([0, 0]))
    assert answer.claims[0].citations == (1,)
    assert answer.text.endswith("Copper pays 50%. [1]")


def test_the_same_words_in_two_documents_are_two_citations() -> None:
    here, there = (next(s for s in SPANS if s.document is source) for source in DOCUMENTS)
    assert here.quote == there.quote
    answer = finished(draft([SPANS.index(here), SPANS.index(there)]))
    assert [c.document_id for c in answer.citations] == ["copper", "steel"]


def test_a_citation_tells_all_of_its_document_that_a_reader_needs() -> None:
    (citation,) = finished(draft([2])).citations
    source, span = DOCUMENTS[0], SPANS[2]
    assert (citation.start, citation.end, citation.section) == (span.start, span.end, "Two")
    assert (citation.title, citation.kind, citation.issuer) == (
        source.title,
        source.kind,
        source.issuer,
    )
    assert (citation.published, citation.status) == (source.published, source.status)
    assert citation.url == source.url


def test_notices_are_cited_after_the_claims_and_share_their_numbers() -> None:
    notice = DraftNotice(NoticeKind.STALE, "Careful.", DOCUMENTS[1], (SPANS[0], SPANS[5]))
    answer = finished(draft([0], [1], notices=(notice,)))
    assert answer.notices[0].citations == (1, 3)
    assert (answer.notices[0].kind, answer.notices[0].document_id) == (NoticeKind.STALE, "steel")
    assert "Careful." not in answer.text


def test_the_text_is_set_in_paragraphs_between_opening_and_closing() -> None:
    claims = (
        DraftClaim("Copper pays 50%.", (SPANS[0],)),
        DraftClaim("Tin is free.", (SPANS[3],), heading="Before that:"),
    )
    answer = finished(draft(claims=claims, opening="On 1 March 2026:", closing="No more."))
    assert answer.text.split("\n\n") == [
        "On 1 March 2026:",
        "Copper pays 50%. [1]",
        "Before that: Tin is free. [2]",
        "No more.",
    ]
    assert [claim.text for claim in answer.claims] == ["Copper pays 50%.", "Tin is free."]


def test_without_claims_the_opening_is_all_there_is() -> None:
    answer = finished(Draft(outcome=Outcome.NOT_IN_CORPUS, opening="Not in the corpus."))
    assert answer.text == "Not in the corpus."
    assert (answer.claims, answer.citations, answer.notices) == ((), (), ())
    assert answer.outcome is Outcome.NOT_IN_CORPUS


def test_an_answer_says_what_was_asked_and_what_it_was_made_from() -> None:
    answer = finished(draft([0], composer="a:model"))
    assert (answer.question_id, answer.question, answer.as_of) == ("q1", "What pays?", DAY)
    assert (answer.language, answer.composer) == ("en", "a:model")
    assert answer.corpus_fingerprint == "f" * 16
    assert answer.timings_ms == Timings(total=3)


def test_the_passages_are_those_found_each_once_and_not_too_many(small: Holdings) -> None:
    hits = small.search.search(make_query("what do copper and trucks pay"), 10).hits
    assert len(hits) > 1
    answer = finished(draft([0]), [*hits, *hits])
    assert [(p.document_id, p.start, p.end) for p in answer.passages] == [
        (hit.passage.document_id, hit.passage.start, hit.passage.end) for hit in hits
    ]
    first = answer.passages[0]
    assert (first.score, first.section) == (hits[0].score, hits[0].passage.section)
    assert (first.dense_rank, first.keyword_rank) == (hits[0].dense_rank, hits[0].keyword_rank)


def test_of_many_passages_the_first_are_shown(holdings: Holdings) -> None:
    hits = holdings.search.search(make_query("tariff"), 3 * MOST_PASSAGES).hits
    answer = finished(draft([0]), hits)
    assert [p.score for p in answer.passages] == [hit.score for hit in hits[:MOST_PASSAGES]]


_CITED = st.lists(st.integers(0, len(SPANS) - 1), min_size=1, max_size=4)


@given(st.lists(_CITED, max_size=6), st.lists(_CITED, max_size=3))
def test_every_number_leads_to_its_quote_and_none_is_left_over(
    claims: list[list[int]], noticed: list[list[int]]
) -> None:
    notices = tuple(
        DraftNotice(NoticeKind.STALE, "Careful.", DOCUMENTS[0], tuple(SPANS[i] for i in spans))
        for spans in noticed
    )
    answer = finished(draft(*claims, notices=notices))
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    by_number = {c.number: (c.document_id, c.start, c.end) for c in answer.citations}
    assert len(set(by_number.values())) == len(by_number)
    cited = [*(c.citations for c in answer.claims), *(n.citations for n in answer.notices)]
    for numbers, wanted in zip(cited, [*claims, *noticed], strict=True):
        assert len(set(numbers)) == len(numbers)
        assert {by_number[number] for number in numbers} == {
            (SPANS[i].document.id, SPANS[i].start, SPANS[i].end) for i in wanted
        }
    assert {number for numbers in cited for number in numbers} == set(by_number)
    marked = [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)]
    assert marked == [number for claim in answer.claims for number in claim.citations]
    for citation in answer.citations:
        assert citation.quote == BODY[citation.start : citation.end]
