"""An answer set for a terminal: bottom line, numbered claims, warnings, sources by document."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from bot.output import printable
from bot.words import Words, words_for
from corpus import Kind, Status
from retrieval.answer import Answer, Citation, Outcome, clean_text
from retrieval.compose.draft import plain

_STYLES = {Outcome.ANSWERED: "bold", Outcome.NOT_IN_CORPUS: "bold yellow", Outcome.DECLINED: "bold"}

_INSTRUMENTS = frozenset({Kind.POLICY_BRIEF, Kind.OFFICIAL_TEXT})
"""Kinds that tell of a measure: of an article or a fund nobody would say that it is in force."""

_INDENT = 4


class Terminal:
    """Reads questions and shows answers. In a pipe: the same words, no colours, lines uncut."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, emoji=False)

    def say(self, text: str) -> None:
        """A line of our own."""
        self._print(text, style="dim")

    def complain(self, text: str) -> None:
        """What went wrong, in one line."""
        self._print(text, style="red")

    def read(self) -> str | None:
        """The next line typed; None at the end of the input."""
        try:
            return self.console.input(escape(words_for("en").terminal.prompt))
        except EOFError:
            return None

    def show(self, answer: Answer) -> None:
        """Print the whole answer."""
        words = words_for(answer.language)
        self._print_text(answer)
        self._print()
        self._print(words.answer.as_of.format(date=words.day(answer.as_of)), style="dim")
        for notice in answer.notices:
            told = words.notices[notice.kind]
            line = Text(f"{told.sign} {told.label}: ", style="yellow")
            line.append(f"{_clean(notice.text)} {_marks(notice.citations)}", style="default")
            self._print(line)
        if answer.citations:
            self._print()
            self._print(words.answer.sources, style="bold")
            documents: dict[str, list[Citation]] = {}
            for citation in answer.citations:
                documents.setdefault(citation.document_id, []).append(citation)
            for cited in documents.values():
                self._print_source(cited, answer, words)
        self._print(words.answer.footer, style="dim italic")

    def _print_text(self, answer: Answer) -> None:
        """The paragraphs, the bottom line standing out."""
        lead = answer.claims[0].text if answer.claims else answer.text.split("\n\n")[0]
        for i, paragraph in enumerate(answer.text.split("\n\n")):
            style = _STYLES[answer.outcome] if lead in paragraph else ""
            if i:
                self._print()
            self._print(_clean(paragraph), style=style)

    def _print_source(self, cited: list[Citation], answer: Answer, words: Words) -> None:
        """A document once: what it is, how it stands, where it is, and quotes not told above."""
        first, frame = cited[0], words.answer
        facts = [first.issuer, frame.published.format(date=words.day(first.published))]
        if first.kind in _INSTRUMENTS or first.status is not Status.IN_FORCE:
            facts.append(words.statuses[first.status])
        facts.append(words.kinds[first.kind])
        head = Text(f"{_marks(citation.number for citation in cited)} ")
        self._print(head.append(_clean(first.title), style="bold"))
        self._print(_clean(frame.separator.join(facts)), style="dim", indent=_INDENT)
        if first.url:
            # The terminal, not we, breaks an address that is too long, so that it can be copied.
            address = Text(" " * _INDENT).append(printable(first.url), style="dim underline")
            self.console.print(address, soft_wrap=True)
        told = " ".join([answer.text, *(notice.text for notice in answer.notices)])
        for citation in cited:
            quote = plain(citation.quote)
            if quote not in told:
                line = f"[{citation.number}] {frame.quote.format(quote=_clean(quote))}"
                self._print(line, indent=_INDENT)

    def _print(self, text: str | Text = "", *, style: str = "", indent: int = 0) -> None:
        """One paragraph: folded to a terminal's width, and on one line in a pipe."""
        line = text if isinstance(text, Text) else Text(printable(text), style=style)
        if self.console.is_terminal:
            self.console.print(Padding(line, (0, 0, 0, indent)) if indent else line)
        else:
            self.console.print(Text(" " * indent) + line, soft_wrap=True)


def _clean(text: str) -> str:
    return printable(clean_text(text))


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)
