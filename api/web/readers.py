"""Work the pages do beside answering a click: following turns and renewing lists. It ends before the runtime closes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from nicegui import background_tasks

_GRACE_SECONDS = 2.0
_reading: set[asyncio.Task[Any]] = set()
_watching: set[asyncio.Task[Any]] = set()


def start(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
    task: asyncio.Task[None] = background_tasks.create(work, name=name)
    _reading.add(task)
    task.add_done_callback(_reading.discard)
    return task


def watch(work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
    """Work that looks for news again and again; nobody waits for its end."""
    task: asyncio.Task[None] = background_tasks.create(work, name=name)
    _watching.add(task)
    task.add_done_callback(_watching.discard)
    return task


def end_before_the_runtime(app: FastAPI) -> None:
    """Inside the app's own lifespan, so that no page reads from a database that is being closed."""
    theirs = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - Starlette's lifespan type
        async with theirs(app) as state:
            yield state
            await _end()

    app.router.lifespan_context = lifespan


async def _end() -> None:
    for task in set(_watching):
        task.cancel()
    if _reading:
        await asyncio.wait(set(_reading), timeout=_GRACE_SECONDS)
    for task in set(_reading):
        task.cancel()
    await asyncio.gather(*_reading, *_watching, return_exceptions=True)
