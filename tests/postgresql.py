"""A PostgreSQL server of the tests' own, from whatever programs the machine has."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_UNPRIVILEGED = "postgres"
"""Who the server runs as where the tests run as root: PostgreSQL refuses to be root."""


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None: PostgreSQL is not installed."""
    newest_first = sorted(_DEBIAN.glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    for folder in (*newest_first, *([Path(on_path).resolve().parent] if on_path else [])):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    return None


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields its address, to which a database's name is appended.

    Nothing of it is made to last: no write waits for the disk.
    """
    found = programs()
    assert found is not None
    user = pwd.getpwnam(_UNPRIVILEGED).pw_uid if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="lodestone-postgresql-") as folder:
        if user is not None:
            os.chown(folder, user, -1)
        data, port = f"{folder}/data", _free_port()
        initdb = [str(found / "initdb"), "-D", data, "-U", "lodestone", "-A", "trust"]
        control = [str(found / "pg_ctl"), "-D", data, "-w", "-l", f"{folder}/log"]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
        _run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], user)
        _run([*control, "-o", f"{options} -k {folder}", "start"], user)
        try:
            yield f"postgresql+psycopg://lodestone@127.0.0.1:{port}/"
        finally:
            _run([*control, "-m", "immediate", "stop"], user)


def _run(command: Sequence[str], user: int | None) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run(command, user=user, check=True, cwd="/", stdout=quiet, stderr=quiet)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
