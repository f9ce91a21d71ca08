"""Many people asking at once, in a process of their own: `python -m evals.trust.crowd` reads who, what and how often.

The workspace and the model are in the environment. Standard output gets one line of JSON for each answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import anyio

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.settings import AgentSettings
from db.access import Actor
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email

ROLES = ("executive", "manager", "rep", "admin")


@dataclass(frozen=True, slots=True)
class Crowd:
    """What to ask: `turns` questions, all at once, each in a conversation of its own."""

    questions: tuple[str, ...]
    turns: int


async def ask_all(runtime: Runtime, crowd: Crowd) -> list[TurnAnswer]:
    people = [await person(runtime, role) for role in ROLES]

    async def one(number: int) -> TurnAnswer:
        actor = people[number % len(people)]
        turn = await runtime.ask(actor, crowd.questions[number % len(crowd.questions)], door=Door.HTTP)
        return await runtime.answer(actor, turn.id)

    return await asyncio.gather(*(one(number) for number in range(crowd.turns)))


async def person(runtime: Runtime, role: str) -> Actor:
    async with runtime.database.read() as session:
        found = await actor_by_email(session, f"{role}@demo.example")
    if found is None:
        raise LookupError(f"the demo company has no {role}")
    return found


async def started(crowd: Crowd, settings: WorkspaceSettings, model: Mapping[str, str]) -> asyncio.subprocess.Process:
    """A process that asks; its answers are read with `answers`."""
    workspace = {f"RAINMAKER_{name.upper()}": str(value) for name, value in settings.model_dump().items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "evals.trust.crowd",
        env={**os.environ, **workspace, **model},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if process.stdin is not None:
        process.stdin.write(json.dumps(asdict(crowd)).encode())
        process.stdin.close()
    return process


async def answers(processes: Sequence[asyncio.subprocess.Process]) -> list[TurnAnswer]:
    """What the processes were answered; raises with what one of them said when it failed."""
    found = []
    for process, (out, said) in zip(
        processes, await asyncio.gather(*(p.communicate() for p in processes)), strict=True
    ):
        if said:
            sys.stderr.write(said.decode())
        if process.returncode:
            raise RuntimeError(f"a crowd ended with {process.returncode}: {said.decode()[-2000:]}")
        found += [TurnAnswer.model_validate_json(line) for line in out.splitlines()]
    return found


def _with_cause(record: logging.LogRecord) -> bool:
    """A turn that broke names its cause in fields; here it is read by people."""
    record.msg = " ".join(str(getattr(record, name, "")) for name in ("msg", "error", "reason", "stack"))
    return True


async def _main() -> None:
    asked = json.loads(sys.stdin.read())
    logging.basicConfig(format="%(name)s %(message)s", level=logging.ERROR)
    logging.getLogger("rainmaker.agent").addFilter(_with_cause)
    settings = WorkspaceSettings()
    runtime = Runtime(Database(settings.url, currency=settings.currency), settings, AgentSettings())
    try:
        for answer in await ask_all(runtime, Crowd(tuple(asked["questions"]), asked["turns"])):
            sys.stdout.write(answer.model_dump_json() + "\n")
    finally:
        await runtime.close()


if __name__ == "__main__":
    anyio.run(_main)
