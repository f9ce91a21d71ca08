"""Who is asking: a bearer token, or the session cookie with its CSRF token."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Request

from agent.runtime import Runtime
from api.errors import CsrfMismatch, Unauthenticated
from db.access import Actor
from db.repositories import credentials

COOKIE = "rainmaker_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


async def session_of(request: Request) -> credentials.SignedIn | None:
    """The browser session of a request, if its cookie is valid."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    async with runtime_of(request).database.read() as session:
        return await credentials.session_of(session, cookie)


async def bearer_of(request: Request, secret: str) -> credentials.Bearer:
    """Whom a token belongs to; that it is in use is written down once a minute.

    Raises:
        Unauthenticated: it is no token, or was revoked or has expired.
    """
    database = runtime_of(request).database
    async with database.read() as session:
        bearer = await credentials.bearer_of(session, secret)
    if bearer is None:
        raise Unauthenticated
    if bearer.unnoticed:
        async with database.write() as write:
            await credentials.notice(write, bearer.token_id)
    return bearer


async def actor_of(request: Request) -> Actor:
    """The person behind a request.

    Raises:
        Unauthenticated: neither a valid token nor a valid session.
        CsrfMismatch: a session without its CSRF token on a request that changes something.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secret:
        return (await bearer_of(request, secret.strip())).actor
    signed_in = await session_of(request)
    if signed_in is None:
        raise Unauthenticated
    if request.method not in _SAFE and not secrets.compare_digest(
        request.headers.get(CSRF_HEADER, ""), signed_in.csrf_token
    ):
        raise CsrfMismatch
    return signed_in.actor


CurrentActor = Annotated[Actor, Depends(actor_of)]
CurrentRuntime = Annotated[Runtime, Depends(runtime_of)]
