"""The way of redacted traces out of this process: a bounded queue and a thread for each receiver.

Offering never waits and never fails. What does not fit is dropped and counted; what a receiver refuses is counted too.
Each loss is said as `trace.dropped` with its reason and how many traces it took, never with anything of a trace.
The receiver's library is loaded by the thread, when the first trace leaves.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.tracing.redacted import RedactedSpan

_LOG = logging.getLogger("rainmaker.tracing")
_MOST_WAITING = 200
_SAY_EVERY_SECONDS = 60.0
_BATCH = 20


class Receiver(Protocol):
    """Where traces go."""

    def send(self, spans: Sequence[RedactedSpan]) -> bool:
        """Whether the spans were taken. May be slow; what it raises counts as a refusal."""

    def close(self) -> None: ...


class Loss(StrEnum):
    """Why traces do not arrive."""

    FULL = "queue full"
    CLOSING = "closing"
    REFUSED = "refused by the receiver"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class OutletState:
    """What has become of the traces offered so far."""

    name: str
    sent: int
    dropped: int
    waiting: int


class Outlet:
    """One receiver's queue. `opens` makes the receiver, in the thread that will use it."""

    def __init__(self, name: str, opens: Callable[[], Receiver], *, most_waiting: int = _MOST_WAITING) -> None:
        self.name = name
        self._opens = opens
        self._most = most_waiting
        self._waiting: deque[Sequence[RedactedSpan]] = deque()
        self._bell = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ending = False
        self._sent = self._dropped = 0
        self._unsaid: Counter[str] = Counter()
        self._said_at: dict[str, float] = {}

    @property
    def state(self) -> OutletState:
        with self._bell:
            return OutletState(self.name, self._sent, self._dropped, len(self._waiting))

    def offer(self, trace: Sequence[RedactedSpan]) -> None:
        """Queue a trace, in microseconds; when the queue is full it is dropped."""
        with self._bell:
            if self._ending or len(self._waiting) >= self._most:
                self._lose(1, Loss.CLOSING if self._ending else Loss.FULL)
                return
            self._waiting.append(trace)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=f"traces to {self.name}", daemon=True)
                self._thread.start()
            self._bell.notify()

    def finish(self) -> None:
        """Take nothing more; the thread ends once the queue is empty."""
        with self._bell:
            self._ending = True
            self._bell.notify()

    def wait(self, seconds: float) -> None:
        """Wait for the thread to end, and no longer than `seconds`: a receiver that hangs keeps nobody."""
        if self._thread is not None:
            self._thread.join(seconds)
        with self._bell:
            self._lose(len(self._waiting), Loss.CLOSING)
            self._waiting.clear()
            for reason in list(self._unsaid):
                self._say(reason)

    def _work(self) -> None:
        receiver: Receiver | None = None
        while batch := self._next():
            loss = None
            try:
                receiver = receiver or self._opens()
                if not receiver.send([span for trace in batch for span in trace]):
                    loss = str(Loss.REFUSED)
            except Exception as error:  # noqa: BLE001 - a foreign library on a thread of its own; the event says it
                # The kind alone: the text of an error may quote what was sent.
                loss = f"{Loss.FAILED}: {type(error).__name__}"
            with self._bell:
                if loss is None:
                    self._sent += len(batch)
                else:
                    self._lose(len(batch), loss)
        if receiver is not None:
            receiver.close()

    def _next(self) -> list[Sequence[RedactedSpan]]:
        """The traces to send together; none when it is time to end."""
        with self._bell:
            while not self._waiting and not self._ending:
                self._bell.wait()
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]

    def _lose(self, traces: int, reason: str) -> None:
        """With the bell held. A reason is said at once the first time, then once a minute at most."""
        if not traces:
            return
        self._dropped += traces
        self._unsaid[reason] += traces
        said_at = self._said_at.get(reason)
        if said_at is None or time.monotonic() - said_at > _SAY_EVERY_SECONDS:
            self._say(reason)

    def _say(self, reason: str) -> None:
        lost = {"receiver": self.name, "reason": str(reason), "traces": self._unsaid.pop(reason)}
        _LOG.warning("trace.dropped", extra=lost)
        self._said_at[reason] = time.monotonic()
