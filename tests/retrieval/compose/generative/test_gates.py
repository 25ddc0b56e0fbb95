from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Document, Library
from retrieval.compose.generative.gates import LONGEST_QUOTE, MOST_CLAIMS, Passed, pass_gates
from retrieval.compose.generative.material import Excerpt
from retrieval.compose.generative.reply import Reply, ReplyClaim, ReplyQuote
from retrieval.currency import State
from retrieval.verify import check_claim

BOTTOM_LINE = (
    "Japanese cars and auto parts (Section 232) pay 15% in total, normal duty included, "
    "throughout 2026."
)
BODY = """\
# Duties
- The duty on copper is 10% from 1 May 2026. The duty on zinc is 12% from 1 June 2026.
- Nobody said that the duty on lead would rise to 40%.
## Later
The duty on tin is 7%. It was 5% before.
"""


@pytest.fixture(scope="module")
def document() -> Document:
    model = next(iter(Library.load()))
    return model.model_copy(update={"id": "duties", "body": BODY})


def excerpt(document: Document, first: str, last: str, name: str = "p1") -> Excerpt:
    start, end = document.body.index(first), document.body.index(last) + len(last)
    return Excerpt(name, document, "Duties", start, end, State.IN_FORCE)


def reply(*claims: tuple[str, list[tuple[str, str]]]) -> Reply:
    made = [
        ReplyClaim(text=text, quotes=tuple(ReplyQuote(passage=p, quote=q) for p, q in cited))
        for text, cited in claims
    ]
    return Reply(outcome="answered", claims=tuple(made))


def quotes(passed: Passed) -> list[str]:
    return [span.quote for claim in passed.claims for span in claim.spans]


def cuts(passed: Passed) -> list[str]:
    return [cut.reason for cut in passed.cut]


def test_a_quote_is_found_through_other_spacing_and_quotation_marks(document: Document) -> None:
    whole = excerpt(document, "The duty on copper", "would rise to 40%.")
    said = reply(("The duty on tin is 7%.", [("p1", "The duty on  copper\nis 10%")]))
    honest = reply(("The copper duty is 10%.", [("p1", "The duty on  copper\nis 10%")]))

    assert pass_gates(said, [whole]).claims == ()
    assert quotes(pass_gates(honest, [whole])) == ["The duty on copper is 10% from 1 May 2026."]


def test_a_quote_may_run_on_into_the_next_passage_that_was_shown(document: Document) -> None:
    first = excerpt(document, "The duty on copper", "1 May 2026.")
    second = excerpt(document, "The duty on zinc", "would rise to 40%.", "p2")
    both = "The duty on copper is 10% from 1 May 2026. The duty on zinc is 12% from 1 June 2026."
    said = reply(("The duty on zinc is 12%.", [("p1", both)]))

    assert quotes(pass_gates(said, [first, second])) == [both]


def test_a_quote_from_a_part_that_was_not_shown_is_cut(document: Document) -> None:
    shown = excerpt(document, "The duty on copper", "1 May 2026.")
    said = reply(("The duty on tin is 7%.", [("p1", "The duty on tin is 7%.")]))

    assert cuts(pass_gates(said, [shown])) == ["not in the passage"]


def test_a_quote_that_leaves_out_who_did_not_say_so_is_cut(document: Document) -> None:
    shown = excerpt(document, "Nobody said", "would rise to 40%.")
    said = reply(
        ("The duty on lead would rise to 40%.", [("p1", "the duty on lead would rise to 40%.")])
    )

    assert pass_gates(said, [shown]).claims == ()


def test_a_claim_may_rest_on_several_quotes(document: Document) -> None:
    shown = excerpt(document, "The duty on copper", "It was 5% before.")
    said = reply(
        (
            "The duty on copper is 10% and the duty on tin is 7%.",
            [
                ("p1", "The duty on copper is 10% from 1 May 2026."),
                ("p1", "The duty on tin is 7%."),
            ],
        )
    )

    assert len(quotes(pass_gates(said, [shown]))) == 2


def test_one_bad_quote_costs_the_claim(document: Document) -> None:
    shown = excerpt(document, "The duty on copper", "It was 5% before.")
    said = reply(("The duty on tin is 7%.", [("p1", "The duty on tin is 7%."), ("p9", "x")]))

    assert cuts(pass_gates(said, [shown])) == ["unknown passage"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("[1]", "empty"),
        ("…!", "empty"),
        ("The duty on tin is 7%. " * 30, "too long"),
        ("See https://evil.example: the duty on tin is 7%.", "address"),
        ("The duty on tin is 7%, see www.evil.example.", "address"),
    ],
)
def test_what_is_no_sentence_is_cut_for_its_form(
    text: str, reason: str, document: Document
) -> None:
    shown = excerpt(document, "The duty on tin", "It was 5% before.")

    assert cuts(pass_gates(reply((text, [("p1", "The duty on tin is 7%.")])), [shown])) == [reason]


def test_a_quote_nobody_would_read_is_cut(status: Document) -> None:
    whole = Excerpt("p1", status, "All", 0, len(status.body), State.IN_FORCE)
    said = reply((BOTTOM_LINE, [("p1", " ".join(status.body.split()[7:200]))]))

    assert cuts(pass_gates(said, [whole])) == ["long quote"]


def test_at_most_six_claims_go_out(status: Document) -> None:
    whole = Excerpt("p1", status, "All", 0, len(status.body), State.IN_FORCE)
    lines = [line[2:] for line in status.body.splitlines() if line.startswith("- ")]
    short = [line for line in lines if len(line.split()) <= LONGEST_QUOTE and len(line) < 390]
    passed = pass_gates(reply(*((line, [("p1", line)]) for line in short)), [whole])

    assert len(short) > MOST_CLAIMS
    assert len(passed.claims) == MOST_CLAIMS
    assert set(cuts(passed)) == {"too many"}


def test_it_is_told_whether_the_first_claim_came_through(document: Document) -> None:
    shown = excerpt(document, "The duty on tin", "It was 5% before.")
    good = ("The duty on tin is 7%.", [("p1", "The duty on tin is 7%.")])
    bad = ("The duty on tin is 8%.", [("p1", "The duty on tin is 7%.")])

    assert pass_gates(reply(good, bad), [shown]).bottom_line
    assert not pass_gates(reply(bad, good), [shown]).bottom_line


pieces = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80),
    st.sampled_from([BODY[10:60], "The duty on tin is 7%.", "duty", "15%", "ない", "[1]", "\x00"]),
)


cited = st.lists(st.tuples(st.sampled_from(["p1", "p2", ""]), pieces), max_size=3)


@given(written=st.lists(st.tuples(pieces, cited), max_size=8))
def test_whatever_a_model_writes_only_checked_claims_come_through(
    written: list[tuple[str, list[tuple[str, str]]]], document: Document
) -> None:
    shown = excerpt(document, "The duty on copper", "It was 5% before.")

    passed = pass_gates(reply(*written), [shown])

    assert len(passed.claims) + len(passed.cut) == len(written)
    for claim in passed.claims:
        assert claim.spans
        assert check_claim(claim.text, [span.quote for span in claim.spans]).ok
        for span in claim.spans:
            assert span.quote == BODY[span.start : span.end]
            assert len(span.quote.split()) <= LONGEST_QUOTE
