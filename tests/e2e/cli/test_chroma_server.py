"""The same commands with the vectors on a Chroma server: index, ask, refresh, server gone."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from corpus import PACKAGED_CORPUS
from tests.e2e.cli.conftest import COPPER, Command, wait_for

pytestmark = pytest.mark.e2e


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, command: Command, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Chroma server on loopback, which `command` is set to use."""
    chroma = Path(sys.executable).with_name("chroma")
    place = ["--host", "127.0.0.1", "--port", str(port), "--path", str(tmp_path / "server")]
    process = subprocess.Popen(
        [str(chroma), "run", *place],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    command.environment["LODESTONE_CHROMA_URL"] = f"http://127.0.0.1:{port}"
    wait_for(lambda: listens(port) or process.poll() is not None)
    yield process
    process.kill()
    process.wait()


def collections(port: int) -> set[str]:
    place = "tenants/default_tenant/databases/default_database/collections"
    listed = httpx.get(f"http://127.0.0.1:{port}/api/v2/{place}").raise_for_status().json()
    return {collection["name"] for collection in listed}


def test_index_ask_refresh_and_a_server_that_is_gone(
    command: Command, server: subprocess.Popen[bytes], port: int
) -> None:
    status, out, err = command.run("index")
    assert (status, err) == (0, [])
    (generation,) = command.generations()
    assert not (generation / "chroma").exists()

    status, out, err = command.run("ask", COPPER, "--json")
    assert (status, err) == (0, [])
    assert json.loads(out)["outcome"] == "answered"

    shutil.copy(PACKAGED_CORPUS / "tariffs" / "s232-timber-10976.md", command.corpus)
    status, out, err = command.run("index")
    assert (status, err) == (0, [])
    assert "1 added: s232-timber-10976." in out
    assert collections(port) == {f"lodestone-{path.name}" for path in command.generations()}

    server.kill()
    server.wait()
    told = f"no Chroma server answers at http://127.0.0.1:{port}: start it, or mend"
    for arguments in (["ask", COPPER], ["index"]):
        status, out, err = command.run(*arguments)
        assert (status, out) == (1, "")
        assert err == [f"lodestone: {told} LODESTONE_CHROMA_URL"]
