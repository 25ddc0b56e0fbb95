"""What each chat said last, kept in memory and bounded: for follow-up questions and `/sources`."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import NamedTuple

from retrieval.answer import Answer, Turn

MOST_CHATS = 1_000
"""Conversations remembered; the one that has been quiet longest is forgotten first."""

TURNS_REMEMBERED = 6


class ConversationKey(NamedTuple):
    """One person in one chat or topic, so that nobody's questions colour another's answers."""

    chat_id: int
    thread_id: int | None
    user_id: int | None


@dataclass(slots=True)
class Conversation:
    """The last turns, oldest first, the last answer, and the last album that was replied to."""

    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=TURNS_REMEMBERED))
    last_answer: Answer | None = None
    last_album: str | None = None

    def remember(self, asked: str, answer: Answer) -> None:
        """Add a turn; the oldest falls out."""
        self.turns.append(Turn(question=asked, answer=answer.text))
        # Passages are for the journal; here they would only take up memory.
        self.last_answer = answer.model_copy(update={"passages": ()})


class Conversations:
    """All conversations, the least recently used let go beyond `most`."""

    def __init__(self, most: int = MOST_CHATS) -> None:
        self._most = most
        self._kept: OrderedDict[ConversationKey, Conversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, key: ConversationKey) -> Conversation:
        """The conversation, begun if there is none."""
        conversation = self._kept.setdefault(key, Conversation())
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return conversation
