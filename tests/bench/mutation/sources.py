"""Right claims beside the wrong source."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.bench.mutation.material import Case, Sentence, figures, gist


def wrong_source(
    material: list[Sentence], random: Random, each: int, *, same_document: bool
) -> Iterator[Case]:
    """A true claim beside the likest sentence that does not bear it."""
    kind = f"wrong source, {'same' if same_document else 'other'} document"
    gists = [gist(sentence.text) for sentence in material]
    numbers = [figures(sentence.text) for sentence in material]
    for at in random.sample(range(len(material)), min(each, len(material))):
        claim = material[at]
        best, likeness = -1, 0.0
        for other, sentence in enumerate(material):
            if other == at or (sentence.document_id == claim.document_id) != same_document:
                continue
            if not same_document and not set(sentence.topics) & set(claim.topics):
                continue
            shared = len(gists[at] & gists[other]) / max(1, len(gists[at]))
            # Without a figure to tell them apart, only clearly other sentences are surely wrong.
            lacks = bool(numbers[at] - numbers[other])
            if shared > likeness and (lacks or shared < 0.5):
                best, likeness = other, shared
        if best >= 0:
            yield Case(kind, False, claim.text, (material[best].text,), claim.document_id)
