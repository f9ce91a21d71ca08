"""Traces to Langfuse, through its own client.

The client's `mask` has been seen to leak through user id, span name, exception text and status. So it is only ever
given spans that were redacted before, and its exporter takes no others.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from langfuse import Langfuse
from langfuse._client.resource_manager import LangfuseResourceManager
from langfuse.logger import console_handler
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from agent.tracing.otlp import TIMEOUT_SECONDS, readable, resource
from agent.tracing.redacted import RedactedSpan

_PATH = "/api/public/otel/v1/traces"
_INPUT = "langfuse.observation.input"
_OUTPUT = "langfuse.observation.output"
# What Langfuse shows on its own pages -> where our spans keep it.
_SHOWN = {
    "session.id": ("gen_ai.conversation.id",),
    _INPUT: ("rainmaker.question", "gen_ai.input.messages", "gen_ai.tool.call.arguments"),
    _OUTPUT: ("gen_ai.output.messages", "rainmaker.plan"),
    "langfuse.observation.status_message": ("rainmaker.status", "rainmaker.error"),
}


class LangfuseReceiver:
    """One Langfuse project."""

    def __init__(self, host: str, *, public_key: str, secret_key: str, service: str) -> None:
        self._resource = resource(service)
        self._gate = _Gate(_exporter(host, public_key, secret_key))
        provider = _Provider(resource=self._resource, shutdown_on_exit=False)
        self._client = Langfuse(
            public_key=public_key,
            secret_key=secret_key,
            base_url=host,
            timeout=TIMEOUT_SECONDS,
            tracer_provider=provider,
            span_exporter=self._gate,
            should_export_span=self._gate.knows,
        )
        # Nobody else in this process finds this client by its key and sends through it what was not redacted.
        LangfuseResourceManager._instances.pop(public_key, None)
        self._processor = provider.given
        # On import the library writes what httpx logs to standard error, past every filter of ours.
        logging.getLogger("httpx").removeHandler(console_handler)

    def send(self, spans: Sequence[RedactedSpan]) -> bool:
        handed = readable([_for_pages(span) for span in spans], self._resource)
        self._gate.opens(handed)
        for span in handed:
            self._processor.on_end(span)
        self._processor.force_flush()
        return self._gate.took_everything()

    def close(self) -> None:
        self._client.shutdown()


class _Provider(TracerProvider):
    """Keeps the processor that the client installs, so that finished spans can be handed to it."""

    given: SpanProcessor

    def add_span_processor(self, span_processor: SpanProcessor) -> None:
        self.given = span_processor


class _Gate(SpanExporter):
    """Lets the spans of the trace at hand through and nothing else, and knows what became of them."""

    def __init__(self, behind: SpanExporter) -> None:
        self._behind = behind
        self._open: set[int] = set()
        self._refused = False

    def opens(self, spans: Sequence[ReadableSpan]) -> None:
        self._open = {span.context.span_id for span in spans if span.context}
        self._refused = False

    def knows(self, span: ReadableSpan) -> bool:
        return span.context is not None and span.context.span_id in self._open

    def took_everything(self) -> bool:
        return not self._open and not self._refused

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        ours = [span for span in spans if self.knows(span)]
        result = self._behind.export(ours) if ours else SpanExportResult.SUCCESS
        self._refused = self._refused or result is not SpanExportResult.SUCCESS
        self._open -= {span.context.span_id for span in ours if span.context}
        return result

    def shutdown(self) -> None:
        self._behind.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._behind.force_flush(timeout_millis)


def _exporter(host: str, public_key: str, secret_key: str) -> OTLPSpanExporter:
    credentials = base64.b64encode(f"{public_key}:{secret_key}".encode()).decode("ascii")
    headers = {
        "Authorization": f"Basic {credentials}",
        "x-langfuse-sdk-name": "python",
        "x-langfuse-public-key": public_key,
        "x-langfuse-ingestion-version": "4",
    }
    return OTLPSpanExporter(
        endpoint=f"{host.rstrip('/')}{_PATH}", headers=headers, timeout=TIMEOUT_SECONDS, compression=Compression.Gzip
    )


def _for_pages(span: RedactedSpan) -> RedactedSpan:
    """The span with what Langfuse shows under the names it shows it by."""
    held = span.line.attributes
    more: dict[str, Any] = {
        shown: next((held[name] for name in names if name in held), None) for shown, names in _SHOWN.items()
    }
    if "rainmaker.cost_usd" in held:
        more["langfuse.observation.cost_details"] = json.dumps({"total": float(held["rainmaker.cost_usd"])})
    if span.line.parent_id is None:
        more["langfuse.trace.name"] = "turn"
    return replace(span, line=replace(span.line, attributes=_filled(held, more)))


def _filled(held: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    return {**held, **{name: value for name, value in more.items() if value is not None}}
