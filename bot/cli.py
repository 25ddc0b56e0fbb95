"""The `lodestone` command: wiring, exit status, and one line for every known error.

Commands import what they need when they run, so that `--help` stays quick.
"""

from __future__ import annotations

import io
import os
import sys

import typer

from bot.commands.allocate import allocate_app
from bot.commands.ask import ask, chat
from bot.commands.corpus import corpus_app
from bot.commands.doctor import doctor
from bot.commands.evaluate import evaluate
from bot.commands.index import index
from bot.commands.journal import journal_app
from bot.commands.review import review_app
from bot.commands.serve import bot
from bot.output import INTERRUPTED, warn
from corpus.errors import LodestoneError

app = typer.Typer(
    name="lodestone",
    help="Cited, dated answers on tariffs, critical minerals, defence and ETFs. Not advice.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(index)
app.command()(ask)
app.command()(chat)
app.add_typer(allocate_app, name="allocate")
app.add_typer(corpus_app, name="corpus")
app.command()(bot)
app.add_typer(journal_app, name="journal")
app.add_typer(review_app, name="review")
app.command("eval")(evaluate)
app.command()(doctor)


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 could not, 2 wrong use, 130 interrupted."""
    _speak_utf8()
    try:
        # Not standalone, so that our own errors reach the clauses below.
        status = app(standalone_mode=False, prog_name="lodestone")
        sys.stdout.flush()
        if status == INTERRUPTED:
            # Typer turns Ctrl-C within a command into this status, and says nothing.
            _complain("stopped", INTERRUPTED)
    except LodestoneError as error:
        status = _complain(str(error), error.exit_status)
    except typer.Exit as exit_:
        status = exit_.exit_code
    except (KeyboardInterrupt, typer.Abort):
        status = _complain("stopped", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone, and knows it.
        status = _give_up_output()
    except OSError as error:
        _give_up_output()
        status = _complain(f"{error.filename or 'the output'}: {error.strerror or error}", 1)
    except Exception as error:
        # Typer's usage errors know how to tell themselves; anything else is a defect.
        tell = getattr(error, "format_message", None)
        if tell is None:
            raise
        path = getattr(getattr(error, "ctx", None), "command_path", "lodestone")
        reason = str(tell()).rstrip(".")
        # Without any command, typer has printed the help already.
        status = _complain(f"{reason}. See: {path} --help", 2) if reason else 2
    sys.exit(status if isinstance(status, int) else 0)


def _speak_utf8() -> None:
    """What a program reads from us is UTF-8 wherever it runs, and no byte from outside stops us."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
            if not stream.isatty():
                stream.reconfigure(encoding="utf-8")


def _give_up_output() -> int:
    """Point stdout at nothing, or Python would complain again when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _complain(text: str, status: int) -> int:
    warn(text)
    return status


if __name__ == "__main__":
    main()
