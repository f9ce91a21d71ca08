"""Starting spans, and handing a finished trace over."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span

from agent.tracing.names import Operation
from agent.tracing.outlets import Outlet
from agent.tracing.redacted import Redact, RedactedSpan, redacted, words_of
from db.repositories.traces import SpanLine
from db.session import Access, Statements

_LAST_CHANCE_SECONDS = 4.0
_next_trace: ContextVar[int | None] = ContextVar("next_trace", default=None)


def new_trace_id() -> str:
    return secrets.token_hex(16)


class _GivenIds(RandomIdGenerator):
    """A turn's trace id is known before its first span, because the answer carries it."""

    def generate_trace_id(self) -> int:
        return _next_trace.get() or super().generate_trace_id()


class _Collector(SpanProcessor):
    def __init__(self) -> None:
        self.finished: dict[int, list[ReadableSpan]] = defaultdict(list)

    def on_end(self, span: ReadableSpan) -> None:
        if span.context is not None:
            self.finished[span.context.trace_id].append(span)


class Tracing:
    """Starts spans, redacts a finished trace once, and hands it to the outlets when its turn has ended."""

    def __init__(self, outlets: Sequence[Outlet] = ()) -> None:
        self.outlets = tuple(outlets)
        self._collector = _Collector()
        self._redacted: dict[str, list[RedactedSpan]] = {}
        # A sampler of the environment would thin out the local traces too.
        provider = TracerProvider(id_generator=_GivenIds(), sampler=ALWAYS_ON, shutdown_on_exit=False)
        provider.add_span_processor(self._collector)
        self._tracer = provider.get_tracer("rainmaker")

    @contextmanager
    def turn(self, trace_id: str, **attributes: Any) -> Iterator[Span]:  # noqa: ANN401 - attribute values are of any plain type
        token = _next_trace.set(int(trace_id, 16))
        try:
            with self.span(
                "turn", gen_ai__operation__name=Operation.TURN, gen_ai__workflow__name="rainmaker", **attributes
            ) as span:
                yield span
        finally:
            _next_trace.reset(token)

    @contextmanager
    def span(self, name: str, *, kind: SpanKind = SpanKind.INTERNAL, **attributes: Any) -> Iterator[Span]:  # noqa: ANN401 - attribute values are of any plain type
        """A span as a child of the running one. An exception marks it and goes on."""
        with self._tracer.start_as_current_span(
            name, kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            set_attributes(span, **attributes)
            try:
                yield span
            except BaseException as error:
                _mark(span, error)
                raise

    def database(self, access: Access, system: str) -> AbstractContextManager[Statements | None]:
        """What the database tells of its sessions: one span for each that is opened inside a turn."""
        if not get_current_span().is_recording():
            return nullcontext()
        return self._session(access, system)

    @contextmanager
    def _session(self, access: Access, system: str) -> Iterator[Statements]:
        # Not the running span: what happens while a session is open is no part of the database's work.
        span = self._tracer.start_span(f"db {access}", kind=SpanKind.CLIENT, record_exception=False)
        statements = Statements()
        try:
            yield statements
        except BaseException as error:
            _mark(span, error)
            raise
        finally:
            set_attributes(
                span, db__system__name=system, db__operation__name=access, rainmaker__statements=statements.count,
                rainmaker__statements_ms=round(1000 * statements.seconds, 3),
            )  # fmt: skip
            span.end()

    def finished(self, trace_id: str, *, user_id: int, redact: Redact) -> list[SpanLine]:
        """The finished spans of a trace, redacted together; `forget` it once they are stored."""
        spans = self._collector.finished.get(int(trace_id, 16), [])
        self._redacted[trace_id] = redacted(spans, redact, user_id=user_id)
        return [span.line for span in self._redacted[trace_id]]

    def texts(self, trace_id: str) -> list[Any]:
        """Everything recorded of a trace that may hold words, not yet redacted: for finding out whom it names."""
        spans = self._collector.finished.get(int(trace_id, 16), [])
        return [words_of(span) for span in spans]

    def forget(self, trace_id: str) -> None:
        """The turn has ended: its redacted trace goes to the outlets, the rest is let go of."""
        self._collector.finished.pop(int(trace_id, 16), None)
        if spans := self._redacted.pop(trace_id, None):
            for outlet in self.outlets:
                outlet.offer(spans)

    def close(self) -> None:
        """Give what waits a last chance to leave, for a few seconds at most."""
        until = time.monotonic() + _LAST_CHANCE_SECONDS
        for outlet in self.outlets:
            outlet.finish()
        for outlet in self.outlets:
            outlet.wait(max(0.0, until - time.monotonic()))


def set_attributes(span: Span, **attributes: Any) -> None:  # noqa: ANN401 - attribute values are of any plain type
    """Attributes by keyword; `__` in a name stands for a dot, None is left out."""
    for name, value in attributes.items():
        if value is not None:
            plain = value if isinstance(value, bool | int | float | tuple) else str(value)
            span.set_attribute(name.replace("__", "."), plain)


def _mark(span: Span, error: BaseException) -> None:
    span.set_status(Status(StatusCode.ERROR, str(error)))
    set_attributes(span, error__type=type(error).__name__)
