"""What the buttons of the dialogue carry."""

from __future__ import annotations

BACK, SKIP, CANCEL, DONE, GO, ANEW = "back", "skip", "cancel", "done", "go", "anew"

ANSWER, TOGGLE, VALUE = "a-", "t-", "v-"
"""What others begin with: the number of an answer, of one among several, or a value itself."""

NOTHING = "none"
"""The answer that leaves nothing out."""
