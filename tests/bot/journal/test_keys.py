from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.journal import KEY_FILE, Journal
from bot.journal.keys import Keyring, make_master_key
from bot.journal.seal import new_key, seal, unseal
from corpus.errors import JournalError, StorageError
from retrieval.answer import Question

OpenJournal = Callable[..., Journal]
KEY = "a master key of more than thirty-two characters"


def _note_down(journal: Journal) -> None:
    journal.record_failure(Question(question="Why?"), "no reason", channel="batch")


def test_the_key_is_made_with_the_first_turn_and_only_its_owner_reads_it(
    open_journal: OpenJournal, file: Path
) -> None:
    journal = open_journal()
    journal.turns()
    assert not file.with_name(KEY_FILE).exists()

    _note_down(journal)

    assert stat.S_IMODE(file.with_name(KEY_FILE).stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR


def test_many_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    file = tmp_path / "home" / KEY_FILE
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: make_master_key(file), range(32)))

    assert len(set(made)) == 1
    assert [one.name for one in file.parent.iterdir()] == [KEY_FILE]


def test_without_its_key_a_journal_is_not_read_and_no_other_key_is_made(
    open_journal: OpenJournal, file: Path
) -> None:
    _note_down(open_journal())
    file.with_name(KEY_FILE).unlink()

    for use in (Journal.turns, _note_down):
        with pytest.raises(JournalError, match=r"key .* is missing: put journal.key back"):
            use(open_journal())
    assert not file.with_name(KEY_FILE).exists()


def test_another_key_is_refused_and_nothing_is_written(open_journal: OpenJournal) -> None:
    _note_down(open_journal(key=KEY))

    with pytest.raises(JournalError, match="written with another key"):
        _note_down(open_journal(key=KEY + "!"))

    assert len(open_journal(key=KEY).turns()) == 1


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_a_key_file_that_holds_no_key_is_told(
    open_journal: OpenJournal, file: Path, content: bytes
) -> None:
    file.parent.mkdir(exist_ok=True)
    file.with_name(KEY_FILE).write_bytes(content)

    with pytest.raises((JournalError, StorageError), match="put a backup in its place"):
        _note_down(open_journal())


def test_a_home_that_cannot_hold_a_key_is_told(open_journal: OpenJournal, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file, no folder")

    with pytest.raises(StorageError, match=r"cannot be (made|read)"):
        _note_down(open_journal(key_file=tmp_path / "blocked" / KEY_FILE))


@given(text=st.text(), place=st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_is_sealed_is_read_again_at_its_place_alone(text: str, place: str) -> None:
    text = text.encode(errors="replace").decode()
    key = new_key()
    sealed = seal(key, text, place)

    assert unseal(key, sealed, place) == text
    for other_key, other_place in ((new_key(), place), (key, place + "x")):
        with pytest.raises(JournalError, match="cannot be read"):
            unseal(other_key, sealed, other_place)


@given(st.data())
def test_what_was_altered_is_not_read(data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, "What do cars pay?", "turn"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(JournalError, match="cannot be read"):
        unseal(key, bytes(sealed), "turn")


def test_what_is_derived_for_one_purpose_tells_nothing_of_another() -> None:
    ring = Keyring(KEY)
    derived = {ring.check, ring.owner("a"), ring.word("a"), ring.sign("a"), ring.wrapping.hex()}

    assert len(derived) == 5
    assert ring.owner("a") == Keyring(KEY).owner("a") != Keyring(KEY + "!").owner("a")
