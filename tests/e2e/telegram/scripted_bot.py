"""The bot as a process of its own, with a chain that answers from a script.

The answers cite the packaged corpus word for word. A question that says "long", "slow", "pause" or
"broken" gets what it is called; of one that says "forms" a sentence is told after another, as of a
chat model's; one in Japanese is answered in Japanese. With `--journal` there is a journal.
"""

from __future__ import annotations

import re
import sys
import time
from datetime import date

from langchain_core.callbacks import dispatch_custom_event
from langchain_core.runnables import RunnableConfig, RunnableLambda

from bot.session import open_journal
from bot.settings import load_settings
from bot.telegram.run import run_bot
from corpus import Document, Library, sentence_spans
from corpus.errors import LodestoneError
from retrieval.answer import VERIFIED_CLAIMS, Answer, Citation, Claim, Outcome, Question

DOCUMENT = "us-japan-2026-status"
WITH_JOURNAL = "--journal"


class NoJournal:
    """Keeps nothing."""

    def record(self, question: Question, answer: Answer, **where: object) -> None:
        """Forget it."""


def cite(document: Document, sentences: list[tuple[int, int]], number: int) -> Citation:
    """The document's sentence with this number, as a source."""
    start, end = sentences[number]
    return Citation(
        number=number,
        document_id=document.id,
        title=document.title,
        kind=document.kind,
        issuer=document.issuer,
        section="",
        published=document.published,
        status=document.status,
        url=document.url,
        quote=document.body[start:end],
        start=start,
        end=end,
    )


def scripted_chain(library: Library) -> RunnableLambda[Question, Answer]:
    """The chain."""
    usual, longest = library.get(DOCUMENT), max(library, key=lambda document: len(document.body))

    def compose(question: Question, config: RunnableConfig) -> Question:
        sentences = list(sentence_spans(usual.body))
        told = [cite(usual, sentences, number) for number in (1, 2)]
        claims = tuple(Claim(text=c.quote, citations=(c.number,)) for c in told)
        for count in (1, 2):
            time.sleep(1.8)
            dispatch_custom_event(VERIFIED_CLAIMS, claims[:count], config=config)
        time.sleep(1.5)
        return question

    def answer(question: Question) -> Answer:
        if "broken" in question.text:
            raise RuntimeError("broken as scripted")
        if "forms" in question.text:
            RunnableLambda(compose, name="compose").invoke(question)
        if "slow" in question.text:
            time.sleep(5)
        if "pause" in question.text:
            time.sleep(1)
        document = longest if "long" in question.text else usual
        sentences = list(sentence_spans(document.body))
        last = len(sentences) if document is longest else 3
        citations = tuple(cite(document, sentences, number) for number in range(1, last))
        claims = tuple(Claim(text=c.quote, citations=(c.number,)) for c in citations)
        return Answer(
            question_id=question.id,
            question=question.text,
            as_of=date(2026, 11, 22),
            language="ja" if re.search("[ぁ-ん]", question.text) else "en",
            outcome=Outcome.ANSWERED,
            text="\n\n".join(f"{c.text} [{c.citations[0]}]" for c in claims),
            claims=claims,
            citations=citations,
            composer="scripted",
            corpus_fingerprint=library.fingerprint,
        )

    return RunnableLambda(answer)


def main() -> int:
    """Run the bot; errors in one line, as the command does it."""
    try:
        library, settings = Library.load(), load_settings()
        journal = open_journal(settings) if WITH_JOURNAL in sys.argv else NoJournal()
        run_bot(settings, scripted_chain(library), journal, library=library)
    except LodestoneError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
