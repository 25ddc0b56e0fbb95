"""The handlers' way to send: what they say goes into the outbox, and from there to Telegram."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.telegram.queues import Attachment, Button, Letter, Message, Place

Deliver = Callable[[Sequence[Letter]], Awaitable[None]]


class Courier:
    """Writes letters. All lasting messages go through here; see `bot/telegram/runtime`.

    Within a handler a letter is kept until the update is done, and sent then: a handler that fails
    has said nothing, and one that is repeated after a crash says it once.

    Args:
        deliver: takes letters.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver

    async def send(
        self,
        place: Place,
        parts: Sequence[str],
        *,
        buttons: Sequence[Sequence[Button]] = (),
        edits: int | None = None,
        answers: int | None = None,
        ref: str | None = None,
        user_id: int | None = None,
    ) -> None:
        """Send each part in order, the first as a reply where the place asks for one.

        Args:
            place: where to.
            parts: HTML, each short enough to send.
            buttons: below the last part.
            edits: a message of ours that the first part replaces.
            answers: the message this answers; see `Runtime.answers_to`.
            ref: what it is about.
            user_id: whose it is, so that it can be removed with all that is theirs.
        """
        if parts:
            letter = Letter.of_parts(
                place, parts, buttons=buttons, edits=edits, answers=answers, ref=ref,
                user_id=user_id,
            )  # fmt: skip
            await self._deliver([letter])

    async def send_file(
        self,
        place: Place,
        attachment: Attachment,
        caption: str = "",
        *,
        buttons: Sequence[Sequence[Button]] = (),
        user_id: int | None = None,
    ) -> None:
        """Send a picture or a document; the caption is HTML of at most 1,024 units."""
        keyboard = tuple(tuple(row) for row in buttons)
        message = Message(text=caption, attachment=attachment, buttons=keyboard)
        await self._deliver([Letter(place=place, messages=(message,), user_id=user_id)])
