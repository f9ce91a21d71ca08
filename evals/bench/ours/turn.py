"""Answers a mixed script of turns on a demo workspace and prints the time of each, as a reader waits for it.

Prints `{"turn_ms": [...], "overhead_ms": [...], "gates_ms": {...}}`: the whole turn, the part of it outside the tools'
own time, and what each gate takes of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.doors import Door
from db.repositories.traces import SpanLine
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email

# What people ask in a day: short lists, a record, a draft, tasks, figures, and now and then a diagnosis.
SCRIPT = (
    ("rep", "what are my top deals"),
    ("rep", "what is overdue"),
    ("manager", "what is our pipeline by stage"),
    ("rep", "which deals are stuck"),
    ("rep", "draft a follow up to Acme"),
    ("manager", "win rate by lead source"),
    ("rep", "remind me to prepare the forecast on Friday at 9"),
    ("rep", "undo that"),
    ("executive", "open deals over 100k"),
    ("rep", "show me my new leads"),
    ("manager", "why did win rate drop"),
    ("rep", "hello"),
)


GATES = {"understanding, linking and hiding": "link", "planning": "plan", "grounding": "ground", "reading": "db read"}
"""What is told apart of a turn, by the spans it is measured with."""


async def answer(path: Path, turns: int) -> dict[str, Any]:
    settings = WorkspaceSettings(database_url=f"sqlite:///{path}", secret_key="benchmark")  # noqa: S106 - seals nothing real
    runtime = Runtime(Database(settings.url), settings, AgentSettings(OPENAI_API_KEY=None, OPENAI_BASE_URL=None))
    people, conversations = {}, dict[str, str]()
    async with runtime.database.read() as session:
        for role in ("rep", "manager", "executive"):
            people[role] = await actor_by_email(session, f"{role}@demo.example")
    times, asked = [], []
    for number in range(-len(SCRIPT), turns):  # one round to warm up
        role, text = SCRIPT[number % len(SCRIPT)]
        actor = people[role]
        if actor is None:
            raise LookupError(f"{path} is no demo workspace")
        begun = time.perf_counter()
        turn = await runtime.ask(actor, text, door=Door.HTTP, conversation=conversations.get(role))
        await runtime.answer(actor, turn.id)
        if number >= 0:
            times.append(1000 * (time.perf_counter() - begun))
            asked.append((actor, turn.trace_id))
        conversations[role] = turn.conversation_id
    spans = [await runtime.spans(actor, trace) for actor, trace in asked]
    await runtime.close()
    in_tools = [_spent(one, "execute_tool") for one in spans]
    gates = {gate: [_spent(one, name) for one in spans] for gate, name in GATES.items()}
    # What comes before the trace begins and after it ends: the lease; evidence, vault, memory, trace and result.
    gates["admitting and recording"] = [whole - _spent(one, "turn") for whole, one in zip(times, spans, strict=True)]
    overhead = [whole - part for whole, part in zip(times, in_tools, strict=True)]
    return {"turn_ms": times, "overhead_ms": overhead, "gates_ms": gates}


def _spent(spans: Sequence[SpanLine], name: str) -> float:
    """Milliseconds of a turn's spans whose name begins like this."""
    return sum(span.ended_ns - span.started_ns for span in spans if span.name.startswith(name)) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="Time turns of the local model.")
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--turns", type=int, required=True)
    asked = parser.parse_args()
    print(json.dumps(asyncio.run(answer(asked.database, asked.turns))))


if __name__ == "__main__":
    main()
