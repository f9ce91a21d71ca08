"""R2: one conversation answers in order, streams replay to the byte, and a killed process leaves nothing half done."""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from agent.runtime import Runtime
from db.access import Actor
from db.doors import Door
from db.repositories.changes import ChangeRepository
from db.repositories.turns import TurnLine, TurnStatus
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from evals.trust.asker import ASKED, LEASE_SECONDS, runtime_on
from evals.trust.trial import Finding, Setting, Trial, none_of

_PROCESSES = 3
_WRITES = ("remind me", "create a task")


async def run(setting: Setting) -> Sequence[Finding]:
    messages, cuts, kills = (12, 40, 6) if setting.quick else (50, 200, 60)
    chance = random.Random(setting.seed)  # noqa: S311 - a trial that can be repeated
    with setting.workspaces.fresh() as workspace:
        found = await _in_order(workspace, messages)
        found += await _replayed(workspace, cuts, chance)
    with setting.workspaces.fresh() as workspace:
        found += await _killed(workspace, kills, chance)
    return found


async def _in_order(workspace: WorkspaceSettings, messages: int) -> list[Finding]:
    runtime, actor, conversation = await _opened(workspace)
    asking = [await _asker(workspace, conversation, part, messages) for part in range(_PROCESSES)]
    codes = [await process.wait() for process in asking]
    turns = (await runtime.turns(actor, conversation))[1:]
    await runtime.close()
    finished = [turn.finished_at for turn in turns if turn.finished_at]
    swapped = sum(late < early for early, late in pairwise(finished))
    conditions = {"messages": messages, "processes": _PROCESSES}
    return [
        none_of("messages lost", messages - len(turns) + sum(code != 0 for code in codes), **conditions),
        none_of("messages not answered", sum(turn.status is not TurnStatus.DONE for turn in turns), **conditions),
        none_of("answers out of order", swapped, **conditions),
    ]


async def _replayed(workspace: WorkspaceSettings, cuts: int, chance: random.Random) -> list[Finding]:
    """Each stream is cut at one point while it runs, and read on in the same process and in another one."""
    runtime, actor, conversation = await _opened(workspace)
    other = runtime_on(workspace.database_url)
    differing = doubled = 0
    for _ in range(cuts):
        turn = await runtime.ask(actor, chance.choice(ASKED), door=Door.HTTP, conversation=conversation)
        until, seen = chance.randrange(40), []
        async for event in runtime.events(actor, turn.id):
            seen.append(event)
            if len(seen) > until:
                break
        reader = chance.choice((runtime, other))
        after = seen[-1].number
        rest = [event async for event in reader.events(actor, turn.id, after=after)]
        whole = [event async for event in other.events(actor, turn.id)]
        differing += [*seen, *rest] != whole
        doubled += [event.kind for event in whole].count("done") != 1
    await other.close()
    await runtime.close()
    return [
        none_of("streams whose remainder differs in a byte", differing, cuts=cuts),
        none_of("turns that did not end exactly once", doubled, cuts=cuts),
    ]


async def _killed(workspace: WorkspaceSettings, kills: int, chance: random.Random) -> list[Finding]:
    """A process with six messages at work is killed at a random moment; a survivor answers what it left."""
    runtime, actor, _ = await _opened(workspace)
    turns: list[TurnLine] = []
    for _ in range(kills):
        conversation = await _conversation(runtime, actor)
        process = await _asker(workspace, conversation, 0, len(ASKED), parts=1)
        if process.stdout is None:
            raise RuntimeError("the process was started with a pipe")
        await process.stdout.readline()  # from its first message on
        await asyncio.sleep(chance.random() * 0.6)
        if process.returncode is None:
            process.kill()
        await process.wait()
        await asyncio.sleep(LEASE_SECONDS)
        while await runtime.recover(wait=True):
            continue
        turns += (await runtime.turns(actor, conversation))[1:]
    missing, doubled = await _effects(runtime, actor, turns)
    await runtime.close()
    again = sum(turn.attempts > 1 for turn in turns)
    conditions = {"kills": kills, "turns": len(turns), "run again": again}
    unfinished = Counter(turn.status for turn in turns if turn.status is not TurnStatus.DONE)
    return [
        none_of("turns left without an answer", unfinished.total(), **conditions),
        none_of("changes missing after kill -9", missing, **conditions),
        none_of("changes made twice after kill -9", doubled, **conditions),
    ]


async def _effects(runtime: Runtime, actor: Actor, turns: Sequence[TurnLine]) -> tuple[int, int]:
    missing = doubled = 0
    async with runtime.database.read() as session:
        changes = ChangeRepository(session, actor)
        for turn in turns:
            made, wanted = len(await changes.of_turn(turn.id)), int(turn.text.startswith(_WRITES))
            missing += made < wanted
            doubled += made > wanted
    return missing, doubled


async def _opened(workspace: WorkspaceSettings) -> tuple[Runtime, Actor, str]:
    runtime = runtime_on(workspace.database_url)
    async with runtime.database.read() as session:
        actor = await actor_by_email(session, "rep@demo.example")
    if actor is None:
        raise LookupError("the trial's workspace has a rep")
    return runtime, actor, await _conversation(runtime, actor)


async def _conversation(runtime: Runtime, actor: Actor) -> str:
    turn = await runtime.ask(actor, "hello", door=Door.HTTP)
    await runtime.answer(actor, turn.id)
    return turn.conversation_id


async def _asker(
    workspace: WorkspaceSettings, conversation: str, part: int, messages: int, *, parts: int = _PROCESSES
) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals.trust.asker", "--database", workspace.database_url,
        "--conversation", conversation, "--part", str(part), "--of", str(parts), "--messages", str(messages),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


TRIAL = Trial(
    name="r2",
    title="R2: order, streams and crashes of turns",
    goal="50 messages at once in one conversation are answered in order; a stream cut at 200 points replays to the "
    "byte; after kill -9 at random moments every turn is answered once and changes nothing twice.",
    run=run,
)
