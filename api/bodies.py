"""How much of a request's body is taken in. It is read before anybody is asked who they are, so it is bounded first."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, problem


class BodyLimit:
    """Refuses a body by the length it declares, and one that declares none as soon as more than that has come.

    Files that are imported have a limit of their own.
    """

    def __init__(self, app: ASGIApp, limit: int, *, files: int, uploads: str) -> None:
        """`limit`, `files`: bytes, the latter for what is sent to paths that begin with `uploads`."""
        self._app, self._limit, self._files, self._uploads = app, limit, files, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._files if scope["path"].startswith(self._uploads) else self._limit
        if _declared(scope) > limit:
            await _refuse(limit, scope, receive, send)
        else:
            await self._counting(limit, scope, receive, send)

    async def _counting(self, limit: int, scope: Scope, receive: Receive, send: Send) -> None:
        taken, begun = 0, False

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise BodyTooLarge(limit)
            return message

        async def unless_refused(message: Message) -> None:
            # What the route makes of a body that broke off is not told.
            nonlocal begun
            if begun or taken <= limit:
                begun = True
                await send(message)

        try:
            await self._app(scope, counted, unless_refused)
        except BodyTooLarge:
            if begun:
                raise
        if taken > limit and not begun:
            await _refuse(limit, scope, receive, send)


def _declared(scope: Scope) -> int:
    said = Headers(scope=scope).get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else 0


async def _refuse(limit: int, scope: Scope, receive: Receive, send: Send) -> None:
    error = BodyTooLarge(limit)
    answer = problem(413, error.code, str(error))
    # The rest of the body is not read, so nothing else can follow on this connection.
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)
