"""A server that other machines reach is safe, or is told to be otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from agent.settings import AgentSettings
from api.app import build
from api.errors import Exposed
from api.exposure import findings, tls_options
from api.settings import ServerSettings
from db.settings import WorkspaceSettings

STRONG = "pZ3v0b1Y6dQm9sX2kT8wR4uL7nJ5hG1cF0aE"
OUT = {"host": "0.0.0.0"}  # noqa: S104 - never bound
TLS = {"tls_cert": Path("c.pem"), "tls_key": Path("k.pem")}
PROXY = {"trusted_proxy": "10.0.0.1", "public_url": "https://crm.example"}


def what(server: dict[str, Any], secret: str | None = STRONG, *, demo: bool = False) -> list[str]:
    workspace = WorkspaceSettings(secret_key=secret)
    return [one.what for one in findings(ServerSettings(**server), workspace, demo=demo)]


@pytest.mark.parametrize("server", [{}, {"public_url": "http://localhost:8000"}, {"host": "::1"}])
def test_on_this_machine_nothing_is_asked_for(server: dict[str, Any]) -> None:
    assert what(server, None, demo=True) == []


@pytest.mark.parametrize("server", [OUT | TLS, OUT | PROXY, PROXY, OUT | {"insecure_http": True}])
def test_a_server_in_order_is_served(server: dict[str, Any]) -> None:
    assert what(server) == []


@pytest.mark.parametrize(
    "server",
    [OUT, OUT | {"public_url": "https://crm.example"}, OUT | {"trusted_proxy": "10.0.0.1"},
     {"trusted_proxy": "10.0.0.1", "public_url": "http://crm.example"}, {"public_url": "https://crm.example"}],
)  # fmt: skip
def test_passwords_do_not_cross_the_network_in_the_clear(server: dict[str, Any]) -> None:
    assert what(server) == ["TLS"]


@pytest.mark.parametrize(
    "secret", [None, "", "short", "a" * 64, "changeme" * 8, "secret-secret-secret-secret-secret", "abcabcabc" * 6]
)
def test_a_secret_that_is_missing_short_or_usual_is_refused(secret: str | None) -> None:
    assert what(OUT | TLS, secret) == ["secret key"]
    assert what(OUT | TLS | {"insecure_secret": True}, secret) == []


def test_the_demo_is_not_shown_to_other_machines_unless_told() -> None:
    assert what(OUT | TLS, demo=True) == ["demo people"]
    assert what(OUT | TLS | {"insecure_demo": True}, demo=True) == []


@pytest.mark.parametrize("wrong", [{"tls_cert": Path("c.pem")}, {"trusted_proxy": "proxy"}, {"public_url": "ftp://x"}])
def test_a_setting_that_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ServerSettings(**wrong)


def test_nobody_is_believed_about_the_caller_unless_a_proxy_is_named() -> None:
    assert tls_options(ServerSettings())["proxy_headers"] is False
    assert tls_options(ServerSettings(**PROXY))["forwarded_allow_ips"] == ["10.0.0.1"]  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_however_it_is_started_an_exposed_server_does_not_start(settings: WorkspaceSettings) -> None:
    application = build(settings, AgentSettings(), ServerSettings(host="0.0.0.0"), pages=False)  # noqa: S104
    with pytest.raises(Exposed, match="demo"):
        async with application.router.lifespan_context(application):
            raise AssertionError
