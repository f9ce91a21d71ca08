"""Traces to an OpenTelemetry collector over HTTP (`OTEL_EXPORTER_OTLP_ENDPOINT`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from agent.tracing.names import STATUS
from agent.tracing.redacted import RedactedSpan
from agent.version import version

TIMEOUT_SECONDS = 5


class Collector:
    """An OTLP endpoint. `endpoint` is the full address of its traces."""

    def __init__(self, endpoint: str, *, service: str, headers: Mapping[str, str] | None = None) -> None:
        self._resource = resource(service)
        self._exporter = OTLPSpanExporter(
            endpoint=endpoint, headers=headers, timeout=TIMEOUT_SECONDS, compression=Compression.Gzip
        )

    def send(self, spans: Sequence[RedactedSpan]) -> bool:
        return self._exporter.export(readable(spans, self._resource)) is SpanExportResult.SUCCESS

    def close(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]  # the library leaves it without types


def resource(service: str) -> Resource:
    """Who speaks. Nothing is taken over from the environment, which may name people and machines."""
    return Resource({"service.name": service, "service.version": version(), "telemetry.sdk.language": "python"})


def readable(spans: Sequence[RedactedSpan], spoken_by: Resource) -> list[ReadableSpan]:
    """Spans in the library's own form, made of redacted values only."""
    return [_readable(span, spoken_by) for span in spans]


def _readable(span: RedactedSpan, spoken_by: Resource) -> ReadableSpan:
    line = span.line
    return ReadableSpan(
        name=line.name,
        context=_context(line.trace_id, line.span_id),
        parent=_context(line.trace_id, line.parent_id) if line.parent_id else None,
        resource=spoken_by,
        attributes={name: value for name, value in line.attributes.items() if name != STATUS},
        events=[Event(event.name, dict(event.attributes), event.at_ns) for event in span.events],
        kind=span.kind if isinstance(span.kind, SpanKind) else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, span.status or None) if line.status == "error" else Status(StatusCode.UNSET),
        start_time=line.started_ns,
        end_time=line.ended_ns,
        instrumentation_scope=InstrumentationScope("rainmaker", version()),
    )


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))
