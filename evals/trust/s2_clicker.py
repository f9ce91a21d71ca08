"""Another process that clicks: reads the id of a proposal per line, answers with what became of its clicks.

Started as `python -m evals.trust.s2_clicker EMAIL CLICKS SEED` with the workspace in the environment.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.access import Actor
from db.errors import StoreError
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from evals.trust.s2_office import DOOR, runtime_of
from tools.errors import ToolError


async def clicked(runtime: Runtime, actor: Actor, proposal: str, *, clicks: int, chance: random.Random) -> Counter[str]:
    """So many decisions at the same time; how many counted (`approved`, `declined`) and why the others did not."""
    decisions = [chance.random() < 0.5 for _ in range(clicks)]
    return Counter(await asyncio.gather(*(_click(runtime, actor, proposal, approve=one) for one in decisions)))


async def _click(runtime: Runtime, actor: Actor, proposal: str, *, approve: bool) -> str:
    try:
        if approve:
            await runtime.approve(actor, proposal, door=DOOR)
        else:
            await runtime.decline(actor, proposal, door=DOOR)
    except (StoreError, ToolError) as refused:
        return refused.code
    return "approved" if approve else "declined"


async def main(email: str, clicks: int, seed: int) -> None:
    settings, chance = WorkspaceSettings(), random.Random(seed)  # noqa: S311 - which click, not a secret
    runtime = runtime_of(settings, AgentSettings().smtp_url)
    try:
        async with runtime.database.read() as session:
            actor = await actor_by_email(session, email)
        if actor is None:
            raise SystemExit(f"There is no {email}.")
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            done = await clicked(runtime, actor, line.strip(), clicks=clicks, chance=chance)
            print(json.dumps(done), flush=True)
    finally:
        await runtime.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
