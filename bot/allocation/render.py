"""Results set for a terminal: ranges first, then weights, then every reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.allocation.difference import Difference
from bot.allocation.engine import Allocator
from bot.allocation.figures import percent, signed
from bot.allocation.phrases import (
    ledger_text,
    rule_figures,
    rule_title,
    signal_change_texts,
    source_text,
)
from bot.allocation.result import Allocation
from bot.allocation.sleeves import Sleeve
from bot.allocation.table import Cell
from bot.allocation.views import FiredRule, ResultView, view_of
from bot.output import printable

_PIPE_WIDTH = 100


class Renderer:
    """Prints results; in a pipe the same words without colours."""

    def __init__(self, allocator: Allocator, console: Console | None = None) -> None:
        self.allocator = allocator
        self.words = allocator.words
        self.console = console or Console(highlight=False, emoji=False)
        if not self.console.is_terminal:
            self.console.width = max(self.console.width, _PIPE_WIDTH)

    def show(self, result: Allocation) -> None:
        """The whole result."""
        view, heads = view_of(result, self.allocator), self.words.headings
        self._line(view.title, "bold")
        self._line(view.subtitle, "dim")
        self._list(heads.warnings, view.warnings, "yellow")
        if view.rows:
            self._overview(view)
            self._list(heads.worst, view.worst)
            self._list(heads.cost, (view.cost,) if view.cost else ())
            self._list(heads.stress, view.stress)
            self._rules(heads.fired, view.fired)
            self._rules(heads.not_fired, view.not_fired)
            self._list(heads.change, view.changes)
            self._list(heads.funds, view.funds)
            self._list(heads.screened_out, view.screened_out)
            self._list(heads.drift, view.drift)
        self._list(heads.disclosures, view.disclosures, "dim")
        self._line(view.version, "dim")

    def explain(self, result: Allocation, sleeve: Sleeve) -> None:
        """One sleeve's ledger, with the quotes it rests on."""
        line, words = result.sleeve(sleeve), self.words
        view = view_of(result, self.allocator)
        self._line(words.headings.explain.format(sleeve=words.sleeves[sleeve]), "bold")
        self._line(words.sleeve_notes[sleeve], "dim")
        self._line(f"{view.title}. {view.subtitle}", "dim")
        self.console.print()
        for entry in line.ledger:
            self._line(ledger_text(entry, self.allocator))
            if entry.quote:
                self._line(words.lines.quote.format(quote=entry.quote), "dim", indent=4)
                self._line(source_text(entry.rule, self.allocator), "dim", indent=4)
        total = words.lines.total.format(bp=percent(line.weight_bp))
        self._line(total, "bold")
        self._list(
            words.headings.screened_out,
            [
                words.lines.screened.format(ticker=out.ticker, reason=out.reason)
                for out in line.screened_out
            ],
            "dim",
        )
        self._list(words.headings.disclosures, result.disclosures, "dim")

    def without_profile(self) -> None:
        """That nobody's answers were looked at."""
        self._line(self.words.lines.no_profile, "dim")
        self.console.print()

    def recorded(self, result: Allocation) -> None:
        """Under which id a result was kept, and what that is good for."""
        self.console.print()
        self._line(self.words.lines.recorded.format(id=result.id), "dim")

    def table(self, cells: Sequence[Cell]) -> None:
        """All cells: base mix, neutral weights, worst modelled year."""
        words = self.words
        self._line(words.headings.table.format(count=len(cells)), "bold")
        grid = Table(box=None, pad_edge=False)
        heads = (words.lines.horizon_column, words.lines.level_column, words.lines.base_column)
        for head in (*heads, *(s.value for s in Sleeve), words.lines.worst_column):
            grid.add_column(head, justify="right", no_wrap=True)
        for cell in cells:
            base = "/".join(percent(bp) for bp in cell.base_bp.values())
            weights = [percent(line.weight_bp) for line in cell.sleeves]
            worst = str(cell.worst_year_pct).replace("-", "−")
            grid.add_row(words.horizons[cell.horizon], str(cell.level), base, *weights, worst)
        self.console.print(grid)
        self._line(words.lines.table_note, "dim")
        self._list(words.headings.disclosures, words.disclosures, "dim")

    def difference(self, difference: Difference) -> None:
        """What changed between two days, and why."""
        words, lines = self.words, self.words.lines
        heading = words.headings.diff.format(first=difference.first, second=difference.second)
        self._line(heading, "bold")
        if not difference.signals and not difference.sleeves:
            self._line(lines.diff_none)
        if difference.signals:
            self.console.print()
            self._line(words.headings.signals, "bold")
        for change in difference.signals:
            for number, text in enumerate(signal_change_texts(change, self.allocator)):
                self._line(text, "dim" if number else "", indent=4 if number else 0)
        rows = []
        for moved in difference.sleeves:
            text = lines.diff_weight.format(
                sleeve=words.sleeves[moved.sleeve],
                before=percent(moved.before_bp),
                after=percent(moved.after_bp),
                change=signed(moved.after_bp - moved.before_bp) or "±0",
                range_before=_range(moved.range_before_bp),
                range_after=_range(moved.range_after_bp),
            )
            titles = ", ".join(rule_title(name, self.allocator) for name in moved.signals)
            because = lines.diff_because.format(titles=titles) if titles else lines.diff_cap
            rows.append(f"{text} {because}")
        self._list(words.headings.weights, rows)
        self._list(words.headings.warnings_new, difference.warnings_new, "yellow")
        self._list(words.headings.warnings_gone, difference.warnings_gone, "dim")
        self._list(words.headings.disclosures, words.disclosures, "dim")
        stamp = lines.version.format(
            version=difference.rules_version,
            hash=difference.rules_hash,
            fingerprint=difference.corpus_fingerprint,
        )
        self._line(stamp, "dim")

    def rules(self) -> None:
        """The rule set: every rule, figure and signal with its source."""
        words, rules = self.words, self.allocator.rules
        self._line(words.headings.rules.format(version=rules.version), "bold")
        for rule in rules.rules:
            title = rule_title(rule.id, self.allocator)
            self._line(f"{rule.step:2}  {rule.id.value}: {title}")
            source = rule.source
            text = words.lines.assumption.format(source=source) if rule.assumption else source
            self._line(text, "dim", indent=4)
        self.console.print()
        for text in rule_figures(self.allocator):
            self._line(text)
        self.console.print()
        self._line(words.headings.signals, "bold")
        for signal in self.allocator.signals:
            told = words.signals[signal.id]
            tilts = ", ".join(f"{k} {v}" for k, v in signal.rule.tilts.items())
            self._line(f" 5  {signal.id}: {told.title} ({tilts or words.signal.notice_only})")
            self._line(words.lines.quote.format(quote=signal.rule.quote), "dim", indent=4)
            self._line(source_text(signal.id, self.allocator), "dim", indent=4)
            self._line(words.lines.counter.format(counter=told.counter), "dim", indent=4)
        self._list(
            words.headings.stress,
            [f"{words.scenarios[shock.id]}: {shock.source}" for shock in rules.shocks],
        )
        self._line(f"{self.allocator.rule_set.path.name}, {self.allocator.rule_set.digest}", "dim")

    def _overview(self, view: ResultView) -> None:
        lines = self.words.lines
        grid = Table(box=None, pad_edge=False)
        grid.add_column(lines.sleeve_column)
        for head in (lines.range_column, lines.weight_column, lines.without_column):
            grid.add_column(head, justify="right", no_wrap=True)
        for row in view.rows:
            grid.add_row(escape(row.name), row.range, row.weight, row.without_themes)
        self.console.print()
        self.console.print(grid)

    def _rules(self, heading: str, rules: Iterable[FiredRule]) -> None:
        self.console.print()
        self._line(heading, "bold")
        for rule in rules:
            self._line(": ".join(filter(None, (rule.title, "; ".join(rule.lines)))))
            for text in (rule.reason, rule.quote, rule.source, rule.counter):
                if text:
                    self._line(text, "dim", indent=4)

    def _list(self, heading: str, texts: Iterable[str], style: str = "") -> None:
        texts = list(texts)
        if not texts:
            return
        self.console.print()
        self._line(heading, "bold")
        for text in texts:
            self._line(text, style)

    def _line(self, text: str, style: str = "", indent: int = 0) -> None:
        line = Text(printable(text), style=style)
        if self.console.is_terminal:
            self.console.print(Padding(line, (0, 0, 0, indent)) if indent else line)
        else:
            self.console.print(Text(" " * indent) + line, soft_wrap=True)


def _range(bounds: tuple[int, int]) -> str:
    return f"{percent(bounds[0])}–{percent(bounds[1])}"
