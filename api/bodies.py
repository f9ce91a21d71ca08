"""How much of a request's body is taken in. It is read before anybody is asked who they are, so it is bounded first."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, problem


class BodyLimit:
    """Refuses a body by the length it declares, and one that declares none as soon as more than that has come.

    No route takes files; one that does needs a limit of its own beside this one.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        """`limit`: bytes."""
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _declared(scope) > self._limit:
            await _refuse(self._limit, scope, receive, send)
        else:
            await self._counting(scope, receive, send)

    async def _counting(self, scope: Scope, receive: Receive, send: Send) -> None:
        taken, begun = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._limit:
                raise BodyTooLarge(self._limit)
            return message

        async def unless_refused(message: Message) -> None:
            # What the route makes of a body that broke off is not told.
            nonlocal begun
            if begun or taken <= self._limit:
                begun = True
                await send(message)

        try:
            await self._app(scope, counted, unless_refused)
        except BodyTooLarge:
            if begun:
                raise
        if taken > self._limit and not begun:
            await _refuse(self._limit, scope, receive, send)


def _declared(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    error = BodyTooLarge(limit)
    answer = problem(413, error.code, str(error))
    # The rest of the body is not read, so nothing else can follow on this connection.
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)
