"""The menus of commands, as Telegram is told them when the bot starts."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telegram.commands import ADMINISTRATORS, GROUP, PERSONAL, PRIVATE
from tests.bot.telegram.talk.conftest import Town

PLACES = {
    "default": PRIVATE,
    "all_private_chats": PRIVATE,
    "all_group_chats": GROUP,
    "all_chat_administrators": ADMINISTRATORS,
}


async def test_each_place_has_its_menu_in_each_language(town: Town) -> None:
    menus = {
        (call.value("scope")["type"], call.fields.get("language_code")): call.value("commands")
        for call in town.telegram.called("setMyCommands")
    }

    assert set(menus) == {(place, code) for place in PLACES for code in (None, "ja")}
    for (place, code), commands in menus.items():
        assert [command["command"] for command in commands] == list(PLACES[place])
        assert (code == "ja") == _is_japanese(command["description"] for command in commands)
    assert not set(GROUP) & set(PERSONAL)


def _is_japanese(texts: Iterable[str]) -> bool:
    return any("\u3040" <= character <= "\u30ff" for text in texts for character in text)


async def test_every_command_on_the_menus_is_answered(town: Town) -> None:
    ada = town.telegram.person(100)
    for name in PRIVATE:
        before = len(ada.inbox)
        await ada.write(f"/{name}")
        await town.settled()
        answered = [message.text for message in ada.inbox[before:]]
        assert answered, name
        assert not any(text.startswith("I do not know that") for text in answered), name
    refused = [call.method for call in town.telegram.calls if call.status not in {0, 200}]
    assert refused == []
