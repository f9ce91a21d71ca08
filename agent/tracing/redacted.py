"""A span after redaction: plain values, safe to store and to send."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from agent.tracing.names import MACHINE, SPANS, STATUS
from db.repositories.traces import SpanLine

Redact = Callable[[Sequence[Any]], list[Any]]
"""Redacts values that are recorded together."""

_LONGEST = 16_000
_BLOB = re.compile(r"data:[\w.+-]+/[\w.+-]+;base64,[\w+/=-]+")


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    at_ns: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RedactedSpan:
    """One span as receivers get it; `line` is what the local table keeps of it."""

    line: SpanLine
    kind: SpanKind
    status: str
    events: tuple[Event, ...]


def redacted(spans: Sequence[ReadableSpan], redact: Redact, *, user_id: int) -> list[RedactedSpan]:
    """The spans of one trace with everything that may hold words redacted together: names, attributes, status, events.

    What code alone has made (see `names`) stays as it is.
    """
    shown = redact([words_of(span) for span in spans])
    return [_made(span, _short(words), user_id) for span, words in zip(spans, shown, strict=True)]


def words_of(span: ReadableSpan) -> dict[str, Any]:
    """Everything of a span that may hold words: what is redacted, and what is looked through for names."""
    return {
        "name": None if span.name in SPANS else span.name,
        "status": span.status.description,
        "attributes": {name: value for name, value in (span.attributes or {}).items() if name not in MACHINE},
        "events": [[event.name, dict(event.attributes or {})] for event in span.events],
    }


def _made(span: ReadableSpan, words: Mapping[str, Any], user_id: int) -> RedactedSpan:
    context = span.get_span_context()
    if context is None:
        raise ValueError("a finished span has a context")
    machine = {name: value for name, value in (span.attributes or {}).items() if name in MACHINE}
    status = str(words["status"] or "")
    line = SpanLine(
        span_id=f"{context.span_id:016x}",
        trace_id=f"{context.trace_id:032x}",
        parent_id=f"{span.parent.span_id:016x}" if span.parent else None,
        user_id=user_id,
        name=str(words["name"] or span.name)[:120],
        started_ns=span.start_time or 0,
        ended_ns=span.end_time or 0,
        status="error" if span.status.status_code is StatusCode.ERROR else "ok",
        attributes={**machine, **words["attributes"], **({STATUS: status} if status else {})},
    )
    at = [event.timestamp for event in span.events]
    events = tuple(Event(name, ns, held) for ns, (name, held) in zip(at, words["events"], strict=True))
    return RedactedSpan(line, span.kind, status, events)


def _short(value: Any) -> Any:  # noqa: ANN401 - values of spans
    """Long texts cut, embedded files left out; after redaction, so that no name is cut in two before it is seen."""
    if isinstance(value, str):
        whole = _BLOB.sub("<file>", value) if "base64," in value else value
        return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}… ({len(whole):,} characters)"
    if isinstance(value, Mapping):
        return {name: _short(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_short(part) for part in value]
    return value
