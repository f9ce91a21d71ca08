"""The worker beside a server: one that dies is replaced, and both end together."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.engine import URL

from api.worker.beside import pause_after, worker_beside

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
_SERVE = "from api.cli import main; main()"


def until(look: Callable[[], T | None], *, seconds: float = 90) -> T:
    """What is found as soon as there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come.")


def workers(file: str) -> set[int]:
    """The processes of those that are listed: one that was killed cannot leave the list itself."""
    with closing(sqlite3.connect(file)) as connection:
        return {pid for (pid,) in connection.execute("SELECT pid FROM workers")}


@pytest.fixture
def server(sqlite_url: URL, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """`serve --with-worker`, its address, and its database."""
    file = str(sqlite_url.database)
    environment = {
        "RAINMAKER_DATABASE_URL": f"sqlite:///{file}", "RAINMAKER_SECRET_KEY": "only for tests",
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, "serve", "--with-worker", "--port", str(port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as process:  # noqa: S603 - our own program
        assert process.stdout is not None
        assert "Rainmaker is at" in process.stdout.readline()
        yield process, f"http://127.0.0.1:{port}", file
        process.kill()


def test_a_worker_that_is_killed_is_replaced_and_the_server_goes_on(
    server: tuple[subprocess.Popen[str], str, str],
) -> None:
    process, address, file = server
    first = until(lambda: workers(file)).pop()
    os.kill(first, signal.SIGKILL)
    second = until(lambda: workers(file) - {first}).pop()
    with urllib.request.urlopen(f"{address}/healthz") as reply:  # noqa: S310 - our own server
        assert reply.status == 200
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert said.count("worker.restarted ended_with=-9 pause_seconds=1.0") == 1
    assert second not in workers(file)


def test_a_worker_ends_when_its_server_is_gone(server: tuple[subprocess.Popen[str], str, str]) -> None:
    process, _, file = server
    until(lambda: workers(file))
    process.kill()
    assert until(lambda: not workers(file))


def test_a_worker_that_cannot_start_is_told_and_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("RAINMAKER_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    told = threading.Event()
    with worker_beside(told.set):
        assert told.wait(60)
    assert capfd.readouterr().err.count("There is no workspace at") == 1


def test_the_pause_grows_to_a_minute() -> None:
    assert [pause_after(failures) for failures in (0, 1, 2, 5, 6, 7, 10_000)] == [1, 2, 4, 32, 60, 60, 60]
