"""Serve the review pages: on this machine alone, unless told otherwise."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import SettingsError, StorageError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.settings import Settings

_THIS_MACHINE = ("127.0.0.1", "::1")
_LAST_SECONDS = 10
"""How long a page that is being made may take to end when the server is stopped."""


def split_listen(listen: str) -> tuple[str, int]:
    """Host and port of `host:port`; brackets around an IPv6 address are dropped."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def behind_tls(settings: Settings) -> bool:
    """Whether people reach the pages by https, which whatever is in front must then provide."""
    return urlsplit(settings.review_url or "").scheme == "https"


def refuse_exposed(settings: Settings) -> None:
    """Passwords and people's questions do not cross a network in the clear unasked.

    Raises:
        SettingsError: the address is a public one, without TLS in front or an explicit word.
    """
    host, port = split_listen(settings.review_listen)
    if port > 65535:
        raise SettingsError(
            f"LODESTONE_REVIEW_LISTEN: there is no port {port}; use one up to 65535"
        )
    if is_loopback(host) or behind_tls(settings) or settings.review_public:
        return
    raise SettingsError(
        f"LODESTONE_REVIEW_LISTEN: {settings.review_listen} can be reached from other machines, "
        "without TLS; put a proxy with TLS in front and set LODESTONE_REVIEW_URL to its https:// "
        "address, or set LODESTONE_REVIEW_PUBLIC=yes if the network is yours alone"
    )


def address_of(settings: Settings) -> str:
    """Where people open the pages, no slash at the end."""
    return (settings.review_url or f"http://{settings.review_listen}").rstrip("/")


def turn_address(settings: Settings, turn_id: str) -> str:
    """Where a reviewer finds one turn, for a message that leads there."""
    return f"{address_of(settings)}/turns/{turn_id}"


def allowed_hosts(settings: Settings) -> tuple[str, ...]:
    """The names the pages answer to, so that no other name can be pointed at this machine."""
    host, _ = split_listen(settings.review_listen)
    named = {"localhost", "127.0.0.1", "::1", host}
    if settings.review_url:
        named.add(urlsplit(settings.review_url).hostname or "")
    elif settings.review_public:
        return ("*",)
    return tuple(sorted(named - {""}))


def listen(settings: Settings) -> socket.socket:
    """Take the port, so that nobody is told of pages that cannot be had.

    Raises:
        StorageError: it is taken, or no port of this machine.
    """
    host, port = split_listen(settings.review_listen)
    try:
        family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(place[:2], family=family)
    except OSError as error:
        # Python adds the address to the system's own words.
        known = isinstance(error.errno, int) and error.errno > 0
        reason = os.strerror(error.errno) if known and error.errno else error.strerror or error
        raise StorageError(
            f"LODESTONE_REVIEW_LISTEN: {settings.review_listen} cannot be listened on ({reason}): "
            "end what uses it, or choose another"
        ) from error


def serve(app: FastAPI, listener: socket.socket, settings: Settings) -> None:
    """Serve until stopped by SIGINT or SIGTERM."""
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level=settings.log_level.lower(),
        access_log=False,
        server_header=False,
        # Without a proxy, anyone could pretend to be one.
        proxy_headers=settings.review_url is not None,
        forwarded_allow_ips=list(settings.review_proxies or _THIS_MACHINE),
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])
