"""The HTTP side of the scripted model: receives, records, and sends what the script says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from typing import Protocol

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from evals.doubles.openai.completion import CREATED, chunks, complete, dumps, whole
from evals.doubles.openai.errors import ScriptError
from evals.doubles.openai.refusals import error_object, reason_to_refuse
from evals.doubles.openai.replies import Answer, CutStream, Fail, Hang, Reply
from evals.doubles.openai.request import ChatRequest, received

_DROP = "evals.drop"
NO_RETRY = {"x-should-retry": "false"}


class Host(Protocol):
    """What the application needs from the server object around it."""

    api_key: str
    models: tuple[str, ...]
    closing: asyncio.Event

    def record(self, request: ChatRequest) -> None: ...
    def next_number(self) -> int: ...
    def reply_to(self, request: ChatRequest) -> Reply: ...


def build(host: Host) -> ASGIApp:
    """The application: `/v1/models` and `/v1/chat/completions`."""

    async def models(http: Request) -> Response:
        request = await _receive(host, http)
        if not request.authorised:
            return _unauthorised()
        listed = [{"id": name, "object": "model", "created": CREATED, "owned_by": "script"} for name in host.models]
        return JSONResponse({"object": "list", "data": listed})

    app = Starlette(
        routes=[
            Route("/v1/models", models),
            Route("/v1/chat/completions", _Chat(host), methods=["POST"]),
        ]
    )
    return _droppable(app)


class _Chat:
    """`/v1/chat/completions`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await _receive(self._host, Request(scope, receive))
        except ClientDisconnect:
            return  # it gave up before it had said what it wanted
        reply = self._choose(request)
        if isinstance(reply, Hang):
            await self._silence(reply.seconds, receive)
            if reply.then is None:
                await _drop(scope)
                return
            reply = reply.then
        if isinstance(reply, CutStream):
            await self._cut(reply, request, scope, receive, send)
            return
        response = reply if isinstance(reply, Response) else _response(reply, request)
        await response(scope, receive, send)

    def _choose(self, request: ChatRequest) -> Reply | Response:
        if not request.authorised:
            return _unauthorised()
        if complaint := reason_to_refuse(request):
            return JSONResponse(error_object(400, complaint), status_code=400, headers=_headers(request))
        try:
            return self._host.reply_to(request)
        except ScriptError as broken:
            # The host keeps it and raises it where the test can see it; the client must not try again.
            return JSONResponse(error_object(400, str(broken), code="script_broken"), status_code=400, headers=NO_RETRY)

    async def _silence(self, seconds: float, receive: Receive) -> None:
        """Wait, but not longer than the client or the server do."""
        ends = {asyncio.ensure_future(self._host.closing.wait()), asyncio.ensure_future(receive())}
        _, pending = await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for end in pending:
            end.cancel()

    async def _cut(self, cut: CutStream, request: ChatRequest, scope: Scope, receive: Receive, send: Send) -> None:
        if request.streams:
            sent = "".join(islice(_events(cut.answer, request), cut.after_chunks))
            if cut.error is not None:
                sent += _event(error_object(500, cut.error))
            headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        else:
            body = dumps(whole(complete(cut.answer, request)))
            sent = body[: len(body) // 2]
            length = str(len(body.encode())).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": sent.encode(), "more_body": True})
        if cut.silence:
            await self._silence(cut.silence, receive)
        await _drop(scope)


def _response(reply: Answer | Fail, request: ChatRequest) -> Response:
    if isinstance(reply, Fail):
        headers = {**_headers(request), **reply.headers}
        body = error_object(reply.status) if reply.body is None else reply.body
        if isinstance(body, str):
            return Response(body, status_code=reply.status, headers=headers, media_type="text/html")
        return JSONResponse(dict(body), status_code=reply.status, headers=headers)
    if request.streams:
        stream = _stream(reply, request)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_headers(request))
    return JSONResponse(whole(complete(reply, request)), headers=_headers(request))


async def _stream(answer: Answer, request: ChatRequest) -> AsyncIterator[str]:
    for event in _events(answer, request):
        yield event
    yield "data: [DONE]\n\n"


def _events(answer: Answer, request: ChatRequest) -> Iterator[str]:
    return (_event(chunk) for chunk in chunks(complete(answer, request), with_usage=request.wants_usage))


def _event(data: object) -> str:
    return f"data: {dumps(data)}\n\n"


async def _receive(host: Host, http: Request) -> ChatRequest:
    number = host.next_number()
    request = received(
        number=number,
        method=http.method,
        path=str(http.url.path) + (f"?{http.url.query}" if http.url.query else ""),
        headers=dict(http.headers),
        body=await http.body(),
        authorised=http.headers.get("authorization") == f"Bearer {host.api_key}",
    )
    host.record(request)
    return request


def _headers(request: ChatRequest) -> dict[str, str]:
    return {"x-request-id": f"req_{request.number}"}


def _unauthorised() -> Response:
    return JSONResponse(error_object(401), status_code=401)


def _droppable(app: ASGIApp) -> ASGIApp:
    """Give the application the means to close the connection, which ASGI itself has none for.

    uvicorn hands over a bound method of the object that holds the connection; inner layers wrap it.
    """

    async def outermost(scope: Scope, receive: Receive, send: Send) -> None:
        scope[_DROP] = send.__self__.transport.close  # type: ignore[attr-defined]  # see above
        await app(scope, receive, send)

    return outermost


async def _drop(scope: Scope) -> None:
    close: Callable[[], None] = scope[_DROP]
    close()
    await asyncio.sleep(0)  # lets the connection report that it is gone before this handler ends
