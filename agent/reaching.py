"""Whether the model endpoint and the receivers of traces that the settings name answer, and what stands in the way.

Nothing is asked for that costs anything, and nothing of a workspace is sent.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.settings import AgentSettings

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response

SECONDS = 5.0
_OPENAI = "https://api.openai.com/v1"
_SOME = 5
_REFUSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_MISSING = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of trying one of them; `says` completes its name. `there`: what is not there yet is no fault either."""

    what: str
    ok: bool
    says: str
    there: bool = True


async def tried(settings: AgentSettings, *, seconds: float = SECONDS) -> list[Answer]:
    """Those that are configured, tried at the same time and no longer than `seconds`."""
    from httpx2 import AsyncClient

    async with AsyncClient(timeout=seconds) as client:
        tries = []
        if settings.has_model:
            tries.append(_bounded("model endpoint", _model(client, settings), seconds))
        if settings.otlp_endpoint:
            tries.append(_bounded("OTLP receiver", _collector(client, settings.otlp_endpoint), seconds))
        if settings.langfuse_public_key:
            tries.append(_bounded("Langfuse", _langfuse(client, settings), seconds))
        return list(await asyncio.gather(*tries))


def shown(url: str) -> str:
    """An address without the credentials that may be in it."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


async def _bounded(what: str, trying: Any, seconds: float) -> Answer:  # noqa: ANN401 - a coroutine of (ok, says)
    from httpx2 import HTTPError, InvalidURL, TimeoutException

    try:
        async with asyncio.timeout(seconds):
            ok, says = await trying
    except (TimeoutError, TimeoutException):
        return Answer(what, ok=False, says=f"did not answer within {seconds:g} seconds")
    except (HTTPError, InvalidURL, UnicodeError) as error:
        # What the library says is about the connection; an address in it might carry a password.
        return Answer(what, ok=False, says=f"could not be reached ({type(error).__name__}); check its address")
    return Answer(what, ok, says)


async def _model(client: AsyncClient, settings: AgentSettings) -> tuple[bool, str]:
    """The list of models, which every endpoint gives for nothing."""
    base = settings.openai_base_url or _OPENAI
    headers = {"Authorization": f"Bearer {settings.openai_api_key or 'none'}"}
    got = await client.get(f"{base.rstrip('/')}/models", headers=headers)
    if got.status_code in _REFUSED:
        return False, f"refused the key ({got.status_code}); check OPENAI_API_KEY"
    if got.status_code in _MISSING:
        return True, f"answers at {shown(base)}, without a list of its models: ask it something to be sure"
    if not got.is_success:
        return False, f"answered with an error ({got.status_code})"
    names = _names(got)
    if names is None:
        return False, f"sent something that is no list of models; check OPENAI_BASE_URL ({shown(base)})"
    if names and not any(_means(name, settings.model) for name in names):
        some = ", ".join(sorted(names)[:_SOME]) + (", …" if len(names) > _SOME else "")
        return False, f"does not offer “{settings.model}”, but {some}; check RAINMAKER_MODEL"
    return True, f"answers at {shown(base)}" + (f" and offers {settings.model}" if names else "")


def _names(got: Response) -> list[str] | None:
    try:
        listed = got.json()["data"]
        return [str(one["id"]) for one in listed]
    except (ValueError, KeyError, TypeError):
        return None


def _means(name: str, wanted: str) -> bool:
    """Endpoints list `models/x`, `x:latest` or a pattern such as `*` for what may be called `x`."""
    return wanted in (name, name.rpartition("/")[2], name.partition(":")[0]) or "*" in name


async def _collector(client: AsyncClient, endpoint: str) -> tuple[bool, str]:
    """An export without any span, which is an empty message."""
    got = await client.post(f"{endpoint.rstrip('/')}/v1/traces", content=b"", headers=_export_headers())
    if got.status_code in _REFUSED:
        return False, f"refused the credentials ({got.status_code}); check OTEL_EXPORTER_OTLP_HEADERS"
    if not got.is_success:
        return False, f"answered with an error ({got.status_code}); check OTEL_EXPORTER_OTLP_ENDPOINT"
    return True, f"takes traces at {shown(endpoint)}"


def _export_headers() -> Mapping[str, str]:
    """Those the exporting library takes from the environment by itself, which is why no settings hold them."""
    import os

    from opentelemetry.util.re import parse_env_headers

    given = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_HEADERS") or os.environ.get("OTEL_EXPORTER_OTLP_HEADERS") or ""
    return {**parse_env_headers(given, liberal=True), "Content-Type": "application/x-protobuf"}


async def _langfuse(client: AsyncClient, settings: AgentSettings) -> tuple[bool, str]:
    keys = f"{settings.langfuse_public_key}:{settings.langfuse_secret_key}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(keys).decode()}"}
    got = await client.get(f"{settings.langfuse_host.rstrip('/')}/api/public/projects", headers=headers)
    if got.status_code in _REFUSED:
        return False, f"refused the keys ({got.status_code}); check LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY"
    if not got.is_success:
        return False, f"answered with an error ({got.status_code}); check LANGFUSE_HOST"
    return True, f"knows the keys at {shown(settings.langfuse_host)}"
