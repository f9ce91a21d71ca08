"""The worker beside a server: started with it, ended with it, and started again when it dies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 20
_LONGEST_PAUSE = 60
_STEADY_SECONDS = 60
"""A worker that ran for so long is no further failure of the same kind."""
_LOG = logging.getLogger("rainmaker.worker")


@contextmanager
def worker_beside(unstartable: Callable[[], None]) -> Iterator[None]:
    """A worker as a child process for as long as the block runs; another one in its place when it ends unasked.

    Args:
        unstartable: called, in a thread of its own, when the first worker gives up before it works. What it was that
            kept it from that, it has said itself.
    """
    beside = _Beside(unstartable)
    watching = threading.Thread(target=beside.watch, name="worker watch", daemon=True)
    watching.start()
    try:
        yield
    finally:
        beside.end()
        watching.join()


def pause_after(failures: int) -> float:
    """Seconds before another worker is started, after so many that did not last."""
    return float(min(_LONGEST_PAUSE, 2 ** min(failures, 10)))


class _Beside:
    def __init__(self, unstartable: Callable[[], None]) -> None:
        self._unstartable = unstartable
        self._told, self._starting = threading.Event(), threading.Lock()
        self._child, self._ready = _start()
        self._worked = False

    def watch(self) -> None:
        failures = 0
        while True:
            since = time.monotonic()
            code = self._child.wait()
            self._worked = _was_ready(self._ready) or self._worked
            if self._told.is_set():
                return
            # One that was killed did not give up.
            if not self._worked and code > 0:
                self._unstartable()
                return
            failures = 0 if time.monotonic() - since > _STEADY_SECONDS else failures
            pause = pause_after(failures)
            failures += 1
            _LOG.warning("worker.restarted", extra={"ended_with": code, "pause_seconds": pause})
            if not self._again(pause):
                return

    def _again(self, pause: float) -> bool:
        """Start another one after the pause; False if the server ends in the meantime."""
        while not self._told.wait(pause):
            with self._starting:
                if self._told.is_set():
                    return False
                try:
                    self._child, self._ready = _start()
                except OSError as error:
                    pause = _LONGEST_PAUSE
                    _LOG.warning("worker.not_started", extra={"error": error.strerror, "pause_seconds": pause})
                    continue
            return True
        return False

    def end(self) -> None:
        with self._starting:
            self._told.set()
        self._child.terminate()
        try:
            self._child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _start() -> tuple[subprocess.Popen[bytes], int]:
    """A worker, and the end of a pipe on which it says that it works."""
    ready, said = os.pipe()
    command = [sys.executable, "-m", "api.worker", "--parent", str(os.getpid()), "--ready", str(said)]
    try:
        # A group of its own: Ctrl+C reaches the server alone, which then ends its worker in order.
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=[said])  # noqa: S603 - our own module
    except OSError:
        os.close(ready)
        raise
    finally:
        os.close(said)
    return child, ready


def _was_ready(ready: int) -> bool:
    """Of a worker that has ended, so there is nothing to wait for."""
    try:
        return bool(os.read(ready, 1))
    finally:
        os.close(ready)
