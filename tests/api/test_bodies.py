"""A body is bounded before anybody is asked who they are, whether or not it says how long it is."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from api.bodies import BodyLimit
from tests.api.conftest import PREFIX

LIMIT = 2_000_000
CHAT = f"{PREFIX}/chat"


async def chunks(number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b"x" * 100_000


@pytest.mark.anyio
@pytest.mark.parametrize("path", [CHAT, f"{PREFIX}/session", "/healthz"])
async def test_nobody_fills_the_memory_by_a_declared_length(nobody: httpx.AsyncClient, path: str) -> None:
    reply = await nobody.post(path, content=b"x", headers={"Content-Length": str(LIMIT + 1)})
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["connection"] == "close"


@pytest.mark.anyio
async def test_nobody_fills_the_memory_by_chunks_of_no_declared_length(nobody: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    reply = await nobody.post(CHAT, content=chunks(30), headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


@pytest.mark.anyio
async def test_a_body_of_the_limit_is_taken(nobody: httpx.AsyncClient) -> None:
    reply = await nobody.post(CHAT, content=chunks(20), headers={"Content-Type": "application/json"})
    assert reply.status_code in (401, 422)


@pytest.fixture
def counted() -> Iterator[tuple[int, list[int]]]:
    """A real server that takes 200,000 bytes: its port, and the lengths of the parts that its route was given."""
    plain, parts = FastAPI(), []

    @plain.post("/")
    async def take(request: Request) -> int:
        async for part in request.stream():
            parts.append(len(part))
        return sum(parts)

    limited = BodyLimit(plain, 200_000, files=400_000, uploads="/imports")
    server = uvicorn.Server(uvicorn.Config(limited, lifespan="off", log_config=None))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        thread = threading.Thread(target=server.run, args=([held],))
        thread.start()
        yield held.getsockname()[1], parts
        server.should_exit = True
        thread.join()


def test_the_connection_is_closed_and_the_rest_is_never_read(counted: Any) -> None:
    port, parts = counted
    with socket.create_connection(("127.0.0.1", port), timeout=20) as caller:
        caller.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(500):
                caller.sendall(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while more := caller.recv(65_536):
                said += more
    assert sum(parts) <= 200_000
    assert not said or b"413" in said.split(b"\r\n")[0]
