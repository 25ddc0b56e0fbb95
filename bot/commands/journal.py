"""`lodestone journal`: list the turns, show one; the rest is in bot/commands/keeping.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import keeping

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from bot.journal import TurnRecord, TurnSummary
    from retrieval.answer import Answer
    from retrieval.compose.report import CompositionReport

journal_app = typer.Typer(
    help="The log of questions and answers: what was asked, what was said, and on what evidence.",
    no_args_is_help=True,
)

for _name, _command in keeping.COMMANDS.items():
    journal_app.command(_name)(_command)

_NOTHING_YET = "No turns yet. Ask something: lodestone ask QUESTION"
_COLUMNS = ("id", "asked (UTC)", "channel", "outcome", "ms", "question")
_SHORT_ID = 10
_ERASED = "(erased)"

# JSON may hold these as they are, but a terminal would act on them or hide text behind them.
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

_AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@journal_app.command("list")
def list_turns(
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many turns.")] = 20,
    as_json: _AsJson = False,
) -> None:
    """List the newest turns, newest first."""
    with keeping.kept_journal() as journal:
        turns = journal.turns(limit)
    if as_json:
        for turn in turns:
            typer.echo(_json_line(turn))
    elif turns:
        _print_list(turns, _console())
    else:
        typer.echo(_NOTHING_YET, err=True)


@journal_app.command("show")
def show_turn(
    turn_id: Annotated[
        str, typer.Argument(metavar="ID", help="A turn's id, or enough of its beginning.")
    ],
    as_json: _AsJson = False,
) -> None:
    """Show one turn whole: question, answer, sources, passages, timings."""
    with keeping.kept_journal() as journal:
        turn = journal.turn(turn_id)
    if as_json:
        typer.echo(_json_line(turn))
        return
    console = _console()
    for line in _told(turn):
        # Where nobody looks, a line stays one line.
        console.print(line, soft_wrap=not console.is_terminal)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, emoji=False)


def _json_line(record: TurnSummary | TurnRecord) -> str:
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", record.model_dump_json())


def _one_line(text: str | None) -> str:
    """Text from outside, fit for a terminal: no control characters, no line breaks."""
    from retrieval.answer import clean_text

    return " ".join(clean_text(text or "").split())


def _cells(turn: TurnSummary) -> tuple[str, ...]:
    took = "" if turn.total_ms is None else f"{turn.total_ms:.0f}"
    asked = f"{turn.asked_at:%Y-%m-%d %H:%M:%S}"
    question = _ERASED if turn.erased else turn.question
    told = (turn.id, asked, turn.channel, turn.outcome, took, question)
    return tuple(_one_line(cell) for cell in told)


def _print_list(turns: Sequence[TurnSummary], console: Console) -> None:
    """A table for eyes; lines of tab-separated cells, ids whole, for a pipe."""
    if not console.is_terminal:
        for turn in turns:
            typer.echo("\t".join(_cells(turn)))
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        numeric = column == "ms"
        table.add_column(
            column,
            justify="right" if numeric else "left",
            no_wrap=True,
            # Only the question gives way on a narrow screen.
            overflow="ellipsis" if column == _COLUMNS[-1] else "fold",
            ratio=1 if column == _COLUMNS[-1] else None,
        )
    table.expand = True
    for turn in turns:
        shown, *rest = _cells(turn)
        # As `Text`, brackets in a question stay brackets.
        table.add_row(*(Text(cell) for cell in (shown[:_SHORT_ID], *rest)))
    console.print(table)


def _told(turn: TurnRecord) -> Iterator[Text]:
    """The turn, line by line."""
    summary = turn.summary()
    facts = {
        "turn": summary.id,
        "asked": f"{summary.asked_at:%Y-%m-%d %H:%M:%S} UTC",
        "channel": summary.channel,
        "chat": summary.chat_id,
        "user": summary.user_id,
        "outcome": summary.outcome,
        "as of": summary.as_of,
        "language": summary.language,
        "composer": summary.composer,
        "corpus": summary.corpus_fingerprint,
    }
    for name, value in facts.items():
        if value is not None:
            yield _labelled(name, str(value))
    yield from _section("Question", turn.question.question)
    for number, earlier in enumerate(turn.question.history, start=1):
        yield from _section(f"Before that, {number}", earlier.question)
    if turn.result is not None:
        yield from _section("Result", f"lodestone journal replay {turn.id}")
    if turn.error is not None:
        yield from _section("Error", turn.error)
    if turn.answer is not None:
        yield from _evidence(turn.answer)
    if turn.report is not None:
        yield from _section("Chat model", *_told_of_model(turn.report))


def _evidence(answer: Answer) -> Iterator[Text]:
    yield from _section("Answer", answer.text)
    yield from _section("Notices", *(f"{notice.kind}: {notice.text}" for notice in answer.notices))
    yield from _section(
        "Sources",
        *(
            f"[{cited.number}] {cited.title} ({cited.document_id}, {cited.section}, "
            f"{cited.published}, {cited.status}): “{_one_line(cited.quote)}” {cited.url or '-'}"
            for cited in answer.citations
        ),
    )
    yield from _section(
        "Passages",
        *(
            f"{rank}. {found.document_id} [{found.start}:{found.end}] {found.section}"
            f" · score {found.score:.3f} · dense {found.dense_rank or '-'}"
            f" · keyword {found.keyword_rank or '-'}"
            for rank, found in enumerate(answer.passages, start=1)
        ),
    )
    timings = answer.timings_ms.model_dump()
    yield from _section(
        "Milliseconds", " · ".join(f"{step} {spent:.1f}" for step, spent in timings.items())
    )


def _told_of_model(report: CompositionReport) -> Iterator[str]:
    """How a chat model fared: what it wrote, what was cut and why, what it cost."""
    yield (
        f"{report.claims_written} claims written, {report.claims_kept} kept · "
        f"{len(report.attempts)} requests · {report.seconds:.1f} s · "
        f"{report.tokens_in or '?'} tokens in, {report.tokens_out or '?'} out"
    )
    if report.failure:
        yield f"failed: {report.failure}"
    for cut in report.claims_cut:
        yield f"cut ({cut.gate}: {cut.reason}): {cut.text}"


def _section(title: str, *paragraphs: str) -> Iterator[Text]:
    """A heading and what stands under it; nothing when there is nothing to say."""
    from rich.text import Text

    from retrieval.answer import clean_text

    if not paragraphs:
        return
    yield Text()
    yield Text(title, style="bold")
    for paragraph in paragraphs:
        yield Text(clean_text(paragraph))


def _labelled(name: str, value: str) -> Text:
    from rich.text import Text

    return Text.assemble((f"{name:<10}", "dim"), _one_line(value))
