"""An enrichment provider on loopback that keeps what it was sent; it can refuse, redirect, hang, flood and babble."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

LOOPBACK = "127.0.0.1"
_LONGEST_HANG = 30.0


@dataclass(slots=True)
class EnrichmentProvider:
    """`with EnrichmentProvider() as provider: ... provider.url ... provider.asked`.

    Attributes:
        suggestions: what every question is answered with.
        status: of the answer; `location` is where a redirect leads.
        raw: sent in place of the suggestions.
        hangs: say nothing, until the block ends.
    """

    suggestions: list[Any] = field(default_factory=list)
    status: int = 200
    location: str = ""
    raw: bytes | None = None
    hangs: bool = False
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    _released: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://{LOOPBACK}:{self._server.server_port}/enrich"

    def __enter__(self) -> Self:
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                double.asked.append(json.loads(self.rfile.read(length)))
                double.tokens.append(self.headers.get("Authorization", ""))
                if double.hangs:
                    double._released.wait(_LONGEST_HANG)
                    return
                body = (
                    double.raw if double.raw is not None else json.dumps({"suggestions": double.suggestions}).encode()
                )
                self.send_response(double.status)
                if double.location:
                    self.send_header("Location", double.location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
