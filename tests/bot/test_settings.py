from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, load_settings, origin
from corpus.errors import SettingsError


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder without an `.env`, or with the test's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_setting_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.home == Path("var")
    assert settings.embedding == "minilm"
    assert settings.journal_url() == f"sqlite:///{Path('var/journal.db').absolute()}"
    assert origin("home") == "default"


def test_the_environment_goes_before_the_env_file(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("LODESTONE_HOME=/a\nLODESTONE_EMBEDDING=b\nOTHER=c\n")
    monkeypatch.setenv("LODESTONE_HOME", "/d")
    settings = load_settings()
    assert (settings.home, settings.embedding) == (Path("/d"), "b")
    assert [origin(name) for name in ("home", "embedding", "corpus")] == [
        "environment",
        ".env",
        "default",
    ]


def test_an_empty_setting_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_CHROMA_URL", "")
    assert load_settings().chroma_url is None


def test_a_home_below_the_users_own_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_HOME", "~/lodestone")
    assert load_settings().home == Path.home() / "lodestone"


def test_administrators_are_listed_with_commas_or_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LODESTONE_ADMINS", "1, 2 3")
    assert load_settings().admins == (1, 2, 3)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("LODESTONE_HOMES", "x", "no such setting: did you mean LODESTONE_HOME? Mend or unset it"),
        ("LODESTONE_XYZZY", "x", "no such setting. Mend or unset it"),
        ("LODESTONE_CHROMA_URL", "localhost", "write it as http://host:port; mend or unset it"),
        ("LODESTONE_WEBHOOK_LISTEN", "here", "write it as host:port; mend or unset it"),
        ("LODESTONE_ACCESS", "all", "Input should be 'open', 'allow-list' or 'invite'"),
        ("LODESTONE_ADMINS", "ada", "Input should be a valid integer"),
        ("LODESTONE_LOG_LEVEL", "loud", "Input should be 'DEBUG', 'INFO'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_is_accepted(
    variable: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as error:
        load_settings()
    assert str(error.value).startswith(f"{variable}: {told}")
    assert "\n" not in str(error.value)


def test_a_misspelt_setting_in_the_env_file_is_refused_too(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("LODESTONE_EMBEDING=x\n")
    with pytest.raises(SettingsError, match=r"LODESTONE_EMBEDING: .* mean LODESTONE_EMBEDDING"):
        load_settings()


def test_an_env_file_that_is_no_text_is_told(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(b"LODESTONE_HOME=\xff\n")
    with pytest.raises(SettingsError, match=r"\.env: cannot be read .* save it as UTF-8 text"):
        load_settings()


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "MODEL_API_KEY", "DATABASE_URL", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"LODESTONE_{name}", "hush:hush")
    settings = load_settings()
    assert "hush" not in repr(settings)
    assert settings.configuration().model_api_key == "hush:hush"
    assert "hush" not in repr(settings.configuration())
    assert settings.journal_url() == "hush:hush"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())
