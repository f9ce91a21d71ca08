"""One process that asks: `python -m evals.trust.asker --database URL --conversation ID --part N --of M`.

Started by trials to have several processes, and processes that are killed, at one conversation. Prints the ids of the
turns it took in, one a line, as soon as each is taken in.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from evals.trust.workspaces import SECRET

LEASE_SECONDS = 1.5
ASKED = (
    "what are my top deals", "remind me to call the bank tomorrow at 9", "what is overdue", "what is my pipeline",
    "hello", "create a task to prepare the forecast by Friday",
)  # fmt: skip
"""Reads and writes in turn; a person's own words ask for both writes, so they are applied at once."""


def runtime_on(url: str) -> Runtime:
    """A runtime of the local model whose lost turns are soon found."""
    settings = WorkspaceSettings(database_url=url, secret_key=SECRET, timezone="UTC", currency="USD")
    blank = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None, "SMTP_URL": None}
    database = Database(settings.url)
    return Runtime(database, settings, AgentSettings.model_validate(blank), lease_seconds=LEASE_SECONDS)


async def ask(url: str, conversation: str, numbers: Sequence[int]) -> None:
    """Ask these messages at once and wait for all answers."""
    runtime = runtime_on(url)
    async with runtime.database.read() as session:
        actor = await actor_by_email(session, "rep@demo.example")
    if actor is None:
        raise LookupError("the trial's workspace has a rep")

    async def one(number: int) -> None:
        turn = await runtime.ask(actor, ASKED[number % len(ASKED)], door=Door.HTTP, conversation=conversation)
        print(turn.id, flush=True)
        await runtime.answer(actor, turn.id)

    await asyncio.gather(*(one(number) for number in numbers))
    await runtime.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Ask in one conversation.")
    parser.add_argument("--database", required=True)
    parser.add_argument("--conversation", required=True)
    parser.add_argument("--part", type=int, required=True)
    parser.add_argument("--of", type=int, required=True)
    parser.add_argument("--messages", type=int, required=True)
    asked = parser.parse_args()
    asyncio.run(ask(asked.database, asked.conversation, range(asked.part, asked.messages, asked.of)))


if __name__ == "__main__":
    main()
