"""What must be in order before a server is reached from other machines, and the way out where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.errors import Exposed
from api.settings import ServerSettings
from db.repositories.signing_in import demo_people_live_here
from db.revisions import revision
from db.session import Database
from db.settings import WorkspaceSettings

SHORTEST_SECRET = 32
_FEW_CHARACTERS = 10
_USUAL = ("secret", "changeme", "change-me", "password", "default", "example", "rainmaker", "insecure", "test")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not in order, and the setting that says it is meant so."""

    what: str
    says: str


def findings(server: ServerSettings, workspace: WorkspaceSettings, *, demo: bool) -> list[Finding]:
    """Empty on loopback, and for a server in order.

    Args:
        demo: whether the demo's people live in the workspace.
    """
    if server.on_loopback:
        return []
    found = []
    if demo and not server.insecure_demo:
        found.append(
            Finding(
                "demo people",
                "This workspace holds the demo's people, so it is not shown to other machines: use a workspace of your "
                "own (RAINMAKER_DATABASE_URL), or say --insecure-demo.",
            )
        )
    if (reason := _weak(workspace.secret_key)) and not server.insecure_secret:
        found.append(
            Finding(
                "secret key",
                f"RAINMAKER_SECRET_KEY {reason}: set one made with “openssl rand -base64 48”, or say "
                "--insecure-secret.",
            )
        )
    if not _sealed(server) and not server.insecure_http:
        found.append(
            Finding(
                "TLS",
                "Passwords would cross the network in the clear: give --tls-cert and --tls-key, or name the proxy that "
                "speaks TLS in RAINMAKER_TRUSTED_PROXY with an https:// RAINMAKER_PUBLIC_URL, or say --insecure-http.",
            )
        )
    return found


def refuse(server: ServerSettings, workspace: WorkspaceSettings, *, demo: bool) -> None:
    """Refuse to serve what is not in order.

    Raises:
        Exposed: with one sentence for each thing.
    """
    found = findings(server, workspace, demo=demo)
    if found:
        raise Exposed([one.says for one in found])


async def holds_demo(database: Database) -> bool:
    """Whether the demo's people live in a workspace; one without tables has nobody."""
    async with database.read() as session:
        return await revision(session) is not None and await demo_people_live_here(session)


def _weak(secret: str | None) -> str | None:
    if not secret:
        return "is not set"
    if len(secret) < SHORTEST_SECRET:
        return f"is shorter than {SHORTEST_SECRET} characters"
    plain = secret.casefold()
    for word in _USUAL:
        plain = plain.replace(word, "")
    if len(set(secret)) < _FEW_CHARACTERS or len(plain) < SHORTEST_SECRET // 2:
        return "looks like one out of an example"
    return None


def _sealed(server: ServerSettings) -> bool:
    if server.tls_cert is not None:
        return True
    return bool(server.proxies) and server.by_https


def tls_options(server: ServerSettings) -> dict[str, Any]:
    """For uvicorn: the certificate, and whose word about the caller is taken (nobody's, unless a proxy is named)."""
    options: dict[str, Any] = {"proxy_headers": bool(server.proxies), "forwarded_allow_ips": server.proxies or ""}
    if server.tls_cert is not None:
        options |= {"ssl_certfile": str(server.tls_cert), "ssl_keyfile": str(server.tls_key)}
    return options
