"""R1, the worker's part: killed at every commit and at random moments, it delivers each reminder once and loses nothing.

Before each kill fresh work comes due, so that every kill meets a worker that has something to do, and whatever the
killed ones before it left behind. Half of the random kills happen beside a worker that lives on.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import anyio.to_thread

from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.dying import Mortal, Point
from evals.trust import worker_books as books
from evals.trust.errors import TrialBroken
from evals.trust.trial import Finding, Setting, Trial, none_of

_MODULE = "api.worker"
_ONCE = ("--once", "--json")
_MOST_COMMITS = 400
_LONGEST_SECONDS = 120.0


async def run(setting: Setting) -> Sequence[Finding]:
    chance = random.Random(setting.seed)  # noqa: S311 - a trial and no secret
    with setting.workspaces.fresh() as settings, TemporaryDirectory(prefix="worker-") as folder:
        database = Database(settings.url)
        attack = Attack(database, settings, Path(folder) / "worker.log")
        try:
            boundaries = await attack.at_every_commit(every=7 if setting.quick else 1)
            moments = await attack.at_random_moments(6 if setting.quick else 200, chance)
            await attack.finish()
            return await _findings(database, settings, attack.planted, boundaries, moments)
        finally:
            await database.close()


class Attack:
    """One workspace whose worker is killed over and over."""

    def __init__(self, database: Database, settings: WorkspaceSettings, log: Path) -> None:
        self._database, self._log = database, log
        environment = {
            "RAINMAKER_DATABASE_URL": settings.database_url,
            "RAINMAKER_SECRET_KEY": settings.secret_key or "",
        }
        self._worker = Mortal(_MODULE, environment, log)
        self.planted = books.Planted()

    async def at_every_commit(self, *, every: int) -> int:
        """Kill it before and after its first commit, its second, …, until a run has fewer; how many kills."""
        # The first run founds the tables of the worker itself, which happens once.
        killed = 0
        for commit in range(1, _MOST_COMMITS, every):
            outcomes = [await self._kill(Point(commit, after=after)) for after in (False, True)]
            killed += sum(outcomes)
            if not any(outcomes):
                return killed
        raise TrialBroken("the worker does not come to its end", self._said())

    async def at_random_moments(self, times: int, chance: random.Random) -> int:
        """Kill it after a while that is drawn by chance up to the length of a whole run; how many kills."""
        await self._plant()
        begun = time.monotonic()
        await self.finish()
        whole = time.monotonic() - begun
        killed = 0
        survivor = self._worker.start(())
        try:
            for number in range(times):
                if number == times // 2:
                    survivor.terminate()
                await self._plant()
                seconds = chance.uniform(0, whole)
                ended = await anyio.to_thread.run_sync(lambda wait=seconds: self._worker.run(_ONCE, seconds=wait))
                killed += ended.killed
        finally:
            survivor.terminate()
            survivor.join(_LONGEST_SECONDS)
        return killed

    async def finish(self) -> None:
        """One more run, which is left in peace."""
        ended = await anyio.to_thread.run_sync(lambda: self._worker.run(_ONCE, seconds=_LONGEST_SECONDS))
        if ended.code:
            raise TrialBroken(f"a run left in peace ended with {ended.code}", self._said())

    async def _kill(self, point: Point) -> bool:
        await self._plant()
        ended = await anyio.to_thread.run_sync(lambda: self._worker.run(_ONCE, at=point, seconds=_LONGEST_SECONDS))
        if ended.code and not ended.killed:
            raise TrialBroken(f"a run ended with {ended.code} before it was killed", self._said())
        return ended.killed

    async def _plant(self) -> None:
        await books.plant(self._database, self.planted)

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:] if self._log.exists() else ""


async def _findings(
    database: Database, settings: WorkspaceSettings, planted: books.Planted, boundaries: int, moments: int
) -> list[Finding]:
    seen = await books.read(database, planted)
    states = await books.workflow_states(settings)
    made = {"reminders": planted.reminders, "expired proposals": planted.expired, "decided": planted.decided}
    return [
        Finding("kills just before and just after a commit", boundaries, "every commit of a run", boundaries > 0),
        Finding("kills at random moments", moments, "as many as were tried", moments > 0),
        none_of("reminders not delivered", planted.reminders - seen.reminded, **made),
        none_of("reminders delivered more than once", seen.told - seen.reminded),
        none_of("proposals not closed, or their asker not told once", planted.expired - seen.closed),
        none_of("approvals and waiting proposals that changed", planted.decided + planted.waiting - seen.untouched),
        none_of("workflows that did not complete", sum(states.values()) - states.get("SUCCESS", 0), **states),
        none_of("workers left on the list", seen.workers),
    ]


TRIAL = Trial(
    name="r1_worker",
    title="R1: the worker, killed",
    goal="`kill -9` at every step boundary of every job and at 200 random moments: all complete, each effect once, "
    "no approval lost.",
    run=run,
)
