from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus import Document, Library
from retrieval.answer import Outcome
from retrieval.compose.draft import Draft, DraftClaim, Span
from retrieval.compose.generative.budget import estimate_tokens
from retrieval.compose.generative.material import gather_material
from retrieval.currency import State
from retrieval.retriever import Hit

NOW = date(2026, 11, 22)


def test_passages_are_taken_from_each_part_in_turn_and_each_once(
    library: Library, hits: list[Hit], fallback: Draft
) -> None:
    lists = [hits[:3], [hits[5], hits[0]]]

    shown = gather_material(lists, fallback, library, NOW, tokens=6_000)

    assert [excerpt.start for excerpt in shown[:4]] == [hits[n].passage.start for n in (0, 5, 1, 2)]
    assert [excerpt.id for excerpt in shown] == [f"p{n}" for n in range(1, len(shown) + 1)]


def test_passages_stop_where_the_room_ends_and_the_best_is_always_shown(
    library: Library, hits: list[Hit], fallback: Draft
) -> None:
    bare = replace(fallback, claims=())
    roomy = gather_material([hits], bare, library, NOW, tokens=600)

    assert sum(estimate_tokens(excerpt.text) for excerpt in roomy) <= 600
    assert len(gather_material([hits], bare, library, NOW, tokens=1)) == 1


def test_what_the_extractive_draft_cites_is_shown_too(
    library: Library, hits: list[Hit], status: Document
) -> None:
    sentence = "Tokyo said it would not reopen the U.S.-Japan deal."
    start = status.body.index(sentence)
    span = Span(status, "Timeline / current status", start, start + len(sentence))
    draft = Draft(outcome=Outcome.ANSWERED, claims=(DraftClaim(sentence, (span,)),))

    shown = gather_material([hits[:1]], draft, library, NOW, tokens=6_000)

    assert [excerpt.text for excerpt in shown][1:] == [sentence]
    assert len(gather_material([hits], draft, library, NOW, tokens=6_000)) == len(hits)


def test_the_state_is_that_of_the_date_asked_for(
    library: Library, hits: list[Hit], fallback: Draft
) -> None:
    surcharge = [[hit for hit in hits if hit.passage.document_id == "s122-surcharge-11012"][:1]]
    bare = replace(fallback, claims=())

    def state(day: date) -> State:
        return gather_material(surcharge, bare, library, day, tokens=6_000)[0].state

    assert state(date(2026, 3, 1)) is State.IN_FORCE
    assert state(date(2025, 1, 1)) is State.NOT_YET
    assert state(NOW) in {State.EXPIRED, State.SUPERSEDED}


def test_nothing_found_and_nothing_cited_leaves_nothing_to_show(
    library: Library, fallback: Draft
) -> None:
    assert gather_material([], replace(fallback, claims=()), library, NOW, tokens=6_000) == ()


def test_japanese_is_counted_a_token_a_character() -> None:
    assert estimate_tokens("日本車の関税") == 6
    assert estimate_tokens("a" * 35) == 10
