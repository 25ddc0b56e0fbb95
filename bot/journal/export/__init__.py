"""Turns with their reviews, out of the journal and into files that other programs read."""

from bot.journal.export.files import (
    FORMS,
    Form,
    export_goldens,
    export_turns,
    golden_lines,
    turn_lines,
    turn_parquet,
)

__all__ = [
    "FORMS",
    "Form",
    "export_goldens",
    "export_turns",
    "golden_lines",
    "turn_lines",
    "turn_parquet",
]
