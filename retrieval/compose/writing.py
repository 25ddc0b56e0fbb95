"""From what was found to a draft: an answer, an overview, an honest no, or a kind refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus import Document
from retrieval import refusal
from retrieval.advice import wants_advice
from retrieval.answer import Outcome
from retrieval.compose.candidates import Candidate, candidate_at, candidates_from
from retrieval.compose.draft import LONGEST_QUOTE, Draft, DraftClaim
from retrieval.compose.extractive import Evidence, compose, span_of, tell
from retrieval.compose.measuring import Measured, measure
from retrieval.currency import OVER, state_on
from retrieval.dated import sentence_naming
from retrieval.features import Holds, is_definition, looks_back
from retrieval.language import is_readable
from retrieval.phrasing import phrase
from retrieval.premise import unsupported_figures
from retrieval.reading import SentenceReader
from retrieval.refusal import Judgement
from retrieval.retriever import Found
from retrieval.spelling import Speller
from retrieval.terms import terms
from retrieval.understanding import Inquiry, Intent, Part

OVERVIEW_DOCUMENTS = 4
"""Documents told of in an overview, a sentence each."""

PREMISE_SOUGHT_IN = 12
"""Sentences, best first, in which a figure that the question states is looked for."""

FACTS_WHEN_DECLINED = 2
"""Sentences of fact beside a declined request for advice."""


@dataclass(frozen=True)
class Sought:
    """One part of a question: what was found for it, ranked, and whether it answers."""

    part: Part
    found: Found
    candidates: Sequence[Candidate]
    judgement: Judgement
    sides: Sequence[Sequence[Candidate]] = ()

    @property
    def is_answered(self) -> bool:
        """Whether the corpus seems to hold an answer.

        A name that no document holds decides, unless the question has another side to answer.
        """
        if self.judgement.unknown_names and not self.part.sides:
            return False
        return self.judgement.refuse < refusal.threshold()


def write_draft(
    inquiry: Inquiry,
    found: Sequence[tuple[Part, Found]],
    reader: SentenceReader,
    speller: Speller,
) -> Draft:
    """Answer from what was found.

    Args:
        inquiry: the question, understood.
        found: for each part and each of its sides, in order, what was found.
        reader: the sentences of the index that was searched.
        speller: knows the corpus's own words.
    """
    if not is_readable(inquiry.question.text):
        return _not_in_corpus(inquiry, [], phrase(inquiry.language, "unreadable"))
    answers = _read(inquiry, found, reader, speller)
    if inquiry.intent is Intent.OVERVIEW:
        return _overview(inquiry, answers[0], reader)
    answered = [answer for answer in answers if answer.is_answered]
    if inquiry.intent is Intent.ADVICE or _wants_advice(answers, reader):
        return _declined(inquiry, answered, reader)
    if not answered:
        return _not_in_corpus(inquiry, answers)
    return _compose(inquiry, answered, reader)


def _wants_advice(answers: Sequence[Sought], reader: SentenceReader) -> bool:
    embedding = reader.index.manifest.model
    return any(wants_advice(a.part.query, a.found.vector, embedding) for a in answers)


def _read(
    inquiry: Inquiry,
    found: Sequence[tuple[Part, Found]],
    reader: SentenceReader,
    speller: Speller,
) -> list[Sought]:
    """Rank the sentences of each part and its sides, and judge whether they answer."""
    waiting = iter(found)
    answers = []
    for part in inquiry.parts:
        _, hits = next(waiting)
        measured = _measure(part, hits, reader, inquiry)
        sides = [
            candidates_from(_measure(*next(waiting), reader, inquiry), reader, inquiry.as_of)
            for _ in part.sides
        ]
        answers.append(
            Sought(
                part=part,
                found=hits,
                candidates=candidates_from(measured, reader, inquiry.as_of),
                judgement=refusal.judge(part, hits, measured, reader, speller),
                sides=sides,
            )
        )
    return answers


def _measure(part: Part, found: Found, reader: SentenceReader, inquiry: Inquiry) -> Measured:
    return measure(part, found, reader, inquiry.as_of, is_dated=inquiry.dated)


def _compose(inquiry: Inquiry, answers: Sequence[Sought], reader: SentenceReader) -> Draft:
    evidence = [_evidence(answer, inquiry, reader) for answer in answers]
    draft = compose(
        evidence,
        reader.index,
        language=inquiry.language,
        as_of=inquiry.as_of,
        dated=inquiry.dated,
    )
    premise = [
        figure
        for answer in answers
        for figure in unsupported_figures(
            answer.part.query.original, (c.text for c in answer.candidates[:PREMISE_SOUGHT_IN])
        )
    ]
    if premise:
        # The figure is not repeated: what an answer says is quoted, also what it denies.
        told = phrase(inquiry.language, "premise")
        draft = replace(draft, opening="\n\n".join(filter(None, [told, draft.opening])))
    unknown = _missing_names(inquiry, answers)
    if len(answers) < len(inquiry.parts):
        unknown = unknown or phrase(inquiry.language, "partly")
    return replace(draft, closing=unknown)


def _evidence(sought: Sought, inquiry: Inquiry, reader: SentenceReader) -> Evidence:
    """What was found; for a question of how a measure stands, with its first day or its last."""
    query = sought.part.query
    evidence = Evidence(
        candidates=sought.candidates,
        sides=sought.sides,
        looks_back=looks_back(query.text),
        defined=frozenset(query.terms if is_definition(query.text) else ()),
    )
    if not sought.part.asks & Holds.STATUS or not sought.candidates:
        return evidence
    best = sought.candidates[0]
    is_over = state_on(best.document, inquiry.as_of, reader.library) in OVER
    day = best.document.effective_until if is_over else best.document.effective_from
    if day is None or day > inquiry.as_of:
        return evidence
    span = sentence_naming(best.document, day)
    reading = reader.at(best.document.id, span.start) if span else None
    if reading is None:
        return evidence
    since = candidate_at(reading.position, best.score, reader, inquiry.as_of)
    return replace(evidence, since=since, is_over=is_over)


def _declined(inquiry: Inquiry, answers: Sequence[Sought], reader: SentenceReader) -> Draft:
    """No advice: the facts, and where the rule-based suggestion is."""
    language = inquiry.language
    opening = phrase(language, "declined")
    claims: tuple[DraftClaim, ...] = ()
    if answers:
        draft = _compose(inquiry, answers[:1], reader)
        claims = tuple(replace(c, heading=None) for c in draft.claims[:FACTS_WHEN_DECLINED])
        opening = f"{opening}\n\n{phrase(language, 'declined_facts')}"
    return Draft(
        outcome=Outcome.DECLINED,
        claims=claims,
        opening=opening,
        closing=phrase(language, "declined_allocate"),
    )


def _not_in_corpus(inquiry: Inquiry, answers: Sequence[Sought], reason: str = "") -> Draft:
    """Say so, name what is unknown and the nearest document, and stop."""
    language = inquiry.language
    parts = [phrase(language, "not_in_corpus")]
    if reason:
        parts.append(reason)
    parts.append(_missing_names(inquiry, answers))
    nearest = _nearest(answers)
    if nearest:
        kind = phrase(language, f"kind_{nearest.kind.value}")
        told = phrase(language, "nearest", title=nearest.title, kind=kind, date=nearest.published)
        parts.append(told)
    elif not reason:
        parts.append(phrase(language, "nothing_near"))
    joint = "" if language == "ja" else " "
    return Draft(outcome=Outcome.NOT_IN_CORPUS, opening=joint.join(part for part in parts if part))


def _missing_names(inquiry: Inquiry, answers: Sequence[Sought]) -> str:
    """Which names of the question no document holds; empty when all are known."""
    unknown = dict.fromkeys(name for answer in answers for name in answer.judgement.unknown_names)
    if not unknown:
        return ""
    language = inquiry.language
    quoted = [phrase(language, "quoted", text=name) for name in unknown]
    return phrase(language, "missing_names", names=phrase(language, "comma").join(quoted))


NEAR = 0.35
"""Cosine below which the nearest passage is about something else altogether."""


def _nearest(answers: Sequence[Sought]) -> Document | None:
    for reading in answers:
        if reading.candidates and float(reading.found.similarity.max(initial=0.0)) >= NEAR:
            return reading.candidates[0].document
    return None


def _overview(inquiry: Inquiry, sought: Sought, reader: SentenceReader) -> Draft:
    """A broad word: what the main documents on it say first, and what to ask next."""
    language = inquiry.language
    known = [term for term in sought.part.query.weights if term in reader.index.keywords]
    if not known:
        return _not_in_corpus(inquiry, [sought])
    documents: dict[str, Document] = {}
    named = [hit for hit in sought.found.hits if hit.keyword_rank is not None]
    for hit in named or sought.found.hits:
        documents.setdefault(hit.passage.document_id, reader.library.get(hit.passage.document_id))
    told = list(documents.values())[:OVERVIEW_DOCUMENTS]
    claims = tuple(claim for d in told if (claim := _first_of(d, frozenset(known), sought, reader)))
    titles = "; ".join(_short(document.title) for document in list(documents.values())[:3])
    return Draft(
        outcome=Outcome.ANSWERED,
        claims=claims,
        opening=phrase(
            language, "overview_one" if len(documents) == 1 else "overview", count=len(documents)
        ),
        closing=phrase(language, "ask_next", titles=titles),
    )


def _first_of(
    document: Document, asked: frozenset[str], sought: Sought, reader: SentenceReader
) -> DraftClaim | None:
    """What a document says first, or, where that leaves out what is asked, its best sentence."""
    lead = _lead(document, reader)
    best = next((c.reading for c in sought.candidates if c.document.id == document.id), None)
    if best and not (lead and asked & set(terms(lead.text))) and asked & set(terms(best.text)):
        return DraftClaim(text=tell(best), spans=(span_of(best),))
    return lead


def _lead(document: Document, reader: SentenceReader) -> DraftClaim | None:
    """The document's first sentence that is short enough to quote."""
    for position, sentence in enumerate(reader.index.manifest.sentences):
        held_by = reader.index.passages[sentence.passage].document_id
        if held_by == document.id and 5 <= sentence.words <= LONGEST_QUOTE:
            reading = reader.read(position)
            return DraftClaim(text=tell(reading), spans=(span_of(reading),))
    return None


def _short(title: str) -> str:
    """A title without what stands behind its dash or bracket."""
    for mark in (" - ", " (", ", "):
        title = title.split(mark, maxsplit=1)[0]
    return title
