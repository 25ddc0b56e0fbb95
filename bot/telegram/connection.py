"""The connection to Telegram: says once when it is lost and once when it is back."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

from telegram.error import TelegramError
from telegram.request import RequestData

from bot.telegram.http import HttpRequest

log = logging.getLogger(__name__)

CONNECTIONS = 32
"""Connections kept for calls; those beyond wait. Of 8, 16, 32, 64 and 256, 32 answered a burst of
200 chats quickest where a call takes 50 ms: `python -m tests.bench.telegram.load --sizes`."""

_LINGERING_POLL = (0.2, 0.5, 1.0)
"""Seconds to wait, one after another, before a conflict of polls is believed."""

_SERVER_TROUBLE = frozenset({500, 502, 503, 504})
_UNAUTHORIZED = 401
_CONFLICT = 409


class ConnectionWatch:
    """What is known of the connection, told in the log when it changes and not at every try.

    `refused` is set when Telegram stops accepting the token of a running bot.
    """

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).netloc or base_url
        self._lost = False
        self._contended = False
        self.refused = asyncio.Event()

    def failed(self, reason: str) -> None:
        """A call did not get through."""
        if not self._lost:
            log.warning("Telegram (%s) cannot be reached: %s; trying again", self._host, reason)
        self._lost = True

    def contended(self) -> None:
        """Another program polls with the same token; Telegram gives the messages to only one."""
        if not self._contended:
            log.warning("another program receives this bot's messages; stop one of the two")
        self._contended = True

    def reached(self, *, polling: bool) -> None:
        """A call got through; a poll that did also has no rival."""
        if self._lost:
            log.warning("Telegram (%s) is reached again", self._host)
        self._lost = False
        if polling:
            self._contended = False


class WatchedRequest(HttpRequest):
    """HTTP, with what happens told to a `ConnectionWatch`."""

    def __init__(self, watch: ConnectionWatch, connections: int = CONNECTIONS) -> None:
        super().__init__(connections)
        self._watch = watch

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *timeouts: object,
        **named_timeouts: object,
    ) -> tuple[int, bytes]:
        """Make the call; see the base class."""
        polling = url.endswith("/getUpdates")
        for pause in (*_LINGERING_POLL, None):
            try:
                status, payload = await super().do_request(
                    url, method, request_data, *timeouts, **named_timeouts
                )
            except TelegramError as error:
                self._watch.failed(error.message)
                raise
            # Often it is our own last poll that the server has not let go of yet: when polling
            # stops, and the updates in hand are confirmed, or just after a restart.
            if status != _CONFLICT or not polling or pause is None:
                break
            await asyncio.sleep(pause)
        if status in _SERVER_TROUBLE:
            self._watch.failed(f"it answers {status}")
        elif status == _CONFLICT:
            self._watch.contended()
        elif status == _UNAUTHORIZED:
            self._watch.refused.set()
        else:
            self._watch.reached(polling=polling)
        return status, payload
