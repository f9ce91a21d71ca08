"""An OTLP receiver on loopback that decodes what arrives and keeps every byte of it; it can refuse, hang and die."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

LOOPBACK = "127.0.0.1"
_LONGEST_HANG = 60.0


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """A span as it arrived."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    kind: int
    status: str
    milliseconds: float
    attributes: dict[str, Any]
    resource: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the body as the sender wrote it, before compression."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class OtlpReceiver:
    """`with OtlpReceiver() as receiver: ... receiver.endpoint ... receiver.spans`.

    Attributes:
        status: what requests are answered with.
        hangs: say nothing, until the block ends.
    """

    traces_path: str = "/v1/traces"
    status: int = 200
    hangs: bool = False
    requests: list[Received] = field(default_factory=list)
    _arrived: threading.Condition = field(default_factory=threading.Condition)
    _over: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        server = self._server = _Server((LOOPBACK, 0), _handler(self))
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="otlp-receiver", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.die()

    def die(self) -> None:
        """Close the port; connections are refused from now on."""
        self._over.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self._server = None

    @property
    def endpoint(self) -> str:
        """What `OTEL_EXPORTER_OTLP_ENDPOINT` is set to."""
        if self._server is None:
            raise ConnectionError("the receiver is not running")
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def spans(self) -> list[ReceivedSpan]:
        """Every span received with status 200, in order of arrival."""
        return [span for one in list(self.requests) if one.path == self.traces_path for span in decoded(one.body)]

    def wait_for(self, requests: int = 1, *, seconds: float = 20.0) -> None:
        """Until that many requests have arrived.

        Raises:
            TimeoutError: they did not.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= requests, timeout=seconds):
                raise TimeoutError(f"{len(self.requests)} of {requests} requests arrived in {seconds} s")

    def leaks(self, values: Iterable[str]) -> set[str]:
        """Which of `values` arrived, in any body, path or header, also behind JSON escapes."""
        sent = b"\n".join(_bytes_of(one) for one in list(self.requests)).decode("utf-8", "replace").lower()
        escaped = sent.encode("ascii", "backslashreplace").decode("ascii")
        return {value for value in values if value.lower() in sent or _escaped(value) in escaped}

    def answer(self, request: Received) -> int:
        """The status of the answer; what arrived is kept in any case."""
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
        if self.hangs:
            self._over.wait(_LONGEST_HANG)
        return self.status


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the base class's signature
        """A client that has given up is no error of the receiver's."""


def _handler(host: OtlpReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name the base class looks for
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            plain = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = host.answer(Received(self.path, headers, plain))
            said = ExportTraceServiceResponse().SerializeToString() if status == 200 else b"refused"
            self.send_response(status)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST  # noqa: N815 - the name the base class looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
            """Nothing: a double does not write to standard error."""

    return Handler


def decoded(body: bytes) -> list[ReceivedSpan]:
    """The spans of one export request."""
    request = ExportTraceServiceRequest.FromString(body)
    return [
        ReceivedSpan(
            span.name, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(), span.kind,
            span.status.message, (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6,
            {one.key: _plain(one.value) for one in span.attributes},
            {one.key: _plain(one.value) for one in group.resource.attributes},
        )
        for group in request.resource_spans for scope in group.scope_spans for span in scope.spans
    ]  # fmt: skip


def _plain(value: AnyValue) -> Any:  # noqa: ANN401 - attribute values are of any plain type
    held = value.WhichOneof("value")
    if held == "array_value":
        return [_plain(one) for one in value.array_value.values]
    return getattr(value, held) if held else None


def _bytes_of(request: Received) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
    return request.body + b"\n" + request.path.encode() + b"\n" + headers.encode("utf-8", "replace")


def _escaped(value: str) -> str:
    return value.lower().encode("ascii", "backslashreplace").decode("ascii").replace("\\x", "\\u00")
