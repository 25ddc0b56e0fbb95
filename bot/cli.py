"""The `lodestone` command: wiring, exit status, and one line for every known error.

Commands import what they need when they run, so that `--help` stays quick.
"""

from __future__ import annotations

import os
import sys

import typer

from bot.commands.ask import ask, chat
from bot.commands.corpus import corpus_app
from bot.commands.doctor import doctor
from bot.commands.evaluate import evaluate
from bot.commands.index import index
from bot.commands.journal import journal_app
from bot.commands.serve import bot
from corpus.errors import LodestoneError

INTERRUPTED = 130
"""Exit status of a command stopped by Ctrl-C, as shells give it."""

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
app.add_typer(corpus_app, name="corpus")
app.command()(bot)
app.add_typer(journal_app, name="journal")
app.command("eval")(evaluate)
app.command()(doctor)


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 could not, 2 wrong use, 130 interrupted."""
    try:
        # Not standalone, so that Ctrl-C and our own errors reach the clauses below.
        status = app(standalone_mode=False)
    except LodestoneError as error:
        _complain(str(error))
        status = error.exit_status
    except typer.Exit as exit_:
        status = exit_.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("stopped")
        status = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except OSError as error:
        _complain(f"{error.strerror or error}: {error.filename or 'the output'}")
        status = 1
    except Exception as error:
        # Typer's usage errors know how to show themselves; anything else is a defect.
        show = getattr(error, "show", None)
        if show is None:
            raise
        show()
        status = getattr(error, "exit_code", 2)
    sys.exit(status if isinstance(status, int) else 0)


def _complain(text: str) -> None:
    sys.stderr.write(f"lodestone: {text}\n")


if __name__ == "__main__":
    main()
