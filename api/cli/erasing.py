"""`erase contact|lead|user ID`: a person's right to be forgotten."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_json, run

if TYPE_CHECKING:
    from agent.erasure import Erasure
    from db.repositories.erasure import Erasable


def register(app: typer.Typer) -> None:
    app.command("erase")(erase)


def erase(
    kind: Annotated[str, typer.Argument(metavar="contact|lead|user")],
    record_id: Annotated[int, typer.Argument(metavar="ID", min=1)],
    yes: Annotated[bool, typer.Option("--yes", help="Really do it; it cannot be taken back.")] = False,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Remove a person for good: record, texts, conversations, vault and traces. The audit chain stays."""
    from db.repositories.erasure import Erasable

    if kind not in list(Erasable):
        fail(f"“{kind}” cannot be erased; {', '.join(Erasable)} can.")
    if not yes:
        fail(f"This removes {kind} {record_id} from everything that was kept, for good. Add --yes to do it.")
    done = run(_erase(email, Erasable(kind), record_id))
    if as_json:
        print_json(asdict(done))
        return
    print(
        f"{kind} {record_id} is erased: {done.texts} texts, {done.vault} vault entries, {done.spans} spans, "
        f"{done.conversations} conversations; {done.proposals} waiting proposals were declined."
    )
    if done.others:
        print(f"Left as they are, although name, address or number are the same: {', '.join(done.others)}.")
    if not done.compacted:
        print("Others were at work: old pages of the database may hold it until the file is written anew (VACUUM).")


async def _erase(email: str | None, kind: Erasable, record_id: int) -> Erasure:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        return await runtime.erase(actor, kind, record_id)
