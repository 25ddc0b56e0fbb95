"""The library's HTTP, over aiohttp: a call costs a fifth of what it does over the library's own.

The library's own client looks at every idle connection before and after each call, which in a
burst is most of what a bot does. See `tests/bench/telegram/load.py`.
"""

from __future__ import annotations

import asyncio
import io
import ssl

import aiohttp
import certifi
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

POOL_TIMEOUT = 60.0
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 20.0
UPLOAD_TIMEOUT = 120.0
"""Seconds: for a connection to come free, to be made, to be read from, to take a file."""


class HttpRequest(BaseRequest):
    """Carries calls over at most so many connections.

    Proxies named in the environment are used, as are certificates that SSL_CERT_FILE names.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to read for, where a call says nothing else."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """Open the pool; connections are made when they are needed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=_context()),
                trust_env=True,
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - as the library calls it
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Make the call; see the base class.

        Raises:
            TimedOut: no connection came free or could be made in time, or no reply came.
            NetworkError: the connection failed.
        """
        if self._session is None:
            raise RuntimeError("a call was made before the connection was opened")
        timeout = aiohttp.ClientTimeout(
            connect=_seconds(pool_timeout, POOL_TIMEOUT),
            sock_connect=_seconds(connect_timeout, CONNECT_TIMEOUT),
            sock_read=_seconds(read_timeout, READ_TIMEOUT),
        )
        files = request_data is not None and request_data.multipart_data
        upload = _seconds(write_timeout, UPLOAD_TIMEOUT) if files else None
        try:
            async with (
                asyncio.timeout(upload and upload + READ_TIMEOUT),
                self._session.request(
                    method, url, data=_body(request_data), timeout=timeout
                ) as response,
            ):
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut("no answer in time") from error
        except aiohttp.ClientConnectorError as error:
            raise NetworkError(str(error.os_error)) from error
        except (aiohttp.ClientError, OSError) as error:
            # Some errors tell the address, and the address holds the token.
            told = str(error).replace(url, "...") or type(error).__name__
            raise NetworkError(told) from error


def _body(request_data: RequestData | None) -> dict[str, str] | aiohttp.FormData | None:
    if request_data is None:
        return None
    files = request_data.multipart_data
    if not files:
        return request_data.json_parameters
    # Quoted, a Japanese file's name would be shown to people as %E4%BC%9A.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, kind) in files.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=file_name, content_type=kind)
    return form


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _seconds(value: object, otherwise: float) -> float | None:
    """A timeout as the library gives it: a number, None for none, or left to us."""
    if value is None:
        return None
    return float(value) if isinstance(value, (int, float)) else otherwise
