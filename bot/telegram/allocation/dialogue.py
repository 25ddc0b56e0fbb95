"""`/allocate`: questions with buttons, one at a time, then a summary, then the result."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.orm import Session
from telegram import Update
from telegram.ext import ContextTypes

from bot.allocation import Interview, Kind, load_allocation_words
from bot.state import Dialogue, StoredKeyboard
from bot.telegram.allocation.allocators import Allocators
from bot.telegram.allocation.answering import answered, answered_by_file, pressed
from bot.telegram.allocation.choices import CANCEL, GO
from bot.telegram.allocation.delivering import Scene, deliver_result
from bot.telegram.allocation.questions import screen_of
from bot.telegram.allocation.talk import KIND, MAKING, Talk
from bot.telegram.incoming import Incoming
from bot.telegram.markup import escape
from bot.telegram.presses import Press
from bot.telegram.queues import Button, Place
from bot.telegram.runtime.work import current_work, together_with_work
from bot.telegram.services import Services
from bot.telegram.typed import Typed, TypedRouter
from bot.words import Words
from corpus.errors import AllocationError, ProfileError, RulesError

STEP = "allocate"
TYPED = "allocate"
PATIENCE = timedelta(hours=2)
"""How long a typed answer is waited for; the buttons work on after that."""

_TALK = "talk"


class AllocateHandlers:
    """Keeps every step before showing it, so that a restart goes on with it."""

    def __init__(self, services: Services, typed: TypedRouter) -> None:
        self._services = services
        self._typed = typed

    @property
    def _allocators(self) -> Allocators:
        return self._services.allocators

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`/allocate`: begins, or goes on where one was."""
        del context
        incoming = Incoming.of(update)
        if incoming is None or incoming.user_id is None:
            return
        words = await self._services.words_of(incoming)
        scene = await self._scene(incoming.place, incoming.user_id, words)
        if scene is None:
            return
        dialogue = await self._find(scene.place, scene.user_id)
        if dialogue is None:
            talk = Talk.begin()
            new = Dialogue(
                chat_id=scene.place.chat_id, user_id=scene.user_id, kind=KIND, step=talk.step
            )
            await self._go_on(scene, new, talk)
        else:
            talk = Talk.of(dialogue)
            await self._go_on(scene, dialogue, talk, note=words.allocate.again)

    async def press(self, press: Press) -> None:
        """A button of the dialogue."""
        if press.place is None:
            return
        dialogue = await self._find(press.place, press.user_id)
        again = dialogue is not None and _is_repeated(dialogue)
        if dialogue is None or not (again or _is_shown(dialogue, press.keyboard)):
            await press.toast(press.words.allocate.past_step)
            return
        scene = await self._scene(press.place, press.user_id, press.words)
        if scene is None:
            return
        talk = Talk.of(dialogue)
        if press.choice == CANCEL:
            await self._end(dialogue)
            line = escape(press.words.allocate.cancelled)
            await self._services.courier.send(
                press.place, [line], edits=press.message_id, user_id=press.user_id
            )
        elif press.choice == GO and talk.interview.is_complete:
            await self._make(press, scene, dialogue, talk)
        elif again:
            # An earlier try kept the step and was cut off before it showed it.
            await self._go_on(scene, dialogue, talk, edits=press.message_id)
        else:
            await self._step(press, scene, dialogue, talk)

    async def typed(self, said: Typed) -> bool:
        """An answer that was written."""
        incoming = said.incoming
        if incoming.user_id is None:
            return False
        dialogue = await self._find(incoming.place, incoming.user_id)
        again = dialogue is not None and _is_repeated(dialogue)
        if dialogue is None or not (again or dialogue.version == said.data.get("version")):
            return False
        words = await self._services.words_of(incoming)
        scene = await self._scene(incoming.place, incoming.user_id, words)
        if scene is None:
            return True
        talk, note = Talk.of(dialogue), None
        if again:
            await self._go_on(scene, dialogue, talk, note=talk.note)
            return True
        try:
            talk = answered(talk, said.text, scene.allocator)
        except ProfileError as error:
            note = str(error)
        await self._go_on(scene, dialogue, talk, note=note)
        return True

    async def asks_for_holdings(self, incoming: Incoming) -> bool:
        """Whether the open question is what someone has already, which a file can answer."""
        dialogue = await self._dialogue_of(incoming)
        if dialogue is None:
            return False
        words = await self._services.words_of(incoming)
        frame = load_allocation_words(words.language)
        question = Talk.of(dialogue).interview.question(frame)
        return _is_repeated(dialogue) or (question is not None and question.key == "holdings")

    async def holdings_file(self, incoming: Incoming, content: bytes) -> None:
        """The answer to that question, as a table."""
        dialogue = await self._dialogue_of(incoming)
        if dialogue is None or incoming.user_id is None:
            return
        words = await self._services.words_of(incoming)
        scene = await self._scene(incoming.place, incoming.user_id, words)
        if scene is None:
            return
        talk, note = Talk.of(dialogue), None
        if _is_repeated(dialogue):
            await self._go_on(scene, dialogue, talk, note=talk.note)
            return
        try:
            talk = await asyncio.to_thread(answered_by_file, talk, content, scene.allocator)
        except ProfileError as error:
            note = str(error)
        await self._go_on(scene, dialogue, talk, note=note)

    async def _dialogue_of(self, incoming: Incoming) -> Dialogue | None:
        if incoming.user_id is None:
            return None
        return await self._find(incoming.place, incoming.user_id)

    async def _step(self, press: Press, scene: Scene, dialogue: Dialogue, talk: Talk) -> None:
        try:
            after = pressed(talk, press.choice or "", scene.allocator)
        except ProfileError as error:
            await press.toast(str(error), alert=True)
            return
        if after is None:
            await press.toast(press.words.access.old_button)
        elif not await self._go_on(scene, dialogue, after, edits=press.message_id):
            await press.toast(press.words.allocate.past_step)

    async def _go_on(
        self,
        scene: Scene,
        dialogue: Dialogue,
        talk: Talk,
        *,
        note: str | None = None,
        edits: int | None = None,
    ) -> bool:
        """Keep a step and show what comes next; False: another step came first."""
        work = current_work()
        talk = talk.model_copy(update={"by": work.task.update_id if work else None, "note": note})
        saved = await self._services.state.dialogues.save(
            dialogue.model_copy(update={"step": talk.step, "data": talk.as_data()})
        )
        if saved is None:
            return False
        await self._wait(scene, saved, talk.interview)
        keyboard = await self._services.state.buttons.make(
            STEP,
            chat_id=scene.place.chat_id,
            owner_id=scene.user_id,
            payload={_TALK: talk.id},
            version=saved.version,
        )
        shown = screen_of(talk, scene.allocator, scene.words, self._services.today(), note)
        await self._services.courier.send(
            scene.place,
            shown.parts,
            buttons=[
                [Button(text=label, data=keyboard.data(choice)) for choice, label in row]
                for row in shown.rows
            ],
            edits=edits,
            user_id=scene.user_id,
        )
        return True

    async def _wait(self, scene: Scene, saved: Dialogue, interview: Interview) -> None:
        """Take the next text for an answer, where the question can be answered in writing."""
        question = interview.question(scene.allocator.words)
        where = {"chat_id": scene.place.chat_id, "user_id": scene.user_id}
        if question is None or question.kind is Kind.CHOICE:
            await self._typed.stop(**where)
        else:
            data = {"version": saved.version}
            await self._typed.expect(TYPED, **where, data=data, patience=PATIENCE)

    async def _make(self, press: Press, scene: Scene, dialogue: Dialogue, talk: Talk) -> None:
        work = current_work()
        talk = talk.model_copy(update={"by": work.task.update_id if work else None})
        # A second tap finds another version; a second try of this one goes on below.
        saved = await self._services.state.dialogues.save(
            dialogue.model_copy(update={"step": MAKING, "data": talk.as_data()})
        )
        if saved is None:
            await press.toast(press.words.allocate.past_step)
            return
        await press.toast(press.words.allocate.making)
        services, told = self._services, press.words.allocate
        try:
            profile = talk.interview.profile(scene.allocator.universe)
        except ProfileError as error:
            await self._go_on(scene, saved, Talk.begin(), note=str(error), edits=press.message_id)
            return
        try:
            self._allocators.switch.permit(profile)
        except AllocationError:
            line = escape(told.off_in_country.format(country=profile.country))
            await services.courier.send(scene.place, [line], user_id=scene.user_id)
            await self._end(saved)
            return
        # The summary stays, without its buttons.
        summary = screen_of(talk, scene.allocator, scene.words, services.today())
        await services.courier.send(
            scene.place, summary.parts, edits=press.message_id, user_id=scene.user_id
        )
        await deliver_result(services, scene, profile)
        await self._end(saved)

    async def _find(self, place: Place, user_id: int) -> Dialogue | None:
        return await self._services.state.dialogues.get(
            KIND, chat_id=place.chat_id, user_id=user_id
        )

    async def _end(self, dialogue: Dialogue) -> None:
        """Forget the dialogue with the end of the update, not before its result is safe."""
        services = self._services
        await self._typed.stop(chat_id=dialogue.chat_id, user_id=dialogue.user_id)

        def operation(session: Session) -> None:
            services.state.dialogues.remove(session, dialogue)

        await together_with_work(services.state.batcher)(operation)

    async def _scene(self, place: Place, user_id: int, words: Words) -> Scene | None:
        """The rules, where they are offered; None: the person was told why not."""
        told, line = words.allocate, None
        if not self._allocators.switch.on:
            line = told.switched_off
        else:
            try:
                allocator = await self._allocators.of(words.language)
            except RulesError as error:
                self._allocators.tell(error)
                line = told.unavailable
        if line is None:
            return Scene(place, user_id, words, allocator)
        await self._services.courier.send(place, [escape(line)], user_id=user_id)
        return None


def _is_shown(dialogue: Dialogue, keyboard: StoredKeyboard) -> bool:
    """Whether a keyboard is that of the step at which the dialogue stands."""
    same_talk = keyboard.payload.get(_TALK) == Talk.of(dialogue).id
    return same_talk and keyboard.version == dialogue.version


def _is_repeated(dialogue: Dialogue) -> bool:
    """Whether the update being worked on made the dialogue's last step in an earlier try."""
    work = current_work()
    return work is not None and Talk.of(dialogue).by == work.task.update_id
