"""Keyboards, as far as Telegram looks at them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.telegram_fake.refusals import bad

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA = 64
"""Bytes."""

_ACTIONS = {
    "callback_data", "url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat",
    "web_app", "switch_inline_query_chosen_chat", "login_url", "pay",
}  # fmt: skip
_LOOKS = {"text", "style", "icon_custom_emoji_id"}


def check(markup: Any) -> None:  # noqa: ANN401 - whatever was sent
    """Refuse a keyboard that Telegram would refuse.

    Raises:
        RefusedError: it would.
    """
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(
            'field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays'
        )
    if any(len(row) > MOST_IN_A_ROW for row in rows) or sum(map(len, rows)) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        for button in row:
            _check_button(button)


def _check_button(button: Any) -> None:  # noqa: ANN401
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad("BUTTON_TEXT_INVALID")
    actions = set(button) & _ACTIONS
    if unknown := set(button) - _ACTIONS - _LOOKS:
        raise bad(f"a button has no field {sorted(unknown)[0]}")
    if len(actions) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline "
                  "keyboard")  # fmt: skip
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= LONGEST_DATA:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button and urlsplit(str(button["url"])).scheme not in {"http", "https", "tg"}:
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL "
                  "protocol")  # fmt: skip
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(str(copied.get("text", ""))) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
