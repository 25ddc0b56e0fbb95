"""What is configured, what is missing, and how to mend it: one finding a part."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.allocation import Allocator
from bot.settings import Settings, origin
from bot.telegram.run import require_someone, require_webhook
from corpus import Library, check_corpus
from corpus.errors import BrokenIndexError, LodestoneError, SettingsError
from retrieval.configuration import PACKAGED_MODEL
from retrieval.embedding import load_embedding
from retrieval.engine import index_folder


class Severity(StrEnum):
    """How much a finding matters: only an error keeps Lodestone from answering."""

    OK = "ok"
    NOTE = "note"
    ERROR = "error"


class Finding(BaseModel):
    """The state of one part, and the remedy where there is something to mend."""

    model_config = ConfigDict(frozen=True)

    part: str
    severity: Severity
    message: str
    remedy: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at every part in turn."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(part="python", severity=Severity.OK, message=version)
    yield _home(settings)
    library = _load(settings)
    if isinstance(library, Finding):
        yield library
        return
    yield _corpus(library)
    yield _allocation(settings, library)
    yield _model(settings)
    yield _index(settings, library)
    yield _journal(settings)
    yield _chat_model(settings)
    yield _telegram(settings)
    yield _review(settings)


def describe(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Each setting: its variable, its value with secrets hidden, and where it came from."""
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            shown = "(set, hidden)"
        elif value is None or value == ():
            shown = "(not set)"
        else:
            shown = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        yield f"LODESTONE_{name.upper()}", shown, origin(name)


def _home(settings: Settings) -> Finding:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            pass
    except OSError as error:
        return Finding(
            part="home",
            severity=Severity.ERROR,
            message=f"{settings.home.absolute()} cannot be written ({error.strerror})",
            remedy="set LODESTONE_HOME to a folder that can",
        )
    return Finding(part="home", severity=Severity.OK, message=str(settings.home.absolute()))


def _load(settings: Settings) -> Library | Finding:
    try:
        return Library.load(settings.corpus)
    except LodestoneError as error:
        return Finding(
            part="corpus",
            severity=Severity.ERROR,
            message=str(error),
            remedy="set LODESTONE_CORPUS to a folder of documents, or unset it",
        )


def _corpus(library: Library) -> Finding:
    problems = check_corpus(library)
    if problems:
        return Finding(
            part="corpus",
            severity=Severity.NOTE,
            message=f"{len(library)} documents, {len(problems)} problems",
            remedy="see them with: lodestone corpus check",
        )
    message = f"{len(library)} documents, fingerprint {library.fingerprint}"
    return Finding(part="corpus", severity=Severity.OK, message=message)


def _allocation(settings: Settings, library: Library) -> Finding:
    """Another corpus may lack what the rules rest on; questions are answered all the same."""
    if settings.allocation == "off":
        message = "switched off by LODESTONE_ALLOCATION"
        return Finding(part="allocation", severity=Severity.OK, message=message)
    try:
        allocator = Allocator.load(library)
    except LodestoneError as error:
        return Finding(
            part="allocation",
            severity=Severity.NOTE,
            message=str(error),
            remedy="allocate refuses until then",
        )
    message = f"rules {allocator.rules.version}, hash {allocator.rule_set.digest}"
    return Finding(part="allocation", severity=Severity.OK, message=message)


def _model(settings: Settings) -> Finding:
    if settings.embedding != PACKAGED_MODEL:
        return Finding(
            part="embedding",
            severity=Severity.NOTE,
            message=f"{settings.embedding}, loaded at first use",
            remedy="sentence-transformers must find it on this machine or on its hub",
        )
    try:
        load_embedding(settings.embedding, settings.home / "models").embed_query("tariff")
    except LodestoneError as error:
        return Finding(part="embedding", severity=Severity.ERROR, message=str(error))
    message = "packaged all-MiniLM-L6-v2, weights as expected"
    return Finding(part="embedding", severity=Severity.OK, message=message)


def _index(settings: Settings, library: Library) -> Finding:
    configuration = settings.configuration()
    remedy = "build it with: lodestone index (asking a question does so too)"
    try:
        index = index_folder(configuration).open()
    except BrokenIndexError as error:
        return Finding(part="index", severity=Severity.NOTE, message=str(error), remedy=remedy)
    except LodestoneError as error:
        return Finding(part="index", severity=Severity.ERROR, message=str(error))
    try:
        if not index.is_current(library, load_embedding(settings.embedding).identity):
            message = "built from other documents or with another model"
            return Finding(part="index", severity=Severity.NOTE, message=message, remedy=remedy)
        message = f"{len(index.passages)} passages, up to date"
        return Finding(part="index", severity=Severity.OK, message=message)
    finally:
        index.close()


def _journal(settings: Settings) -> Finding:
    from bot.session import open_journal

    where = "the database of LODESTONE_DATABASE_URL" if settings.database_url else "SQLite in HOME"
    try:
        with open_journal(settings) as journal:
            journal.turns(1)
    except LodestoneError as error:
        return Finding(part="journal", severity=Severity.ERROR, message=str(error))
    return Finding(part="journal", severity=Severity.OK, message=where)


def _chat_model(settings: Settings) -> Finding:
    if settings.model is None:
        message = "none: answers are composed from the documents' own sentences"
        return Finding(part="chat model", severity=Severity.OK, message=message)
    from retrieval.compose.generative import open_writer

    try:
        open_writer(settings.configuration())
    except LodestoneError as error:
        return Finding(
            part="chat model",
            severity=Severity.ERROR,
            message=str(error),
            remedy="or unset LODESTONE_MODEL: no model is needed",
        )
    where = f" at {settings.model_url}" if settings.model_url else ""
    message = f"{settings.model}{where}, not asked here; every claim it writes is checked"
    return Finding(part="chat model", severity=Severity.OK, message=message)


def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding(
            part="telegram",
            severity=Severity.NOTE,
            message="no token, so `lodestone bot` cannot start",
            remedy="get one from @BotFather and set LODESTONE_TELEGRAM_TOKEN",
        )
    try:
        require_someone(settings)
        webhook = require_webhook(settings)
    except SettingsError as error:
        problem, _, remedy = str(error).partition(": ")
        return Finding(part="telegram", severity=Severity.ERROR, message=problem, remedy=remedy)
    how = f"updates pushed to {webhook.url}" if webhook else "updates polled for"
    message = f"token set, {how}, Bot API at {settings.telegram_api_url}, access {settings.access}"
    return Finding(part="telegram", severity=Severity.OK, message=message)


def _review(settings: Settings) -> Finding:
    from bot.review.serving import address_of, refuse_exposed

    try:
        refuse_exposed(settings)
    except LodestoneError as error:
        return Finding(part="review", severity=Severity.NOTE, message=str(error))
    message = f"pages at {address_of(settings)} when `lodestone review` runs"
    return Finding(part="review", severity=Severity.OK, message=message)
