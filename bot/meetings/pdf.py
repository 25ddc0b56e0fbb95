"""The minutes as a PDF on A4, with fonts that hold Latin and Japanese. A pure function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from bot.glyphs import drawable, latin_font_file, picture_fonts
from bot.meetings.breaking import BREAK, breakable, filled
from bot.meetings.records import Entry, Minutes
from bot.meetings.telling import (
    SourceLine,
    all_sources,
    facts_of,
    notices_of,
    open_points,
    paragraphs_of,
    sources_of,
    summary_of,
    title_of,
)
from bot.words import Words

MARGIN = 20.0
"""Millimetres."""

_BODY, _SMALL, _HEADING, _TITLE = 10.0, 8.5, 12.0, 17.0
_INK, _MUTED, _ACCENT, _LINK = (27, 31, 36), (87, 96, 106), (0, 114, 178), (0, 90, 150)
_LEADING = 1.45
_MM_PER_POINT = 25.4 / 72
_INDENT = 4.0
_TOLERANCE = 2.5
"""Millimetres: a cell keeps a little of its width as padding."""


def minutes_pdf(minutes: Minutes, words: Words) -> bytes:
    """The minutes as a PDF file. The same minutes give the same file.

    Raises:
        StorageError: the font with Japanese glyphs is not installed.
    """
    page = _Paper(minutes, words)
    frame = words.minutes
    page.title(frame.heading.format(title=title_of(minutes.meeting, words)))
    for fact in facts_of(minutes, words):
        page.text(fact, size=_SMALL, colour=_MUTED)
    if not minutes.entries:
        page.gap(4)
        page.text(frame.nothing_asked)
    for entry in minutes.entries:
        _entry(page, entry, minutes, words)
    if minutes.entries:
        page.heading(frame.open_points)
        points = open_points(minutes, words)
        for point, why in points:
            page.text(
                frame.question.format(number=point.number, question=point.question), bold=True
            )
            page.text(why, size=_SMALL, colour=_MUTED)
        if not points:
            page.text(frame.no_open_points)
    if sources := all_sources(minutes.entries, words):
        page.heading(frame.all_sources)
        _sources(page, sources)
    return page.bytes()


def _entry(page: _Paper, entry: Entry, minutes: Minutes, words: Words) -> None:
    frame = words.minutes
    if entry.withdrawn:
        page.heading(frame.question.format(number=entry.number, question=frame.withdrawn))
        return
    page.heading(frame.question.format(number=entry.number, question=entry.question))
    page.text(summary_of(entry, minutes, words), size=_SMALL, colour=_MUTED)
    page.gap(1)
    if entry.answer is None:
        page.text(frame.failed.format(reason=entry.error or "-"))
        return
    for paragraph in paragraphs_of(entry.answer):
        page.text(paragraph)
        page.gap(1)
    for label, text in notices_of(entry.answer, words):
        page.text(f"{label}: {text}", size=_SMALL, bar=True)
        page.gap(1)
    if sources := sources_of(entry.answer, words):
        page.keep(24)
        page.text(frame.sources, size=_SMALL, bold=True)
        _sources(page, sources)


def _sources(page: _Paper, sources: Sequence[SourceLine]) -> None:
    for source in sources:
        page.keep(16)
        page.text(f"{source.marks} {source.title}".strip(), size=_SMALL, link=source.url)
        page.text(source.facts, size=_SMALL, colour=_MUTED)
        page.gap(0.8)


def _needs_shaping(text: str) -> bool:
    """Whether a text runs from right to left, or has marks that join the letters before them."""
    return any(
        unicodedata.bidirectional(c) in {"R", "AL", "AN"} or unicodedata.category(c)[0] == "M"
        for c in text
    )


class _Paper:
    """A PDF being written from top to bottom."""

    def __init__(self, minutes: Minutes, words: Words) -> None:
        self._words = words
        self._fonts = picture_fonts()
        self._pdf = self._open(minutes)
        self._pdf.add_page()

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def gap(self, millimetres: float) -> None:
        """White space."""
        self._pdf.set_y(self._pdf.get_y() + millimetres)

    def keep(self, millimetres: float) -> None:
        """Begin a new page where so much no longer fits on this one."""
        if self._pdf.will_page_break(millimetres):
            self._pdf.add_page()

    def title(self, text: str) -> None:
        """The heading of it all."""
        self.text(text, size=_TITLE, bold=True)
        self.gap(2)

    def heading(self, text: str) -> None:
        """A heading, entered into the file's outline; never alone at the foot of a page."""
        self.gap(5)
        pdf = self._pdf
        self.keep(30)
        shown = self._drawn(text)
        pdf.start_section(shown[:100])
        self.text(text, size=_HEADING, bold=True, colour=_ACCENT)
        self.gap(0.6)

    def text(
        self,
        text: str,
        *,
        size: float = _BODY,
        bold: bool = False,
        colour: tuple[int, int, int] = _INK,
        bar: bool = False,
        link: str | None = None,
    ) -> None:
        """A paragraph; its own line breaks stay. `bar`: indented beside a line, as a warning."""
        pdf = self._pdf
        self._font(size, bold=bold, colour=_LINK if link else colour)
        pdf.declare_font()
        # Shaping takes three times as long, and a meeting may hold hundreds of questions.
        pdf.set_text_shaping(use_shaping_engine=_needs_shaping(text))
        left = MARGIN + (_INDENT if bar else 0)
        top, page = pdf.get_y(), pdf.page
        pdf.set_left_margin(left)
        pdf.set_x(left)
        pdf.multi_cell(
            0,
            size * _LEADING * _MM_PER_POINT,
            self._broken(self._drawn(text), pdf.epw),
            align="L",
            link=link or "",
            new_x="LMARGIN",
            new_y="NEXT",
        )
        pdf.set_left_margin(MARGIN)
        pdf.set_x(MARGIN)
        if bar:
            pdf.set_draw_color(*_ACCENT)
            pdf.set_line_width(0.7)
            begin = top if pdf.page == page else MARGIN
            pdf.line(MARGIN + 1, begin + 0.4, MARGIN + 1, pdf.get_y() - 0.4)

    def _broken(self, text: str, width: float) -> str:
        """The text with its lines of Japanese ended where they should; others fpdf2 ends itself."""
        lines = []
        for line in text.split("\n"):
            pieces = breakable(line).split(BREAK)
            if len(pieces) > 1:
                words = [word for piece in pieces for word in re.findall(r"[^ ]* *", piece) if word]
                lines += filled(words, width - _TOLERANCE, self._pdf.get_string_width)
            else:
                lines.append(line)
        return "\n".join(lines)

    def _font(self, size: float, *, bold: bool, colour: tuple[int, int, int]) -> None:
        from fpdf.enums import TextMode

        pdf = self._pdf
        pdf.set_font("body", "B" if bold else "", size)
        pdf.set_text_color(*colour)
        # The Japanese font has one weight; a fine outline in its own colour stands in for bold.
        pdf.text_mode = TextMode.FILL
        if bold and self._words.language == "ja":
            pdf.text_mode = TextMode.FILL_STROKE
            pdf.set_draw_color(*colour)
            pdf.set_line_width(0.012 * size)

    def _drawn(self, text: str) -> str:
        return drawable(text, self._fonts)

    def _open(self, minutes: Minutes) -> Any:  # noqa: ANN401 - a class made where fpdf is loaded
        from fpdf import FPDF

        words, meeting = self._words, minutes.meeting
        made, numbered = drawable(words.minutes.made, self._fonts), words.minutes.page

        class Minuted(FPDF):
            def add_page(self, *given: Any, **named: Any) -> None:  # noqa: ANN401
                super().add_page(*given, **named)
                self.declare_font()

            def declare_font(self) -> None:
                """Name the font to the page itself.

                Fpdf2 else names it within the first line, where that begins with a fallback font
                it is forgotten again, and the lines after it are drawn in the size before.
                """
                if self.page and self.current_font:
                    self._out(self._set_font_for_page(self.current_font, self.font_size_pt))

            def footer(self) -> None:
                from fpdf.enums import TextMode

                self.text_mode = TextMode.FILL
                self.set_font("body", "", 7.5)
                self.set_text_color(*_MUTED)
                # A page may break where the margin is another.
                self.set_xy(MARGIN, -14)
                self.cell(0, 4, made, align="L")
                self.set_xy(MARGIN, -14)
                self.cell(0, 4, numbered.format(number=self.page_no(), count="{nb}"), align="R")

        pdf = Minuted(format="A4")
        pdf.set_margins(MARGIN, MARGIN, MARGIN)
        pdf.set_auto_page_break(auto=True, margin=MARGIN)
        japanese, latin = self._fonts
        if words.language == "ja":
            pdf.add_font("body", "", japanese)
            pdf.add_font("body", "B", japanese)
            pdf.add_font("other", "", latin)
            pdf.add_font("other", "B", latin_font_file(bold=True))
        else:
            pdf.add_font("body", "", latin)
            pdf.add_font("body", "B", latin_font_file(bold=True))
            pdf.add_font("other", "", japanese)
            pdf.add_font("other", "B", japanese)
        pdf.set_fallback_fonts(["other"], exact_match=False)
        pdf.set_title(title_of(meeting, words))
        pdf.set_lang(words.language)
        pdf.set_creator("Lodestone")
        pdf.set_creation_date(meeting.ended_at or meeting.started_at)
        return pdf
