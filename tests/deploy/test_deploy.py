from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import PREFIX, Settings, load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = DEPLOY / "lodestone.env.example"
ASSIGNMENT = re.compile(rf"^(?P<off>#?){PREFIX}(?P<name>[A-Z_]+)=(?P<value>.*)$")


class Shown:
    """A setting as the example shows it."""

    def __init__(self, match: re.Match[str], comment: str) -> None:
        self.name = match["name"].lower()
        self.value = match["value"]
        self.is_off = bool(match["off"])
        self.comment = comment


def _shown() -> Iterator[Shown]:
    comment: list[str] = []
    for line in EXAMPLE.read_text().splitlines():
        if match := ASSIGNMENT.match(line):
            yield Shown(match, "\n".join(comment))
        elif line.startswith("# "):
            comment.append(line.removeprefix("# "))
        else:
            assert line.strip(" #") == "", f"neither a setting nor a comment: {line}"
            comment.clear()


def _is_secret(name: str) -> bool:
    return "SecretStr" in str(Settings.model_fields[name].annotation)


def _directives(section: str) -> dict[str, list[str]]:
    """A unit's section: each directive and its values in order."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in (DEPLOY / "lodestone.service").read_text().splitlines():
        if line.startswith("["):
            current = line.strip("[]")
        elif line and not line.startswith("#") and current == section:
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def _instructions() -> list[tuple[str, str]]:
    """The image file's instructions, continued lines joined."""
    text = (DEPLOY / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [
        (line.split(maxsplit=1)[0], " ".join(line.split()[1:]))
        for line in joined.splitlines()
        if line
    ]


def test_the_example_shows_every_setting_once_and_no_other() -> None:
    assert sorted(shown.name for shown in _shown()) == sorted(Settings.model_fields)


@pytest.mark.parametrize("shown", list(_shown()), ids=lambda shown: shown.name)
def test_the_example_shows_each_setting_with_its_description_and_default(shown: Shown) -> None:
    field = Settings.model_fields[shown.name]
    default = "" if field.default in (None, ()) else str(field.default)

    assert field.description is not None
    assert shown.comment.splitlines()[0] == field.description
    assert shown.value == default


@pytest.mark.parametrize("shown", list(_shown()), ids=lambda shown: shown.name)
def test_secrets_are_empty_and_only_they_are_there_to_fill_in(shown: Shown) -> None:
    assert shown.is_off is not _is_secret(shown.name)
    assert shown.value == "" or not _is_secret(shown.name)


def test_the_example_as_it_stands_gives_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name}".upper(), raising=False)
    (tmp_path / ".env").write_text(EXAMPLE.read_text())

    assert load_settings() == Settings(_env_file=None)


def test_the_example_filled_in_and_switched_on_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = re.sub(rf"^#(?={PREFIX})", "", EXAMPLE.read_text(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(text.replace("TELEGRAM_TOKEN=", "TELEGRAM_TOKEN=1:abc"))

    assert load_settings().telegram_token == SecretStr("1:abc")


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("User", "lodestone"),
        ("StateDirectory", "lodestone"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectControlGroups", "yes"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
        ("RestrictNamespaces", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("LockPersonality", "yes"),
        ("SystemCallArchitectures", "native"),
        ("MemoryMax", "2G"),
        ("Restart", "on-failure"),
        ("RestartPreventExitStatus", "2"),
        ("EnvironmentFile", "/etc/lodestone/lodestone.env"),
    ],
)
def test_the_service_is_shut_in(directive: str, value: str) -> None:
    assert _directives("Service")[directive] == [value]


def test_the_service_may_call_only_what_a_service_needs() -> None:
    assert _directives("Service")["SystemCallFilter"] == ["@system-service", "~@privileged"]


def test_the_service_runs_the_bot_on_its_state_folder() -> None:
    service = _directives("Service")

    assert shlex.split(service["ExecStart"][0]) == ["/opt/lodestone/bin/lodestone", "bot"]
    assert "LODESTONE_HOME=%S/lodestone" in service["Environment"]
    assert _directives("Install") == {"WantedBy": ["multi-user.target"]}


def test_the_image_is_built_in_one_stage_and_run_in_another() -> None:
    stages = [argument for name, argument in _instructions() if name == "FROM"]

    assert stages == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE} AS run"]
    assert ("ARG", "PYTHON_IMAGE=python:3.11-slim") in _instructions()


def test_the_image_runs_the_bot_as_an_ordinary_user_who_writes_only_to_the_volume() -> None:
    instructions = _instructions()
    run = dict(instructions[instructions.index(("FROM", "${PYTHON_IMAGE} AS run")) :])

    assert run["USER"] == "10001:10001"
    assert run["VOLUME"] == "/var/lib/lodestone"
    assert "LODESTONE_HOME=/var/lib/lodestone" in run["ENV"].split()
    assert run["HEALTHCHECK"].endswith('CMD ["lodestone", "doctor"]')
    assert (run["ENTRYPOINT"], run["CMD"]) == ('["lodestone"]', '["bot"]')


def test_what_the_image_copies_is_there_to_copy() -> None:
    copied = [
        path
        for name, argument in _instructions()
        if name == "COPY" and not argument.startswith("--from")
        for path in argument.split()[:-1]
    ]
    sent = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()

    assert copied
    for path in copied:
        assert (ROOT / path).exists(), f"{path}: not in the repository"
        assert f"!{path}" in sent, f"{path}: kept from the build by Containerfile.dockerignore"


@pytest.mark.parametrize("file", sorted(path.name for path in DEPLOY.iterdir() if path.is_file()))
def test_no_package_index_is_named(file: str) -> None:
    text = (DEPLOY / file).read_text()

    assert {*re.findall(r"https?://[^\s/\"]+", text)} <= {"https://api.telegram.org"}


def test_the_licence_is_the_one_the_project_declares() -> None:
    text = (ROOT / "LICENSE").read_text()

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text()
