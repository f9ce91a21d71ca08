"""The outlets that the settings ask for. Nothing of a receiver's library is loaded before a trace leaves."""

from __future__ import annotations

from agent.settings import AgentSettings
from agent.tracing.outlets import Outlet, Receiver


def outlets(settings: AgentSettings) -> tuple[Outlet, ...]:
    """An outlet for the OTLP endpoint and one for Langfuse, as far as they are configured."""
    found = []
    if settings.otlp_endpoint:
        found.append(Outlet("OTLP", lambda: _collector(settings)))
    if settings.langfuse_public_key:
        found.append(Outlet("Langfuse", lambda: _langfuse(settings)))
    return tuple(found)


def _collector(settings: AgentSettings) -> Receiver:
    from agent.tracing.otlp import Collector

    return Collector(f"{(settings.otlp_endpoint or '').rstrip('/')}/v1/traces", service=settings.service_name)


def _langfuse(settings: AgentSettings) -> Receiver:
    from agent.tracing.langfuse import LangfuseReceiver

    return LangfuseReceiver(
        settings.langfuse_host,
        public_key=settings.langfuse_public_key or "",
        secret_key=settings.langfuse_secret_key or "",
        service=settings.service_name,
    )
