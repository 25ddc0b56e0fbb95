"""What breaks when a rule of the allocation is deleted: one row a rule.

    python -m tests.bench.allocation_rules

Each rule and signal is taken out of a copy of the rule file in turn, and the checks of the
specification are run. The exit status is 1 where anything passes unnoticed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from corpus import Library
from tests.bot.allocation.deletions import breaks, delete_rule, rule_ids


def main() -> None:
    """Print the table."""
    library, unnoticed = Library.load(), 0
    table = Table("without", "broken", "first case that breaks", "what it says", box=None)
    with tempfile.TemporaryDirectory() as folder:
        for name in rule_ids():
            caught = list(breaks(delete_rule(name, Path(folder)), library))
            unnoticed += not caught
            first = caught[0] if caught else ("-", "UNNOTICED")
            table.add_row(name, str(len(caught)), *first)
        Console(width=160).print(table)
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
