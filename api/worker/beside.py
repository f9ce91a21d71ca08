"""The worker beside a server: started with it, ended with it, and the other way round."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 20


@contextmanager
def worker_beside(ended: Callable[[], None]) -> Iterator[None]:
    """A worker as a child process for as long as the block runs.

    Args:
        ended: called, in a thread of its own, when the worker ends although nobody told it to.
    """
    command = [sys.executable, "-m", "api.worker", "--parent", str(os.getpid())]
    # A group of its own: Ctrl+C reaches the server alone, which then ends its worker in order.
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own module
    told = threading.Event()

    def watch() -> None:
        child.wait()
        if not told.is_set():
            ended()

    watching = threading.Thread(target=watch, name="worker watch", daemon=True)
    watching.start()
    try:
        yield
    finally:
        told.set()
        _end(child)
        watching.join()


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
