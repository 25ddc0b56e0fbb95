"""Updates pushed by Telegram: taken only with the secret, answered only when they are kept.

It listens behind a proxy that ends TLS. Telegram pushes again what was not answered with 200, so an
update that cannot be kept is refused, not lost.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.telegram.queues import read_update
from bot.telegram.runtime.polling import Put
from corpus.errors import LodestoneError, SettingsError

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
HEALTH_PATH = "/healthz"

LARGEST_BODY = 1024 * 1024
"""Bytes. Telegram's updates are a few thousand; what is larger is not from Telegram."""

READ_SECONDS = 10.0
KEEP_SECONDS = 15.0
"""How long a body may take to arrive, and an update to be kept, before the push is refused."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where pushes are received.

    Attributes:
        host: an interface's address.
        port: its port; 0: any that is free.
        path: the path of the public address.
        secret: what each push must carry.
    """

    host: str
    port: int
    path: str
    secret: str


class WebhookServer:
    """Receives pushes.

    Args:
        put: keeps updates; returns when they are kept.
        listening: where, and with what secret.
        healthy: whether this process can keep updates at the moment.
    """

    def __init__(self, put: Put, listening: Listening, healthy: Callable[[], bool]) -> None:
        self._put = put
        self._listening = listening
        self._healthy = healthy
        self._runner: web.AppRunner | None = None
        self.port = listening.port

    async def start(self) -> None:
        """Listen.

        Raises:
            SettingsError: the address cannot be listened on.
        """
        application = web.Application(client_max_size=LARGEST_BODY)
        application.router.add_post(self._listening.path, self._receive)
        application.router.add_get(HEALTH_PATH, self._health)
        self._runner = web.AppRunner(
            application, access_log=None, handle_signals=False, shutdown_timeout=KEEP_SECONDS
        )
        await self._runner.setup()
        host, port = self._listening.host, self._listening.port
        try:
            await web.TCPSite(self._runner, host, port).start()
        except (OSError, OverflowError) as error:
            raise SettingsError(
                f"LODESTONE_WEBHOOK_LISTEN={host}:{port}: cannot be listened on "
                f"({getattr(error, 'strerror', None) or error}); free it or set another"
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more; pushes being received are kept and answered."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(_bytes(given), _bytes(self._listening.secret)):
            log.info("a push without the right secret was refused")
            return web.Response(status=403)
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        received = read_update(_parsed(body))
        if received is None:
            log.warning("a push that is no update was refused (%d bytes)", len(body))
            return web.Response(status=400)
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._put([received])
        except (TimeoutError, LodestoneError, SQLAlchemyError) as error:
            # Told where it arose; Telegram pushes it again.
            log.debug("update %d was not kept: %s", received.update_id, error)
            return web.Response(status=503)
        return web.Response()

    async def _health(self, request: web.Request) -> web.Response:
        del request
        well = self._healthy()
        told = {"status": "ok" if well else "the database cannot be written"}
        return web.json_response(told, status=200 if well else 503)


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - whatever was sent
    """The body's JSON; None where it is none, or nested without end."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _bytes(text: str) -> bytes:
    """A header as it came: bytes that are no text included."""
    return text.encode("utf-8", "surrogateescape")
