"""What a turn did, as spans: OpenTelemetry's own, collected per trace, redacted once, then handed to every receiver.

Receivers are the local table, any OTLP endpoint and Langfuse. None of them ever holds a live span: they are given
values that have been through the turn's scrubber. What leaves the process goes from threads of its own, so a receiver
that is dead, slow or hanging costs a turn nothing.
"""

from agent.tracing.names import Operation
from agent.tracing.outlets import Outlet
from agent.tracing.spans import Tracing, new_trace_id, set_attributes

__all__ = ["Operation", "Outlet", "Tracing", "new_trace_id", "set_attributes"]
