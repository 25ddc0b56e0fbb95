"""The plain stack's cold start: import, open the index that is there, retrieve once, end."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.plain_stack import find, open_index


def main() -> None:
    """Take the index's folder and a question; print the best chunk's document."""
    index = open_index(Path(sys.argv[1]))
    print(find(index, sys.argv[2])[0][0])


if __name__ == "__main__":
    main()
