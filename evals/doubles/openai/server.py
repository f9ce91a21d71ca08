"""The scripted model as a server: started for a test, checked when the test ends."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import uvicorn

from evals.doubles.openai.app import build
from evals.doubles.openai.errors import NotStarted, ScriptError
from evals.doubles.openai.replies import Reply, Rule, Step
from evals.doubles.openai.request import ChatRequest
from evals.doubles.openai.script import Script

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Leak:
    """A value that should have stayed at home, and the request that carried it."""

    value: str
    request: int


class ScriptedOpenAI:
    """An OpenAI-compatible endpoint on a free loopback port that follows a script.

    >>> with ScriptedOpenAI([Call("find_deals", {"owner": "me"}), Say("You have two.")]) as server:
    ...     model = ChatOpenAI(base_url=server.base_url, api_key=server.api_key, model="scripted")

    `replies` are given in the order in which requests arrive; a single rule answers all of them.
    Requests that the service itself would reject (no or wrong key, a conversation that breaks the
    protocol) are answered as it does, recorded, and use up no reply.

    Leaving the block raises `UnscriptedRequest` when there were more requests than replies,
    `UnusedReplies` when there were fewer (unless `unused_ok`), and `RuleFailed` when a rule raised;
    an exception of the block itself goes first, with the disagreement as a note.
    """

    def __init__(
        self,
        replies: Sequence[Step] | Rule,
        *,
        unused_ok: bool = False,
        api_key: str = "sk-scripted",
        models: Sequence[str] = ("scripted",),
    ) -> None:
        self.api_key = api_key
        self.models = tuple(models)
        self.closing = asyncio.Event()
        self._unused_ok = unused_ok
        self._script = Script(replies)
        self._requests: list[ChatRequest] = []
        self._numbers = 0
        self._broken: ScriptError | None = None

    def __enter__(self) -> Self:
        self._socket = socket.create_server((LOOPBACK, 0))
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="scripted-openai")
        self._thread.start()
        if not self._server.wait_until_up():
            self._thread.join()
            raise NotStarted
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._thread.join()
        self._socket.close()
        try:
            self.check()
        except ScriptError as broken:
            if error is None:
                raise
            error.add_note(str(broken))

    @property
    def base_url(self) -> str:
        """What `OPENAI_BASE_URL` is set to."""
        return f"http://{LOOPBACK}:{self._socket.getsockname()[1]}/v1"

    @property
    def requests(self) -> tuple[ChatRequest, ...]:
        """Everything received so far, also what was rejected, in order."""
        return tuple(self._requests)

    @property
    def chats(self) -> tuple[ChatRequest, ...]:
        """The requests for a completion among them."""
        return tuple(request for request in self._requests if request.path.startswith("/v1/chat/completions"))

    def leaks(self, values: Iterable[str]) -> tuple[Leak, ...]:
        """Which of `values` left in a body, a header or an address, as bytes or behind JSON escapes."""
        wanted = tuple(values)
        return tuple(Leak(value, request.number) for request in self._requests for value in _found_in(request, wanted))

    def check(self) -> None:
        """Raise what the script and the requests so far disagree about."""
        if self._broken is not None:
            raise self._broken
        if not self._unused_ok:
            self._script.require_used_up(requests=len(self._requests))

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def record(self, request: ChatRequest) -> None:
        self._requests.append(request)

    def reply_to(self, request: ChatRequest) -> Reply:
        try:
            return self._script.reply_to(request)
        except ScriptError as broken:
            self._broken = self._broken or broken
            raise


class _Server(uvicorn.Server):
    """uvicorn in a thread: says when it is up, and stops at once instead of at its next tick."""

    def __init__(self, host: ScriptedOpenAI) -> None:
        config = uvicorn.Config(
            build(host),
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            date_header=False,
            server_header=False,
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._closing = host.closing
        self._up = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self._up.set()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._up.set()
        await self._closing.wait()

    def wait_until_up(self) -> bool:
        self._up.wait()
        return self._loop is not None

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._closing.set)


def _found_in(request: ChatRequest, values: tuple[str, ...]) -> list[str]:
    sent = "\n".join(
        (
            request.body.decode("utf-8", "replace"),
            request.path,
            *(f"{name}: {value}" for name, value in request.headers.items()),
            *request.strings(),
        )
    )
    return [value for value in values if value in sent]
