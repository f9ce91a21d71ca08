"""Work on what a process that died left behind, which is more than one transaction.

A sweep may be repeated, by itself and beside another one: whatever it takes up, it takes up by a guarded update.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.session import Database
from db.settings import WorkspaceSettings

if TYPE_CHECKING:
    from agent.runtime import Runtime


class Place:
    """What sweeps work on. The runtime is made when it is first asked for: most workers never need one."""

    def __init__(self, database: Database, settings: WorkspaceSettings) -> None:
        self.database, self.settings = database, settings
        self._runtime: Runtime | None = None

    def runtime(self) -> Runtime:
        if self._runtime is None:
            from agent.runtime import Runtime
            from agent.settings import AgentSettings

            # A database of its own, because a runtime closes it.
            database = Database(self.settings.url, currency=self.settings.currency)
            self._runtime = Runtime(database, self.settings, AgentSettings())
        return self._runtime

    async def close(self) -> None:
        if self._runtime is not None:
            await self._runtime.close()


@dataclass(frozen=True, slots=True)
class Sweep:
    """One entry of the roster; `run` tells how many it took up, `every` is a cron line that begins with seconds."""

    name: str
    run: Callable[[Place], Awaitable[int]]
    every: str
