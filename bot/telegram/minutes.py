"""`/meeting`: begin, end, list; fetch the minutes; delete them. See `bot/meetings`."""

from __future__ import annotations

import asyncio

from telegram import Bot, Update
from telegram.ext import ContextTypes

from bot.meetings import Meeting, Minutes
from bot.meetings.markdown import minutes_markdown
from bot.meetings.records import UTC_ZONE, MeetingRunningError
from bot.meetings.telling import moment, title_of
from bot.telegram.incoming import Incoming
from bot.telegram.markup import bold, escape
from bot.telegram.preferences import is_group_admin
from bot.telegram.presses import Press
from bot.telegram.queues import Attachment, Button, Place
from bot.telegram.queues.letters import file_name
from bot.telegram.replies import choices
from bot.telegram.services import Services
from bot.telegram.split import split_html
from bot.titles import shortened_title
from bot.words import Words, words_for

FETCH, DELETE = "minutes", "drop-minutes"
MOST_LISTED = 10
_BUTTON_TITLE = 40


class MeetingHandlers:
    """Meetings of a chat or topic."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/meeting start TITLE`, `/meeting end`, `/meeting list`; else how to write it."""
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        what, _, rest = incoming.argument.partition(" ")
        match what.casefold():
            case "start":
                await self._start(incoming, rest)
            case "end" | "stop":
                await self._end(context.bot, incoming)
            case "list":
                await self._list(incoming)
            case _:
                await self._usage(incoming)

    async def fetch(self, press: Press) -> None:
        """Minutes from the list, in the place where they were listed."""
        minutes = await self._minutes(press)
        if minutes and press.place:
            await self._send_files(press.place, minutes)

    async def ask_delete(self, press: Press) -> None:
        """Delete: asks once more, then does it; the owner's alone."""
        minutes = await self._minutes(press)
        if minutes is None or press.place is None:
            return
        meeting, words = minutes.meeting, press.words
        if meeting.owner_id != press.user_id:
            await press.toast(words.meeting.not_yours, alert=True)
            return
        title = escape(words.meeting.delete_confirm.format(title=title_of(meeting, words)))
        match press.choice:
            case "yes":
                await asyncio.to_thread(
                    self._services.meetings.delete, meeting.id, owner_id=press.user_id
                )
                line = words.meeting.deleted.format(title=title_of(meeting, words))
                await self._services.courier.send(
                    press.place, [escape(line)], edits=press.message_id
                )
            case "no":
                await self._services.courier.send(
                    press.place, [escape(words.privacy.kept)], edits=press.message_id
                )
            case _:
                keyboard = await self._services.state.buttons.make(
                    DELETE, chat_id=None, owner_id=press.user_id, payload=press.payload
                )
                named = [("yes", words.meeting.delete_yes), ("no", words.meeting.keep)]
                await self._services.courier.send(
                    press.place, [title], buttons=choices(keyboard, named)
                )

    async def _start(self, incoming: Incoming, title: str) -> None:
        services, place = self._services, incoming.place
        assert incoming.user_id is not None  # noqa: S101 - asked by the caller
        words, person = await services.words_of(incoming), await services.person_of(incoming)
        try:
            meeting = await asyncio.to_thread(
                services.meetings.start,
                title,
                chat_id=place.chat_id,
                thread_id=place.thread_id,
                owner_id=incoming.user_id,
                language=words.language,
                zone=(person.time_zone if person else None) or UTC_ZONE,
            )
        except MeetingRunningError as error:
            await self._say(incoming, self._running(error.meeting, words))
            return
        await self._say(incoming, words.meeting.started.format(title=title_of(meeting, words)))

    async def _end(self, bot: Bot, incoming: Incoming) -> None:
        services, place = self._services, incoming.place
        assert incoming.user_id is not None  # noqa: S101 - asked by the caller
        words = await services.words_of(incoming)
        meeting = await asyncio.to_thread(services.meetings.running, place.chat_id, place.thread_id)
        if meeting is None:
            await self._say(incoming, words.meeting.none_running)
            return
        own = meeting.owner_id == incoming.user_id
        if not own and not await is_group_admin(bot, place.chat_id, incoming.user_id):
            await self._say(incoming, words.meeting.not_yours_to_end)
            return
        minutes = await asyncio.to_thread(services.meetings.end, meeting.id)
        if minutes is None:
            await self._say(incoming, words.meeting.none_running)
            return
        line = words.meeting.ended.format(
            title=title_of(meeting, words),
            questions=len(minutes.entries),
            open=len(minutes.open_points),
        )
        await self._say(incoming, line)
        await self._send_files(Place(place.chat_id, place.thread_id), minutes)

    async def _list(self, incoming: Incoming) -> None:
        services, place = self._services, incoming.place
        assert incoming.user_id is not None  # noqa: S101 - asked by the caller
        words = await services.words_of(incoming)
        if incoming.in_group:
            found = await asyncio.to_thread(
                services.meetings.of_chat, place.chat_id, place.thread_id, limit=MOST_LISTED + 1
            )
        else:
            found = await asyncio.to_thread(
                services.meetings.of_owner, incoming.user_id, limit=MOST_LISTED + 1
            )
        if not found:
            await self._say(incoming, words.meeting.list_empty)
            return
        listed = found[:MOST_LISTED]
        counts = await asyncio.to_thread(services.meetings.counts, [one.id for one in listed])
        lines = [bold(words.meeting.list_heading)]
        lines += [
            escape(self._line(meeting, counts.get(meeting.id, 0), words)) for meeting in listed
        ]
        if len(found) > MOST_LISTED:
            lines.append(escape(words.meeting.list_more.format(count=MOST_LISTED)))
        await services.courier.send(
            place,
            split_html("\n\n".join(lines)),
            buttons=[await self._row(meeting, incoming, words) for meeting in listed],
        )

    async def _row(self, meeting: Meeting, incoming: Incoming, words: Words) -> list[Button]:
        make, payload = self._services.state.buttons.make, {"meeting": meeting.id}
        # Where all may read them, all may fetch them; elsewhere they are the owner's.
        owner = None if incoming.in_group else incoming.user_id
        fetch = await make(FETCH, chat_id=incoming.place.chat_id, owner_id=owner, payload=payload)
        title = shortened_title(title_of(meeting, words), _BUTTON_TITLE)
        row = [Button(text=words.meeting.fetch.format(title=title), data=fetch.data())]
        if meeting.owner_id == incoming.user_id:
            drop = await make(DELETE, chat_id=None, owner_id=incoming.user_id, payload=payload)
            row.append(Button(text=words.meeting.delete, data=drop.data()))
        return row

    async def _usage(self, incoming: Incoming) -> None:
        words = await self._services.words_of(incoming)
        place = incoming.place
        running = await asyncio.to_thread(
            self._services.meetings.running, place.chat_id, place.thread_id
        )
        lines = [escape(words.meeting.usage)]
        if running:
            lines.insert(0, escape(self._running(running, words)))
        await self._services.courier.send(place, ["\n\n".join(lines)])

    async def _minutes(self, press: Press) -> Minutes | None:
        minutes = await asyncio.to_thread(self._services.meetings.minutes, press.payload["meeting"])
        if minutes is None:
            await press.toast(press.words.meeting.gone)
        return minutes

    async def _send_files(self, place: Place, minutes: Minutes) -> None:
        """Markdown and PDF, in the meeting's own language."""
        from bot.meetings.pdf import minutes_pdf

        words = words_for(minutes.meeting.language)
        # Hundreds of questions take seconds to set.
        pdf = await asyncio.to_thread(minutes_pdf, minutes, words)
        title = title_of(minutes.meeting, words)
        text = minutes_markdown(minutes, words).encode()
        courier, owner = self._services.courier, minutes.meeting.owner_id
        for suffix, content in ((".md", text), (".pdf", pdf)):
            attached = Attachment(name=file_name(title, suffix), content=content)
            await courier.send_file(place, attached, user_id=owner)

    async def _say(self, incoming: Incoming, line: str) -> None:
        await self._services.courier.send(
            incoming.place, split_html(escape(line)), user_id=incoming.user_id
        )

    @staticmethod
    def _running(meeting: Meeting, words: Words) -> str:
        start = moment(meeting, meeting.started_at, words)
        return words.meeting.running.format(title=title_of(meeting, words), start=start)

    @staticmethod
    def _line(meeting: Meeting, count: int, words: Words) -> str:
        start, title = moment(meeting, meeting.started_at, words), title_of(meeting, words)
        if meeting.is_running:
            return words.meeting.list_running.format(title=title, start=start)
        return words.meeting.list_entry.format(title=title, start=start, questions=count)
