"""The master key, and everything that is derived from it.

    master key  one text of at least 32 characters: LODESTONE_JOURNAL_KEY, or the file `journal.key`
    ├── owners  keyed hash of who someone is, so that their key can be found and nobody named
    ├── wrap    seals each person's own key
    ├── words   keyed hash of each word in the search index, so that the index holds no text
    └── chain   signs the events, so that nobody without the key can add, change or drop one

Whoever has both the database and the master key can read everything but what was erased.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path

from corpus.errors import JournalError, StorageError

KEY_FILE = "journal.key"
SHORTEST = 32
_SETTING = "LODESTONE_JOURNAL_KEY"
_WORD_BYTES = 6
"""Of two different words, one pair in 10^14 would be taken for the same."""


class Keyring:
    """What the master key makes possible. Equal keys make equal rings."""

    def __init__(self, master: str) -> None:
        self._master = hashlib.sha256(master.encode()).digest()

    @cached_property
    def check(self) -> str:
        """Tells whether a journal was written with this key, and nothing more."""
        return self._derive("check").hex()[:32]

    @cached_property
    def wrapping(self) -> bytes:
        """The key that people's own keys are sealed with."""
        return self._derive("wrap")

    @cached_property
    def _owners(self) -> bytes:
        return self._derive("owners")

    @cached_property
    def _words(self) -> bytes:
        return self._derive("words")

    @cached_property
    def _chain(self) -> bytes:
        return self._derive("chain")

    def owner(self, name: str) -> str:
        """The keyed hash of who someone is."""
        return hmac.digest(self._owners, name.encode(), "sha256").hex()[:32]

    def word(self, word: str) -> str:
        """The keyed hash of a word, fit for a full-text index."""
        return hashlib.blake2b(
            word.encode(), digest_size=_WORD_BYTES, key=self._words, usedforsecurity=True
        ).hexdigest()

    def sign(self, text: str) -> str:
        """The signature of a link of the chain."""
        return hmac.digest(self._chain, text.encode(), "sha256").hex()

    def _derive(self, purpose: str) -> bytes:
        # One step of HKDF (RFC 5869): the master is uniform already, so nothing is extracted.
        return hmac.digest(self._master, f"lodestone journal {purpose}\x01".encode(), "sha256")


def read_master_key(file: Path) -> str | None:
    """The master key in a file; None: there is no such file.

    Raises:
        StorageError: it cannot be read.
        JournalError: it holds no key.
    """
    try:
        key = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a key"
        raise StorageError(
            f"the journal's key {file} cannot be read ({reason}): make it readable, or put a "
            "backup in its place"
        ) from error
    if len(key) < SHORTEST:
        raise JournalError(
            f"the journal's key {file} is too short to be one: put a backup in its place"
        )
    return key


def make_master_key(file: Path) -> str:
    """Make a master key in a file that its owner alone can read; of many at once, one wins.

    Raises:
        StorageError: the disk refuses.
    """
    scratch = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as opened:
                opened.write(secrets.token_urlsafe(32) + "\n")
                opened.flush()
                os.fsync(opened.fileno())
            # A link is made whole or not at all, and never over what is there.
            os.link(scratch, file)
        except FileExistsError:
            pass
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"the journal's key {file} cannot be made ({error.strerror}): make its folder "
            f"writable, or set {_SETTING}"
        ) from error
    key = read_master_key(file)
    assert key is not None, "just made"  # noqa: S101 - what a type checker cannot know
    return key


def refuse_wrong_key(where: str) -> JournalError:
    """The journal was written with another key."""
    return JournalError(
        f"the journal {where} was written with another key: put its {KEY_FILE} back from a "
        f"backup, or set {_SETTING} to the right one"
    )


def refuse_missing_key(where: str) -> JournalError:
    """There is a journal, and no key to it."""
    return JournalError(
        f"the key to the journal {where} is missing: put {KEY_FILE} back from a backup, or set "
        f"{_SETTING}"
    )
