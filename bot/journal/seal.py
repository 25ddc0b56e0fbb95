"""Text sealed under a key: compressed, then AES-256-GCM, bound to the place it belongs to.

A sealed text is one byte of version, twelve of nonce, then the ciphertext with its tag. Bound to a
place, it cannot be put where another belongs without being noticed.
"""

from __future__ import annotations

import hmac
import os
import zlib

from corpus.errors import JournalError

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE = 12
_QUICKEST = 1


def new_key() -> bytes:
    """A fresh key."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, text: str, place: str) -> bytes:
    """Seal a text for a place, such as `turn 1a2b question`."""
    return seal_bytes(key, zlib.compress(text.encode(), _QUICKEST), place)


def unseal(key: bytes, sealed: bytes, place: str) -> str:
    """The text that was sealed for this place.

    Raises:
        JournalError: it was altered, sealed for another place or with another key.
    """
    try:
        return zlib.decompress(unseal_bytes(key, sealed, place)).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise _altered(place) from error


def seal_bytes(key: bytes, content: bytes, place: str) -> bytes:
    """Seal bytes as they are."""
    # Loaded here: `lodestone --help` needs no ciphers.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, content, place.encode())


def unseal_bytes(key: bytes, sealed: bytes, place: str) -> bytes:
    """The bytes that were sealed for this place.

    Raises:
        JournalError: they were altered, sealed for another place or with another key.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce, content = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if sealed[:1] != _VERSION or len(nonce) < _NONCE:
        raise _altered(place)
    try:
        return AESGCM(key).decrypt(nonce, content, place.encode())
    except InvalidTag as error:
        raise _altered(place) from error


def commit(key: bytes, text: str) -> str:
    """A digest of a text that tells nothing without the key."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def _altered(place: str) -> JournalError:
    return JournalError(
        f"{place} cannot be read: it was altered, or written with another key. "
        "See: lodestone journal verify"
    )
