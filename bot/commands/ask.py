"""`lodestone ask` and `lodestone chat`: questions from a terminal or a file."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.session import Session

_AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="The date to speak for, as 2025-06-30.")
]


def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    as_of: _AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the Answer as JSON.")] = False,
    batch: Annotated[
        Path | None,
        typer.Option(metavar="FILE.jsonl", help="One Question object a line in, one Answer out."),
    ] = None,
) -> None:
    """Ask one question, or a file of them, and get cited answers."""
    from bot.session import Session
    from corpus.errors import QuestionError

    if (question is None) == (batch is None):
        raise QuestionError("give a question, or --batch FILE.jsonl, and not both")
    with Session.open() as session:
        if batch:
            _ask_batch(session, batch)
        else:
            _ask_one(session, {"question": question, "as_of": _date(as_of)}, as_json=as_json)


def chat(as_of: _AsOf = None) -> None:
    """Ask one question after another; each may lean on the ones before."""
    from bot.session import Session
    from bot.terminal import Terminal
    from bot.words import words_for

    words = words_for("en").terminal
    day = _date(as_of)
    with Session.open() as session:
        terminal = Terminal()
        terminal.say(words.welcome)
        history: list[dict[str, str]] = []
        while (line := terminal.read()) is not None:
            command = line.strip().lower()
            if command in {"/quit", "/exit"}:
                return
            if command == "/new":
                history.clear()
                terminal.say(words.forgotten)
            elif command:
                _take_turn(session, terminal, line, day, history)


def _take_turn(
    session: Session,
    terminal: Any,
    line: str,
    day: date | None,
    history: list[dict[str, str]],  # noqa: ANN401
) -> None:
    """One exchange: what goes wrong with one question does not end the conversation."""
    from corpus.errors import LodestoneError

    try:
        question = session.question({"question": line, "as_of": day, "history": history})
        answer = session.answer(question)
    except LodestoneError as error:
        terminal.complain(str(error))
        return
    terminal.show(answer)
    session.record(question, answer, channel="terminal")
    history.append({"question": question.text, "answer": answer.text})


def _ask_one(session: Session, data: dict[str, Any], *, as_json: bool) -> None:
    from bot.terminal import Terminal

    question = session.question(data)
    answer = session.answer(question)
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        Terminal().show(answer)
    session.record(question, answer, channel="terminal")


def _ask_batch(session: Session, path: Path) -> None:
    from bot.batch import answer_lines

    for line in answer_lines(session, path):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _date(text: str | None) -> date | None:
    from corpus.errors import QuestionError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionError(f"--as-of {text!r}: not a date; write it as 2025-06-30") from None
