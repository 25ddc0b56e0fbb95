# ruff: noqa: ANN401 - messages are made of whatever keys Telegram has
"""A bot on a desk: the real application and library, offline, with every call to Telegram kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from telegram import Bot
from telegram.ext import Application
from telegram.request import BaseRequest, RequestData

from bot.database import Database
from bot.telegram.application import build_application
from bot.telegram.building import build_services
from bot.telegram.gate import AccessRules
from bot.telegram.queues import Received, read_update
from bot.telegram.services import Answerer
from corpus import Kind, Library, Status
from retrieval.answer import (
    Answer,
    Citation,
    Claim,
    Notice,
    NoticeKind,
    Outcome,
    Question,
)

TOKEN = "7:offline"  # noqa: S105 - not a real one
BOT_USER = {"id": 7, "is_bot": True, "first_name": "Lodestone", "username": "lodestone_test_bot"}


class OfflineRequest(BaseRequest):
    """Carries calls nowhere: keeps them, and replies as told, else as Telegram would to all well.

    `replies` holds, for a method, the (status, body) pairs of its next calls.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.replies: dict[str, list[tuple[int, dict[str, Any]]]] = {}

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float | None:
        return 5.0

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: Any,
        **named: Any,
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        parameters = request_data.parameters if request_data else {}
        self.calls.append((name, parameters))
        if self.replies.get(name):
            status, body = self.replies[name].pop(0)
        else:
            status, body = 200, {"ok": True, "result": self._result(name, parameters)}
        return status, json.dumps(body).encode()

    def _result(self, name: str, parameters: dict[str, Any]) -> Any:
        if name == "getMe":
            return BOT_USER
        if name == "sendMessage":
            chat = {"id": parameters["chat_id"], "type": "private"}
            return {"message_id": len(self.calls), "date": 1, "chat": chat, "text": "sent"}
        return True

    def refuse_next(self, method: str, status: int, description: str, **parameters: Any) -> None:
        """Refuse the next call of a method as Telegram does."""
        body = {"ok": False, "error_code": status, "description": description}
        if parameters:
            body["parameters"] = parameters
        self.replies.setdefault(method, []).append((status, body))

    def sent(self) -> list[dict[str, Any]]:
        """What each sendMessage carried."""
        return [parameters for name, parameters in self.calls if name == "sendMessage"]


class KeptJournal:
    """A journal in memory."""

    def __init__(self) -> None:
        self.kept: list[tuple[Question, Answer, str, int | None, int | None]] = []
        self.failed: list[tuple[str, str]] = []

    def record(
        self,
        question: Question,
        answer: Answer,
        *,
        channel: str,
        chat_id: int | None,
        user_id: int | None,
    ) -> None:
        self.kept.append((question, answer, channel, chat_id, user_id))

    def record_failure(self, question: Question, error_text: str, **where: object) -> None:
        self.failed.append((question.text, error_text))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Desk:
    """Says things to the bot and shows what it did: its real tables, its own clock."""

    def __init__(self, library: Library, database: Database, rules: AccessRules) -> None:
        self.clock = Clock()
        self.request = OfflineRequest()
        self.journal: Any = KeptJournal()
        self.library = library
        self.asked: list[Question] = []
        self.chain: Callable[[Question], Answer] = example_answer
        self.pauses: list[float] = []
        self.services = build_services(
            Answerer(RunnableLambda(self._answer), self),
            library,
            database,
            rules=rules,
            clock=self.clock,
        )
        self.application: Application[Any, Any, Any, Any, Any, Any] = build_application(
            self.services,
            token=TOKEN,
            base_url="http://offline.invalid/bot",
            request=self.request,
            polling_request=self.request,
        )
        self._updates = 0

    @property
    def bot(self) -> Bot:
        bot: Bot = self.application.bot
        return bot

    @property
    def texts(self) -> list[str]:
        return [call["text"] for call in self.request.sent()]

    async def say(self, text: str, **details: Any) -> None:
        """A text message, with the entities Telegram would find in it."""
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        entities = [{"type": "bot_command", "offset": 0, "length": len(command)}] if command else []
        await self.bring({"text": text, "entities": entities}, **details)

    async def bring(
        self,
        content: dict[str, Any],
        *,
        chat: int = 100,
        kind: str = "private",
        user: int = 100,
        language: str | None = "en",
        update_kind: str = "message",
    ) -> None:
        """Any message at all, and all that comes of it."""
        await self.put(
            content, chat=chat, kind=kind, user=user, language=language, update_kind=update_kind
        )
        await self.settled()

    async def put(
        self,
        content: dict[str, Any],
        *,
        chat: int = 100,
        kind: str = "private",
        user: int = 100,
        language: str | None = "en",
        update_kind: str = "message",
    ) -> None:
        """Any message at all, received and begun to be worked on."""
        self._updates += 1
        sender: dict[str, Any] = {"id": user, "is_bot": False, "first_name": "<b>Ada</b>"}
        if language:
            sender["language_code"] = language
        message = {
            "message_id": self._updates,
            "date": 1,
            "chat": {"id": chat, "type": kind},
            "from": sender,
            **content,
        }
        await self.receive({"update_id": self._updates, update_kind: message})

    @staticmethod
    def read(update: dict[str, Any]) -> Received:
        """An update as it is kept."""
        received = read_update(update)
        assert received is not None
        return received

    async def receive(self, update: dict[str, Any]) -> None:
        """Any update at all."""
        await self.services.runtime.put([self.read(update)])
        await self.services.runtime.crew.claiming.now()

    async def settled(self) -> None:
        """Wait until everything is done and sent; the clock is moved past every pause."""
        runtime = self.services.runtime
        while True:
            await runtime.crew.claiming.now()
            await runtime.crew.idle()
            await runtime.postman.claiming.now()
            await runtime.postman.idle()
            due = await runtime.postman.next_due()
            if due is None:
                return
            if due > self.clock.now:
                self.pauses.append((due - self.clock.now).total_seconds())
                self.clock.now = due

    def record(self, question: Question, answer: Answer, **where: Any) -> None:
        self.journal.record(question, answer, **where)

    def record_failure(self, question: Question, error_text: str, **where: Any) -> None:
        self.journal.record_failure(question, error_text, **where)

    def _answer(self, question: Question) -> Answer:
        self.asked.append(question)
        return self.chain(question)


def example_answer(question: Question, **changes: Any) -> Answer:
    """An answer with two claims, a notice and two sources."""
    quotes = ("The rate is 15% from 16 September 2025.", "It was 27.5% before.")
    body = " ".join(quotes)
    citations = tuple(
        Citation(
            number=number,
            document_id=document,
            title="The framework & its <terms>",
            kind=kind,
            issuer="Governments of the United States and Japan",
            section="Autos",
            published=date(2025, 9, 4),
            status=status,
            url="https://www.example.gov/order?a=1&b=2",
            quote=quote,
            start=body.index(quote),
            end=body.index(quote) + len(quote),
        )
        for number, (quote, document, kind, status) in enumerate(
            zip(
                quotes,
                ("us-japan-framework-2025", "strategic-asset-positioning"),
                (Kind.POLICY_BRIEF, Kind.ARTICLE),
                (Status.IN_FORCE, Status.SUPERSEDED),
                strict=True,
            ),
            start=1,
        )
    )
    values: dict[str, Any] = {
        "question_id": question.id,
        "question": question.text,
        "as_of": date(2026, 11, 22),
        "language": "en",
        "outcome": Outcome.ANSWERED,
        "text": f"{quotes[0]} [1]\n\n{quotes[1]} [2]",
        "claims": (
            Claim(text=quotes[0], citations=(1,)),
            Claim(text=quotes[1], citations=(1, 2)),
        ),
        "citations": citations,
        "notices": (
            Notice(
                kind=NoticeKind.SUPERSEDED,
                text="The article's rate has been overtaken.",
                document_id="us-japan-framework-2025",
                citations=(1,),
            ),
        ),
        "composer": "scripted",
        "corpus_fingerprint": "0" * 16,
    }
    return Answer(**(values | changes))


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load()


@pytest.fixture
def rules() -> AccessRules:
    """Who may ask; a test that says otherwise overrides it."""
    return AccessRules()


@pytest.fixture
async def desk(library: Library, tmp_path: Path, rules: AccessRules) -> AsyncIterator[Desk]:
    with closing(Database(f"sqlite:///{tmp_path / 'bot.db'}")) as database:
        desk = Desk(library, database, rules)
        async with desk.application:
            desk.services.runtime.open(desk.application, desk.services.gate.known)
            yield desk
            await desk.services.runtime.batcher.close()


@pytest.fixture
def make_answer() -> Callable[..., Answer]:
    def make(question: str = "What is the rate?", **changes: Any) -> Answer:
        return example_answer(Question(question=question), **changes)

    return make
