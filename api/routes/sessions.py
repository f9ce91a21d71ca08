"""Signing in: with e-mail and password, a token, a link from us or, in a demo on loopback, by picking a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agent.runtime import Runtime
from api.dependencies import COOKIE, CurrentRuntime, bearer_of, session_of
from api.errors import SignInRefused, Unauthenticated
from api.settings import LOOPBACK, ServerSettings
from db.access import Actor
from db.deeds import Deed
from db.repositories import audit, credentials, signing_in
from db.repositories.credentials import Bearer
from db.repositories.people import demo_people
from db.repositories.signing_in import Entered

router = APIRouter(prefix="/session", tags=["session"])
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
Address = Annotated[str, Field(max_length=254, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$")]
Password = Annotated[str, Field(min_length=1, max_length=1_000)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class SignIn(BaseModel):
    """Either a token, or e-mail and password."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str | None, Field(max_length=200)] = None
    email: Annotated[str | None, Field(max_length=254)] = None
    password: Password | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SignIn:
        by_password = self.email is not None and self.password is not None
        half = (self.email is None) is not (self.password is None)
        if half or by_password is (self.token is not None):
            raise ValueError("send either a token, or email and password")
        return self


class DemoPerson(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Code
    password: Password


class FirstAdministrator(NewPassword):
    email: Address
    name: Annotated[str, Field(max_length=120, pattern=r"\S")]


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


@router.post("", summary="Sign in with e-mail and password, or with a token")
async def sign_in(body: SignIn, request: Request, response: Response, runtime: CurrentRuntime) -> SessionShape:
    """Too many attempts from one place, or very many at one address, are held off for a quarter of an hour."""
    if body.token is not None:
        bearer = await bearer_of(request, body.token.strip())
        return await _begin(request, response, runtime, bearer.actor, by="token", bearer=bearer)
    client = request.client.host if request.client else ""
    entered = await signing_in.by_password(runtime.database, body.email or "", body.password or "", client=client)
    if entered is None:
        raise SignInRefused
    return _cookie(request, response, entered)


@router.post("/setup", summary="Make the first administrator, with the link that “rainmaker serve” prints")
async def set_up(
    body: FirstAdministrator, request: Request, response: Response, runtime: CurrentRuntime
) -> SessionShape:
    entered = await signing_in.set_up(
        runtime.database, body.code, email=body.email, name=body.name, password=body.password
    )
    return _cookie(request, response, entered)


@router.post("/password", summary="Set a password, with the link of an invitation")
async def set_password(
    body: NewPassword, request: Request, response: Response, runtime: CurrentRuntime
) -> SessionShape:  # fmt: skip
    entered = await signing_in.set_password(runtime.database, body.code, body.password)
    return _cookie(request, response, entered)


@router.post("/demo", summary="Be one of the demo's people (demo company on loopback only)")
async def as_demo_person(
    body: DemoPerson, request: Request, response: Response, runtime: CurrentRuntime
) -> SessionShape:
    people = await demo_choices(request)
    actor = next((one for one in people if one.email == body.email), None)
    if actor is None:
        raise Unauthenticated
    return await _begin(request, response, runtime, actor, by="demo")


@router.delete("", summary="Sign out")
async def end(request: Request, response: Response, runtime: CurrentRuntime) -> dict[str, str]:
    cookie = request.cookies.get(COOKIE)
    signed_in = await session_of(request)
    if cookie and signed_in is not None:
        async with runtime.database.write() as session:
            await credentials.sign_out(session, cookie)
            await audit.record(session, signed_in.actor, Deed.SIGNED_OUT)
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


async def _begin(
    request: Request, response: Response, runtime: Runtime, actor: Actor, *, by: str, bearer: Bearer | None = None
) -> SessionShape:  # fmt: skip
    async with runtime.database.write() as session:
        entered = await signing_in.open_session(session, actor, by=by, bearer=bearer)
    return _cookie(request, response, entered)


def _cookie(request: Request, response: Response, entered: Entered) -> SessionShape:
    settings: ServerSettings = request.app.state.server
    response.set_cookie(
        COOKIE, entered.cookie, max_age=int(credentials.SESSION_LIFETIME.total_seconds()), httponly=True,
        samesite="lax", secure=settings.by_https or request.url.scheme == "https",
    )  # fmt: skip
    actor = entered.actor
    return SessionShape(email=actor.email, name=actor.name, role=actor.role, csrf_token=entered.csrf_token)
