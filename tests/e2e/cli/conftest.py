"""The `lodestone` command as processes of its own, on a corpus that is indexed in a moment."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus import PACKAGED_CORPUS

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds for a process that loads torch on a machine with other things to do."""

COPPER = "What tariff applies to semi-finished copper products?"


class Command:
    """Runs `lodestone` with one HOME and one corpus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.corpus = folder / "corpus"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "HF_HUB_OFFLINE": "1",
            # Threads that wait for a busy core keep it busy.
            "OMP_NUM_THREADS": "1",
            "LODESTONE_HOME": str(self.home),
            "LODESTONE_CORPUS": str(self.corpus),
        }
        self._started: list[subprocess.Popen[str]] = []

    @property
    def index(self) -> Path:
        return self.home / "index"

    def generations(self) -> list[Path]:
        """The generation folders there are."""
        return [path for path in self.index.iterdir() if path.is_dir()]

    def start(
        self, *arguments: str, limit: Callable[[], None] | None = None, stdin: int | None = None
    ) -> subprocess.Popen[str]:
        """Start a command and leave it running."""
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
            preexec_fn=limit,  # noqa: PLW1509 - it sets a limit and nothing else
        )
        self._started.append(process)
        return process

    def run(
        self, *arguments: str, limit: Callable[[], None] | None = None
    ) -> tuple[int, str, list[str]]:
        """Exit status, stdout, and the lines of stderr."""
        return finish(self.start(*arguments, limit=limit))

    def stop_all(self) -> None:
        for process in self._started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def finish(process: subprocess.Popen[str]) -> tuple[int, str, list[str]]:
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err.splitlines()


def wait_for(happens: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def make_corpus(folder: Path) -> None:
    (folder / "corpus").mkdir(parents=True)
    for name in ("s232-copper-10962", "s232-trucks-10984"):
        shutil.copy(PACKAGED_CORPUS / "tariffs" / f"{name}.md", folder / "corpus")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """The command with a corpus of two documents and no index yet."""
    make_corpus(tmp_path)
    command = Command(tmp_path)
    yield command
    command.stop_all()


@pytest.fixture(scope="session")
def indexed_folder(
    clean_session: None, packaged_index_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a small corpus and its index, by the packaged model; to be copied."""
    from corpus import Library
    from retrieval.configuration import Configuration
    from retrieval.embedding import load_embedding
    from retrieval.engine import index_folder
    from retrieval.indexing import refresh_index

    folder = tmp_path_factory.mktemp("indexed")
    make_corpus(folder)
    configuration = Configuration(home=folder / "home", corpus=folder / "corpus")
    refresh_index(
        index_folder(configuration), Library.load(configuration.corpus), load_embedding("minilm")
    )
    (folder / "home" / "models").symlink_to(packaged_index_home / "models")
    return folder


@pytest.fixture
def indexed(indexed_folder: Path, tmp_path: Path) -> Iterator[Command]:
    """The command with that corpus and a copy of its index."""
    shutil.copytree(indexed_folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    command = Command(tmp_path)
    yield command
    command.stop_all()
