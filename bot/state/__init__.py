"""What the bot remembers between messages and across restarts. The door: `State`.

    state.people      who someone is: role, blocked, language, time zone, detail, notice shown
    state.groups      where the bot may be, and a group's settings
    state.invites     codes that let people in
    state.memory      the last turns of a chat, topic and person (or of all, in groups)
    state.buttons     what a keyboard stands for; its data is `v1:<action>:<row id>[:<choice>]`
    state.dialogues   conversations with steps
    state.quotas      what was used this hour

Reading awaits; so does writing, unless a method says that it is written together with the end of
the update being worked on (see `bot/telegram/runtime/work.py`). `state.forget(user_id)` removes all
that is kept of a person.
"""

from bot.state.buttons import Keyboard, PressData, StoredKeyboard, read_press
from bot.state.dialogues import Dialogue
from bot.state.groups import Group
from bot.state.invites import Invite
from bot.state.memory import Memory, MemoryKey, Remembered
from bot.state.people import Person
from bot.state.quotas import Use
from bot.state.state import State
from bot.words.roles import Role

__all__ = [
    "Dialogue",
    "Group",
    "Invite",
    "Keyboard",
    "Memory",
    "MemoryKey",
    "Person",
    "PressData",
    "Remembered",
    "Role",
    "State",
    "StoredKeyboard",
    "Use",
    "read_press",
]
