"""An answer set for a terminal: bottom line, numbered claims, warnings, sources."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from bot.words import Words, words_for
from retrieval.answer import Answer, Citation, Outcome, clean_text

_STYLES = {Outcome.ANSWERED: "bold", Outcome.NOT_IN_CORPUS: "bold yellow", Outcome.DECLINED: "bold"}


class Terminal:
    """Reads questions and shows answers. In a pipe, the same words without colours."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=not sys.stdout.isatty())

    def say(self, text: str) -> None:
        """A line of our own."""
        self.console.print(Text(text, style="dim"))

    def complain(self, text: str) -> None:
        """What went wrong, in one line."""
        self.console.print(Text(text, style="red"))

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
        self.console.print()
        self.console.print(Text(words.answer.as_of.format(date=words.day(answer.as_of)), "dim"))
        for notice in answer.notices:
            told = words.notices[notice.kind]
            marks = "".join(f"[{number}]" for number in notice.citations)
            line = Text(f"{told.sign} {told.label}: ", style="yellow")
            self.console.print(line.append(f"{clean_text(notice.text)} {marks}", style="default"))
        if answer.citations:
            self.console.print()
            self.console.print(Text(words.answer.sources, style="bold"))
            for citation in answer.citations:
                self._print_source(citation, words)
        self.console.print(Text(words.answer.footer, style="dim italic"))

    def _print_text(self, answer: Answer) -> None:
        """The paragraphs, the bottom line standing out."""
        lead = answer.claims[0].text if answer.claims else answer.text.split("\n\n")[0]
        for i, paragraph in enumerate(answer.text.split("\n\n")):
            style = _STYLES[answer.outcome] if lead in paragraph else ""
            if i:
                self.console.print()
            self.console.print(Text(clean_text(paragraph), style=style))

    def _print_source(self, citation: Citation, words: Words) -> None:
        facts = words.answer.separator.join(
            [
                citation.issuer,
                words.answer.published.format(date=words.day(citation.published)),
                words.statuses[citation.status],
                words.kinds[citation.kind],
            ]
        )
        head = Text(f"[{citation.number}] ").append(clean_text(citation.title), style="bold")
        self.console.print(head)
        self.console.print(Padding(Text(clean_text(facts), style="dim"), (0, 0, 0, 4)))
        if citation.url:
            self.console.print(Padding(Text(citation.url, style="dim underline"), (0, 0, 0, 4)))
