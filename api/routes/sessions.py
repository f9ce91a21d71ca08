"""Signing in with a token or, in a demo on loopback, by picking a person."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from agent.runtime import Runtime
from api.dependencies import COOKIE, CurrentRuntime, session_of
from api.errors import Unauthenticated
from api.settings import LOOPBACK, ServerSettings
from db.access import Actor
from db.repositories import credentials
from db.repositories.people import demo_people

router = APIRouter(prefix="/session", tags=["session"])
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: str


class DemoPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str


class SessionShape(BaseModel):
    email: str
    name: str
    role: str
    csrf_token: str


@router.get("", summary="Who is signed in")
async def current(request: Request) -> SessionShape:
    signed_in = await session_of(request)
    if signed_in is None:
        raise Unauthenticated
    actor = signed_in.actor
    return SessionShape(email=actor.email, name=actor.name, role=actor.role, csrf_token=signed_in.csrf_token)


@router.post("", summary="Sign in with a token")
async def with_token(body: SignIn, request: Request, response: Response, runtime: CurrentRuntime) -> SessionShape:
    async with runtime.database.read() as session:
        actor = await credentials.actor_of_token(session, body.token.strip())
    if actor is None:
        raise Unauthenticated
    return await _begin(request, response, runtime, actor)


@router.post("/demo", summary="Be one of the demo's people (demo company on loopback only)")
async def as_demo_person(
    body: DemoPerson, request: Request, response: Response, runtime: CurrentRuntime
) -> SessionShape:
    people = await demo_choices(request)
    actor = next((one for one in people if one.email == body.email), None)
    if actor is None:
        raise Unauthenticated
    return await _begin(request, response, runtime, actor)


@router.delete("", summary="Sign out")
async def end(request: Request, response: Response, runtime: CurrentRuntime) -> dict[str, str]:
    cookie = request.cookies.get(COOKIE)
    if cookie:
        async with runtime.database.write() as session:
            await credentials.sign_out(session, cookie)
    response.delete_cookie(COOKIE)
    return {"status": "signed out"}


async def demo_choices(request: Request) -> tuple[Actor, ...]:
    """The demo's people, where one may pick a person: the server and the caller are on this machine.

    Behind a reverse proxy every caller seems to be on this machine, so whatever was forwarded is refused.
    """
    settings: ServerSettings = request.app.state.server
    client = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in _FORWARDED)
    if not settings.on_loopback or client not in LOOPBACK or forwarded:
        return ()
    async with request.app.state.runtime.database.read() as session:
        return await demo_people(session)


async def _begin(request: Request, response: Response, runtime: Runtime, actor: Actor) -> SessionShape:
    async with runtime.database.write() as session:
        secret, csrf = await credentials.sign_in(session, actor.user_id)
    response.set_cookie(
        COOKIE, secret, max_age=int(credentials.SESSION_LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return SessionShape(email=actor.email, name=actor.name, role=actor.role, csrf_token=csrf)
