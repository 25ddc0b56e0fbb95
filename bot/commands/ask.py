"""`lodestone ask` and `lodestone chat`: questions from a terminal or a file."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

if TYPE_CHECKING:
    from bot.session import Session
    from bot.terminal import Terminal
    from retrieval.answer import Question

CHANNEL = "terminal"

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
    from bot.batch import open_questions
    from bot.session import Session
    from corpus.errors import QuestionError
    from retrieval.answer import parse_question

    if batch is None:
        if question is None:
            raise QuestionError('no question: write lodestone ask "..." or --batch FILE.jsonl')
        # What is wrong with a question is said before anything is opened or built for it.
        asked = parse_question({"question": question, "as_of": _date(as_of)})
        with Session.open() as session:
            _ask_one(session, asked, as_json=as_json)
    elif question is not None or as_of is not None:
        raise QuestionError("with --batch, the questions and their dates stand in the file")
    else:
        with open_questions(batch) as file, Session.open() as session:
            _ask_batch(session, file)


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
    terminal: Terminal,
    line: str,
    day: date | None,
    history: list[dict[str, str]],
) -> None:
    """One exchange: what goes wrong with one question does not end the conversation."""
    from corpus.errors import LodestoneError
    from retrieval.answer import parse_question

    try:
        question = parse_question({"question": line, "as_of": day, "history": history})
        answer = session.answer(question, channel=CHANNEL)
    except LodestoneError as error:
        terminal.complain(str(error))
        return
    terminal.show(answer)
    session.record(question, answer, channel=CHANNEL)
    history.append({"question": question.text, "answer": answer.text})


def _ask_one(session: Session, question: Question, *, as_json: bool) -> None:
    from bot.terminal import Terminal

    answer = session.answer(question, channel=CHANNEL)
    if as_json:
        typer.echo(answer.model_dump_json())
    else:
        Terminal().show(answer)
    session.record(question, answer, channel=CHANNEL)


def _ask_batch(session: Session, file: BinaryIO) -> None:
    from bot.batch import answer_lines

    # An index that cannot be built is told once, and not built anew for every line.
    session.engine.holdings()
    for line in answer_lines(session, file):
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
