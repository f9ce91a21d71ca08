"""Spans of a turn: OpenTelemetry's own, collected per trace, redacted once, then exported.

Attribute names follow the GenAI semantic conventions (`gen_ai.operation.name`, `gen_ai.usage.input_tokens`, ...).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import Span, Status, StatusCode

from db.repositories.traces import SpanLine

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
    """Starts spans and hands a finished trace over as rows."""

    def __init__(self) -> None:
        self._collector = _Collector()
        provider = TracerProvider(id_generator=_GivenIds(), shutdown_on_exit=False)
        provider.add_span_processor(self._collector)
        self._tracer = provider.get_tracer("rainmaker")

    @contextmanager
    def turn(self, trace_id: str, **attributes: Any) -> Iterator[Span]:  # noqa: ANN401 - attribute values are of any plain type
        token = _next_trace.set(int(trace_id, 16))
        try:
            with self.span("turn", **attributes) as span:
                yield span
        finally:
            _next_trace.reset(token)

    @contextmanager
    def span(self, name: str, **attributes: Any) -> Iterator[Span]:  # noqa: ANN401 - attribute values are of any plain type
        """A span as a child of the running one. An exception marks it and goes on."""
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            set_attributes(span, **attributes)
            try:
                yield span
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR))
                set_attributes(span, error_type=type(error).__name__, error_message=str(error))
                raise

    def finished(self, trace_id: str, *, user_id: int, redact: Callable[[Sequence[Any]], list[Any]]) -> list[SpanLine]:
        """The finished spans of a trace, their attributes redacted together; `forget` them once they are stored."""
        spans = self._collector.finished.get(int(trace_id, 16), [])
        attributes = redact([dict(span.attributes or {}) for span in spans])
        return [_line(span, user_id, shown) for span, shown in zip(spans, attributes, strict=True)]

    def forget(self, trace_id: str) -> None:
        """Let go of a trace whose turn has ended."""
        self._collector.finished.pop(int(trace_id, 16), None)


def set_attributes(span: Span, **attributes: Any) -> None:  # noqa: ANN401 - attribute values are of any plain type
    """Attributes by keyword; `__` in a name stands for a dot, None is left out."""
    for name, value in attributes.items():
        if value is not None:
            plain = value if isinstance(value, bool | int | float) else str(value)
            span.set_attribute(name.replace("__", "."), plain)


def _line(span: ReadableSpan, user_id: int, attributes: dict[str, Any]) -> SpanLine:
    context = span.get_span_context()
    if context is None:
        raise ValueError("a finished span has a context")
    parent = f"{span.parent.span_id:016x}" if span.parent else None
    return SpanLine(
        span_id=f"{context.span_id:016x}",
        trace_id=f"{context.trace_id:032x}",
        parent_id=parent,
        user_id=user_id,
        name=span.name,
        started_ns=span.start_time or 0,
        ended_ns=span.end_time or 0,
        status="error" if span.status.status_code is StatusCode.ERROR else "ok",
        attributes=attributes,
    )
