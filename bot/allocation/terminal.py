"""The questionnaire in a terminal, over the same state machine that a chat uses."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from bot.allocation.engine import Allocator
from bot.allocation.interview import Interview, Kind, Question
from bot.allocation.profile import Profile
from bot.output import printable
from corpus.errors import ProfileError


def interview(allocator: Allocator, console: Console) -> Profile:
    """Ask until a profile can be made. A wrong answer costs only itself.

    Raises:
        ProfileError: the input ended before the questions did.
    """
    words = allocator.words.interview
    console.print(Text(words.intro, style="dim"))
    state = Interview()
    while (question := state.question(allocator.words)) is not None:
        _put(question, allocator, console, first=not state.answers)
        try:
            typed = console.input(escape("> "))
        except EOFError:
            raise ProfileError(
                "the input ended before the questions did; answer them all, or give --profile"
            ) from None
        try:
            state = state.answer(typed, allocator.universe, allocator.words)
        except ProfileError as error:
            console.print(Text(printable(str(error)), style="red"))
    return state.profile(allocator.universe)


def _put(question: Question, allocator: Allocator, console: Console, *, first: bool) -> None:
    words = allocator.words.interview
    progress = words.progress.format(number=question.number, total=question.total)
    console.print()
    console.print(Text(progress, style="dim"))
    if question.again:
        console.print(Text(words.again, style="yellow"))
    console.print(Text(question.text, style="bold"))
    for number, (value, label) in enumerate(question.choices.items(), start=1):
        mark = value if question.kind is Kind.SEVERAL else number
        console.print(Text(f"  {mark}  {label}"))
    notes = [question.hint] if question.hint else []
    if question.optional:
        notes.append(words.skip.format(word=words.skip_words[0]))
    if not first:
        notes.append(words.back.format(word=words.back_words[0]))
    if notes:
        console.print(Text("; ".join(notes), style="dim"))
