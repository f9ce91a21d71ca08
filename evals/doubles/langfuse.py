"""What the Langfuse client talks to: an OTLP receiver behind the two keys, which keeps everything else that is sent."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from evals.doubles.otlp import OtlpReceiver, Received


@dataclass(slots=True)
class LangfuseDouble(OtlpReceiver):
    """`with LangfuseDouble() as langfuse: ... langfuse.endpoint` is what `LANGFUSE_HOST` is set to."""

    traces_path: str = "/api/public/otel/v1/traces"
    public_key: str = "pk-lf-double"
    secret_key: str = "sk-lf-double"  # noqa: S105 - opens nothing

    def answer(self, request: Received) -> int:
        status = OtlpReceiver.answer(self, request)
        expected = base64.b64encode(f"{self.public_key}:{self.secret_key}".encode()).decode("ascii")
        return status if request.headers.get("authorization") == f"Basic {expected}" else 401
