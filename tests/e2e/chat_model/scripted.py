"""A server on loopback that speaks OpenAI's protocol and does what its script says."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Move = Callable[["Turn"], None]
"""What the server does with one request."""

_PASSAGE = re.compile(r'<passage-(?P<word>\S+) id="(?P<id>p\d+)">\n(?P<text>.*?)\n</passage-', re.S)
_USAGE = {"prompt_tokens": 1200, "completion_tokens": 80, "total_tokens": 1280}


@dataclass
class Turn:
    """One request, and the ways to answer it.

    Some servers name the role with every piece instead of the first only: `repeats_role`.
    """

    handler: BaseHTTPRequestHandler
    body: dict[str, Any]
    closing: threading.Event
    repeats_role: bool = False
    begun: bool = False

    @property
    def prompt(self) -> str:
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def passages(self) -> dict[str, str]:
        """The passages as the model sees them, by id."""
        return {
            match["id"]: match["text"].partition("\ntext:\n")[2]
            for match in _PASSAGE.finditer(self.prompt)
        }

    def passage_with(self, words: str) -> str:
        return next(key for key, text in self.passages.items() if words in text)

    def begin(self, content_type: str = "text/event-stream") -> None:
        self.handler.send_response(200)
        self.handler.send_header("Content-Type", content_type)
        self.handler.end_headers()

    def event(self, data: object) -> None:
        line = data if isinstance(data, str) else json.dumps(data)
        self.handler.wfile.write(f"data: {line}\n\n".encode())
        self.handler.wfile.flush()

    def piece(self, content: str | None = None, *, finish: str | None = None) -> None:
        delta = {} if content is None else {"content": content}
        if content is not None and (self.repeats_role or not self.begun):
            delta["role"] = "assistant"
        self.begun = True
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        self.event({**_envelope("chat.completion.chunk"), "choices": [choice]})

    def end(self, finish: str = "stop") -> None:
        self.piece(finish=finish)
        if self.body.get("stream_options", {}).get("include_usage"):
            self.event({**_envelope("chat.completion.chunk"), "choices": [], "usage": _USAGE})
        self.event("[DONE]")

    def complete(self, content: str, finish: str = "stop") -> None:
        """Answer in one piece."""
        message = {"role": "assistant", "content": content}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        whole = {**_envelope("chat.completion"), "choices": [choice], "usage": _USAGE}
        self.begin("application/json")
        self.handler.wfile.write(json.dumps(whole).encode())


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": "reply-1", "object": kind, "created": 0, "model": "scripted"}


def says(
    text: str | Callable[[Turn], object],
    *,
    pause: float = 0,
    finish: str = "stop",
    repeats_role: bool = False,
) -> Move:
    """Stream a text, or what is made of the prompt; `pause` seconds between the pieces."""

    def move(turn: Turn) -> None:
        turn.repeats_role = repeats_role
        made = text(turn) if callable(text) else text
        whole = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False)
        if not turn.body.get("stream"):
            turn.complete(whole, finish)
            return
        turn.begin()
        for start in range(0, len(whole), 64):
            turn.piece(whole[start : start + 64])
            turn.closing.wait(pause)
        turn.end(finish)

    return move


def fails(status: int, headers: dict[str, str] | None = None, message: str = "scripted") -> Move:
    """Answer with an error, as OpenAI words it."""

    def move(turn: Turn) -> None:
        body = json.dumps({"error": {"message": message, "type": "error", "code": None}}).encode()
        turn.handler.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            turn.handler.send_header(name, value)
        turn.handler.send_header("Content-Length", str(len(body)))
        turn.handler.end_headers()
        turn.handler.wfile.write(body)

    return move


def breaks_off(text: str) -> Move:
    """Stream a text, and drop the connection without an end."""

    def move(turn: Turn) -> None:
        handler = turn.handler
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        turn.piece(text)
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    return move


def falls_silent(*, after: str = "", heartbeat: bool = False) -> Move:
    """Stream a text, and then nothing, or nothing but comments, while the connection stays open."""

    def move(turn: Turn) -> None:
        turn.begin()
        if after:
            turn.piece(after)
        while not turn.closing.wait(0.05 if heartbeat else 60):
            turn.handler.wfile.write(b": still here\n\n")
            turn.handler.wfile.flush()

    return move


def babbles() -> Move:
    """Stream without end."""

    def move(turn: Turn) -> None:
        turn.begin()
        while not turn.closing.is_set():
            turn.piece("tariffs " * 200)

    return move


def sends(body: str, content_type: str) -> Move:
    """Answer with something that is no event stream."""

    def move(turn: Turn) -> None:
        turn.begin(content_type)
        turn.handler.wfile.write(body.encode())

    return move


def refuses() -> Move:
    """Stream OpenAI's own refusal instead of content."""

    def move(turn: Turn) -> None:
        turn.begin()
        delta = {"role": "assistant", "refusal": "I cannot help with that."}
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        turn.event({**_envelope("chat.completion.chunk"), "choices": [choice]})
        turn.end()

    return move


def without_streaming(text: Callable[[Turn], object]) -> Move:
    """A server that knows no streaming: always one whole completion."""

    return lambda turn: turn.complete(json.dumps(text(turn)))


@dataclass
class ScriptedModel:
    """The server's address, its script, and what it was asked.

    Each request takes the next move of the script; the last one is repeated.
    """

    port: int
    script: list[Move] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def next_move(self) -> Move:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    """A server that lives as long as the context."""
    closing = threading.Event()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length))
            with lock:
                model.requests.append({**body, "headers": dict(self.headers)})
                move = model.next_move()
            try:
                move(Turn(self, body, closing))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    model = ScriptedModel(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield model
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
