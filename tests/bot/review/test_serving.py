from __future__ import annotations

import hashlib
import re

import pytest

from bot.review.desk import STATIC
from bot.review.serving import allowed_hosts, behind_tls, refuse_exposed
from bot.settings import Settings
from corpus.errors import SettingsError


def settings(**given: object) -> Settings:
    return Settings.model_validate(given)


@pytest.mark.parametrize("listen", ["127.0.0.1:8080", "[::1]:8080", "localhost:80", "127.1.2.3:1"])
def test_a_loopback_address_is_served_as_it_is(listen: str) -> None:
    refuse_exposed(settings(review_listen=listen))


@pytest.mark.parametrize("listen", ["0.0.0.0:8080", "[::]:80", "192.0.2.1:80", "review.local:80"])
def test_an_address_that_others_reach_needs_tls_in_front_or_a_word(listen: str) -> None:
    for url in (None, "http://review.example"):
        with pytest.raises(SettingsError, match="LODESTONE_REVIEW_PUBLIC=yes"):
            refuse_exposed(settings(review_listen=listen, review_url=url))
    refuse_exposed(settings(review_listen=listen, review_url="https://review.example"))
    refuse_exposed(settings(review_listen=listen, review_public=True))


def test_a_port_that_cannot_be_is_said_so() -> None:
    with pytest.raises(SettingsError, match="no port 70000"):
        refuse_exposed(settings(review_listen="127.0.0.1:70000"))


def test_only_the_names_of_the_pages_are_answered_to() -> None:
    plain = settings(review_listen="192.0.2.1:80", review_public=True)
    assert allowed_hosts(plain) == ("*",)
    named = settings(review_listen="0.0.0.0:80", review_url="https://review.example/")
    assert "review.example" in allowed_hosts(named)
    assert "elsewhere.example" not in allowed_hosts(named)
    assert behind_tls(named)
    assert not behind_tls(plain)


def test_files_of_others_are_what_they_are_said_to_be() -> None:
    listed = (STATIC / "VENDORED.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` .*`([0-9a-f]{64})` \|$", listed, re.MULTILINE)
    assert [name for name, _ in rows] == ["htmx.min.js"]
    for name, digest in rows:
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest
