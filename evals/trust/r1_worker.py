"""R1, the worker's part: killed at every commit and at random moments, it does each thing once and loses nothing.

Before each kill fresh work comes due, so that every kill meets a worker that has something to do, and whatever the
killed ones before it left behind. Half of the random kills happen beside a worker that lives on. The kills are shared
out over several workspaces that are attacked side by side, because a worker that starts and ends mostly waits.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
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
_LANES = 4


@dataclass(frozen=True, slots=True)
class Share:
    """What one lane does: from the first commit in steps of `every`, and so many random moments."""

    first: int
    every: int
    moments: int
    seed: int


@dataclass(slots=True)
class Kills:
    at_commits: int = 0
    last_commit: int = 0
    at_moments: int = 0
    planted: books.Planted = field(default_factory=books.Planted)


async def run(setting: Setting) -> Sequence[Finding]:
    lanes, every, moments = (1, 7, 6) if setting.quick else (_LANES, _LANES, 200)
    shares = [Share(1 + lane, every, moments // lanes, setting.seed + lane) for lane in range(lanes)]
    with ExitStack() as stack:
        spaces = [stack.enter_context(setting.workspaces.fresh()) for _ in shares]
        # Processes of their own: the children of one process are waited for one at a time.
        spawning = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(lanes, mp_context=spawning) as pool:
            done = [pool.submit(lane, *both) for both in zip(spaces, shares, strict=True)]
            kills = [await anyio.to_thread.run_sync(one.result) for one in done]
        return await _findings(spaces, kills, wanted=moments // lanes * lanes)


def lane(settings: WorkspaceSettings, share: Share) -> Kills:
    """Attack one workspace; how often the worker was killed."""
    return anyio.run(_attack, settings, share)


async def _attack(settings: WorkspaceSettings, share: Share) -> Kills:
    with TemporaryDirectory(prefix="worker-") as folder:
        database = Database(settings.url)
        attack = Attack(database, settings, Path(folder) / "worker.log")
        try:
            await attack.at_every_commit(share.first, every=share.every)
            await attack.at_random_moments(share.moments, random.Random(share.seed))  # noqa: S311 - no secret
            await attack.finish()
        finally:
            await database.close()
        return attack.kills


class Attack:
    """One workspace whose worker is killed over and over."""

    def __init__(self, database: Database, settings: WorkspaceSettings, log: Path) -> None:
        self._database, self._log = database, log
        environment = {
            "RAINMAKER_DATABASE_URL": settings.database_url,
            "RAINMAKER_SECRET_KEY": settings.secret_key or "",
        }
        self._worker = Mortal(_MODULE, environment, log)
        self.kills = Kills()

    async def at_every_commit(self, first: int, *, every: int) -> None:
        """Kill it before and after a commit, and the next of its share, …, until a run has fewer."""
        for commit in range(first, _MOST_COMMITS, every):
            if not await self.kill(commit):
                return
        raise TrialBroken("the worker does not come to its end", self._said())

    async def at_random_moments(self, times: int, chance: random.Random) -> None:
        """Kill it after a while that is drawn by chance up to the length of a whole run."""
        await self._plant()
        begun = time.monotonic()
        await self.finish()
        whole = time.monotonic() - begun
        survivor = self._worker.start(())
        try:
            # A run that ended before its moment came is no kill: another moment is drawn.
            while self.kills.at_moments < times:
                if self.kills.at_moments >= times // 2:
                    survivor.terminate()
                await self._plant()
                ended = await anyio.to_thread.run_sync(
                    partial(self._worker.run, _ONCE, seconds=chance.uniform(0, whole))
                )
                self.kills.at_moments += ended.killed
        finally:
            survivor.terminate()
            survivor.join(_LONGEST_SECONDS)

    async def finish(self) -> None:
        """One more run, which is left in peace."""
        ended = await anyio.to_thread.run_sync(lambda: self._worker.run(_ONCE, seconds=_LONGEST_SECONDS))
        if ended.code:
            raise TrialBroken(f"a run left in peace ended with {ended.code}", self._said())

    async def kill(self, commit: int) -> bool:
        """Kill one run before and another after its n-th commit; False where runs have fewer."""
        outcomes = [await self._killed(Point(commit, after=after)) for after in (False, True)]
        self.kills.at_commits += sum(outcomes)
        if any(outcomes):
            self.kills.last_commit = commit
        return any(outcomes)

    async def _killed(self, point: Point) -> bool:
        await self._plant()
        ended = await anyio.to_thread.run_sync(lambda: self._worker.run(_ONCE, at=point, seconds=_LONGEST_SECONDS))
        if ended.code and not ended.killed:
            raise TrialBroken(f"a run ended with {ended.code} before it was killed", self._said())
        return ended.killed

    async def _plant(self) -> None:
        await books.plant(self._database, self.kills.planted)

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:] if self._log.exists() else ""


async def _findings(spaces: Sequence[WorkspaceSettings], kills: Sequence[Kills], *, wanted: int) -> list[Finding]:
    seen = [await books.read(settings) for settings in spaces]
    planted = [one.planted for one in kills]
    rounds, reminders = sum(one.rounds for one in planted), sum(one.reminders for one in planted)
    states = [await books.workflow_states(settings) for settings in spaces]
    incomplete = sum(sum(one.values()) - one.get("SUCCESS", 0) for one in states)
    at_commits, at_moments = sum(one.at_commits for one in kills), sum(one.at_moments for one in kills)
    commits = max(one.last_commit for one in kills)
    return [
        Finding(
            "kills just before and just after a commit", at_commits, "each commit of a run", at_commits > 0,
            conditions={"commits of a run": commits, "workspaces": len(kills)},
        ),
        Finding("kills at random moments", at_moments, f"≥ {wanted}", at_moments >= wanted),
        none_of("reminders not delivered", reminders - sum(one.reminded for one in seen), reminders=reminders),
        none_of("reminders delivered more than once", sum(one.told - one.reminded for one in seen)),
        none_of("overdue proposals not closed, or their asker not told once", rounds - sum(one.closed for one in seen),
                proposals=rounds),
        none_of("approvals and waiting proposals that changed", 2 * rounds - sum(one.untouched for one in seen),
                proposals=2 * rounds),
        none_of("workflows that did not complete", incomplete, completed=sum(one.get("SUCCESS", 0) for one in states)),
        none_of("workers left on the list", sum(one.workers for one in seen)),
    ]  # fmt: skip


TRIAL = Trial(
    name="r1_worker",
    title="R1: the worker, killed",
    goal="`kill -9` at every step boundary of every job and at 200 random moments: all complete, each effect once, "
    "no approval lost.",
    run=run,
)
