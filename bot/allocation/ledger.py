"""The ledger: a weight is the sum of its lines, and every line names its rule."""

from __future__ import annotations

from collections.abc import Mapping

from bot.allocation.result import LedgerLine
from bot.allocation.signals import Signal
from bot.allocation.sleeves import WHOLE, Sleeve
from corpus.errors import AllocationError


class Ledger:
    """Collects lines, in whole basis points. Whatever a theme gets or gives, EQ gives or gets."""

    def __init__(self) -> None:
        self._lines: dict[Sleeve, list[LedgerLine]] = {sleeve: [] for sleeve in Sleeve}
        self._fired: set[str] = set()

    def write(self, rule: str, sleeve: Sleeve, bp: int, reason: str) -> None:
        """Add a line; zero basis points tell of a decision that moves none."""
        self._add(sleeve, LedgerLine(rule=rule, bp=bp, reason=reason))

    def move(
        self,
        rule: str,
        amounts: Mapping[Sleeve, int],
        reasons: Mapping[Sleeve, str],
        back: str,
        signal: Signal | None = None,
    ) -> None:
        """Give basis points to themes out of EQ, or take them back to it.

        Args:
            rule: the rule's id.
            amounts: by theme; zeros leave no line.
            reasons: by theme.
            back: the reason of EQ's line, of which there is one, and none where it comes to zero.
            signal: the signal whose document and quote the lines cite.
        """
        cited = (
            {
                "document_id": signal.document.id,
                "quote": signal.rule.quote,
                "start": signal.start,
                "end": signal.end,
            }
            if signal
            else {}
        )
        for theme, bp in amounts.items():
            if bp:
                line = {"rule": rule, "bp": bp, "reason": reasons[theme], **cited}
                self._add(theme, LedgerLine.model_validate(line))
        total = -sum(amounts.values())
        if total:
            line = {"rule": rule, "bp": total, "reason": back, **cited}
            self._add(Sleeve.EQ, LedgerLine.model_validate(line))

    def weight(self, sleeve: Sleeve) -> int:
        """Basis points so far."""
        return sum(line.bp for line in self._lines[sleeve])

    def weights(self) -> dict[Sleeve, int]:
        """Basis points so far, of every sleeve."""
        return {sleeve: self.weight(sleeve) for sleeve in Sleeve}

    def lines(self, sleeve: Sleeve) -> tuple[LedgerLine, ...]:
        """A sleeve's lines in the order of the steps."""
        return tuple(self._lines[sleeve])

    def fired(self, rule: str) -> bool:
        """Whether the rule wrote a line."""
        return rule in self._fired

    def require_whole(self) -> None:
        """Refuse weights that are no portfolio.

        Raises:
            AllocationError: they do not add up to the whole, or a sleeve is below zero.
        """
        weights = self.weights()
        if sum(weights.values()) != WHOLE or min(weights.values()) < 0:
            shown = ", ".join(f"{sleeve.value} {bp}" for sleeve, bp in weights.items())
            raise AllocationError(
                f"the rules give no whole portfolio ({shown} basis points): "
                "mend bot/allocation/rules.yaml"
            )

    def _add(self, sleeve: Sleeve, line: LedgerLine) -> None:
        self._lines[sleeve].append(line)
        self._fired.add(line.rule)
