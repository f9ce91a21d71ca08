"""The life of a worker: enter, take over what the dead left, work until told to stop, leave."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from agent.sealing import anchored
from api.worker import roster
from api.worker.durable import Durable, durable
from api.worker.presence import BEAT_SECONDS, Presence, present
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import require_current, require_file

_LOG = logging.getLogger("rainmaker.worker")
_TIDY_EVERY = 120
"""Beats between two removals of finished work: ten minutes."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of every job did: pieces by job, and how many workflows were taken over from dead workers."""

    done: dict[str, int] = field(default_factory=dict)
    adopted: int = 0


async def once(settings: WorkspaceSettings) -> Round:
    """Run every job once, and what dead workers began to its end.

    Raises:
        WorkspaceMissing, WorkspaceOutdated: the database is not one to work on.
    """
    async with _opened(settings) as (presence, jobs):
        adopted = await _take_over(presence, jobs)
        done = {one.name: await jobs.run(one.name) for one in roster.ALL}
        while await jobs.unfinished():
            await asyncio.sleep(0.1)
            adopted += await _take_over(presence, jobs)
        return Round(done, adopted)


async def serve(
    settings: WorkspaceSettings, *, parent: int | None = None, ready: Callable[[], None] = lambda: None
) -> None:
    """Work until SIGTERM or SIGINT, or until the process `parent` that started this one is gone.

    Args:
        ready: called once, when the work has begun.

    Raises:
        WorkspaceMissing, WorkspaceOutdated: the database is not one to work on.
    """
    stop = asyncio.Event()
    with _told_to_stop(stop):
        async with _opened(settings) as (presence, jobs):
            await jobs.schedule()
            ready()
            beats = 0
            while not stop.is_set() and parent in (None, os.getppid()):
                await _beat(presence, jobs, tidy=beats % _TIDY_EVERY == 0)
                beats += 1
                await _until(stop, BEAT_SECONDS)


async def _beat(presence: Presence, jobs: Durable, *, tidy: bool) -> None:
    try:
        await presence.beat()
        adopted = await _take_over(presence, jobs)
        if adopted:
            _LOG.warning("worker.adopted", extra={"workflows": adopted})
        if tidy:
            await jobs.forget()
    except Exception as error:  # noqa: BLE001 - a database that is away for a moment must not end the worker
        _LOG.warning("worker.beat_missed", extra={"error": type(error).__name__})


async def _take_over(presence: Presence, jobs: Durable) -> int:
    alive, dead = await presence.others()
    adopted = await jobs.adopt(alive)
    if dead:
        await presence.clear(dead)
    return adopted


@asynccontextmanager
async def _opened(settings: WorkspaceSettings) -> AsyncIterator[tuple[Presence, Durable]]:
    require_file(settings)
    database = anchored(Database(settings.url, currency=settings.currency), settings)
    try:
        await require_current(database)
        async with (
            present(database) as presence,
            durable(database, settings, roster.ALL, executor=presence.me.executor_id) as jobs,
        ):
            yield presence, jobs
    finally:
        await database.close()


@contextmanager
def _told_to_stop(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _until(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
