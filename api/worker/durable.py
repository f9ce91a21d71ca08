"""Jobs and sweeps as DBOS workflows on one workspace.

The rules behind the settings: a step is repeated when its process dies before the step is recorded, so a step's rows
and its record are committed together; the version is fixed, so that a newer program goes on with older work; arguments
and results are stored as portable JSON; and work of a dead worker is taken over by name (`adopt`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput

from api.logs import WithoutValues
from api.worker.sweeps import Place, Sweep
from db.session import Database, WriteSession
from db.settings import WorkspaceSettings
from tools.jobs import BATCH, Job

APPLICATION = "rainmaker"
VERSION = "1"
"""Of the order of steps in a workflow. Raise it only when that changes: work of another version is not taken over."""
KEPT = timedelta(hours=6)
"""How long a finished workflow stays on record."""
_UNFINISHED = ("PENDING", "ENQUEUED", "DELAYED")
_FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_GRACE_SECONDS = 10
_AT_ONCE = 500

Workflow = Callable[[datetime, Any], Coroutine[Any, Any, int]]


@dataclass(frozen=True, slots=True)
class Durable:
    """DBOS, launched. There is one to a process."""

    workflows: dict[str, Workflow]
    work: Sequence[Job | Sweep]

    async def schedule(self) -> None:
        """Let everything come round at its times. Of several workers one takes each."""
        due = [
            ScheduleInput(schedule_name=one.name, workflow_fn=cast("Any", self.workflows[one.name]), schedule=one.every)
            for one in self.work
        ]
        await DBOS.apply_schedules_async(due)

    async def run(self, name: str) -> int:
        """One job or sweep now, until nothing of it is left to do; how many pieces it did."""
        handle = await DBOS.start_workflow_async(self.workflows[name], datetime.now(UTC), None)
        return await handle.get_result()

    async def adopt(self, alive: frozenset[str]) -> int:
        """Take over what executors that do not live have begun; how many workflows."""
        begun = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        dead = {str(one.executor_id) for one in begun} - alive
        if not dead:
            return 0
        # No public name for it yet. It takes a workflow only as long as it is still that executor's.
        taken = await asyncio.to_thread(DBOS._recover_pending_workflows, sorted(dead))
        return len(taken)

    async def unfinished(self) -> int:
        """How many workflows wait or run, here or elsewhere."""
        return len(await DBOS.list_workflows_async(status=list(_UNFINISHED), load_input=False, load_output=False))

    async def forget(self) -> int:
        """Remove the record of workflows that ended a while ago; how many."""
        before = (datetime.now(UTC) - KEPT).isoformat()
        ended = await DBOS.list_workflows_async(
            status=list(_FINISHED), completed_before=before, limit=_AT_ONCE, load_input=False, load_output=False
        )
        if ended:
            await DBOS.delete_workflows_async([one.workflow_id for one in ended])
        return len(ended)


@asynccontextmanager
async def durable(
    database: Database, settings: WorkspaceSettings, work: Sequence[Job | Sweep], *, executor: str
) -> AsyncIterator[Durable]:
    """DBOS on this workspace until the block ends; then what runs is given a while, and the rest is left to others."""
    engine, sessions = database.durable()
    place = Place(database, settings)
    serializer = DBOSPortableJSONSerializer()
    try:
        DBOS(config=_config(settings, executor=executor, serializer=serializer))
        _without_values(logging.getLogger("dbos"))
        source = await AsyncSQLAlchemyDatasource.create(
            settings.url.render_as_string(hide_password=False), engine=engine, sessionmaker=sessions,
            serializer=serializer,
        )  # fmt: skip
        workflows = {
            one.name: _of_job(one, source, settings) if isinstance(one, Job) else _of_sweep(one, place) for one in work
        }
        DBOS.launch()
        yield Durable(workflows, work)
    finally:
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=_GRACE_SECONDS)
        await place.close()
        await engine.dispose()


def _without_values(log: logging.Logger) -> None:
    if not any(isinstance(one, WithoutValues) for one in log.filters):
        log.addFilter(WithoutValues("work.failed"))


def _config(settings: WorkspaceSettings, *, executor: str, serializer: DBOSPortableJSONSerializer) -> DBOSConfig:
    return DBOSConfig(
        name=APPLICATION,
        system_database_url=settings.durable_url.render_as_string(hide_password=False),
        application_version=VERSION,
        executor_id=executor,
        serializer=serializer,
        max_executor_threads=8,
        sys_db_pool_size=4,
        scheduler_polling_interval_sec=10.0,
        log_level="ERROR",
    )


def _of_job(job: Job, source: AsyncSQLAlchemyDatasource, settings: WorkspaceSettings) -> Workflow:
    """The job as a workflow: one step for each batch."""

    @source.transaction(name=f"{job.name}.batch")
    async def batch() -> int:
        session = source.sql_session()
        if not isinstance(session, WriteSession):
            raise TypeError("the datasource was given the sessions of the workspace")
        return await job.batch(session, datetime.now(UTC), settings)

    @DBOS.workflow(name=job.name)
    async def run(scheduled: datetime, context: Any) -> int:  # noqa: ANN401 - what a schedule hands over
        done = 0
        while True:
            more = await batch()
            done += more
            if more < BATCH:
                return done

    return run


def _of_sweep(sweep: Sweep, place: Place) -> Workflow:
    """The sweep as a workflow of one step, which is repeated when it was cut off."""

    @DBOS.step(name=f"{sweep.name}.all")
    async def everything() -> int:
        return await sweep.run(place)

    @DBOS.workflow(name=sweep.name)
    async def run(scheduled: datetime, context: Any) -> int:  # noqa: ANN401 - what a schedule hands over
        return await everything()

    return run
