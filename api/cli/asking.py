"""`ask` and `chat`: the same turn as at every other door."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import As, AsJson, fail, print_answer, print_json, run
from db.doors import Door

if TYPE_CHECKING:
    from agent.runtime import Runtime
    from agent.schema import TurnAnswer
    from db.access import Actor

DOOR = Door.TERMINAL
_UNANSWERED = frozenset({"internal_error", "conversation_busy", "interrupted", "secret_unreadable"})
Conversation = Annotated[str | None, typer.Option("--conversation", metavar="ID", help="Go on with this conversation.")]


def register(app: typer.Typer) -> None:
    app.command("ask")(ask)
    app.command("chat")(chat)


def ask(
    text: Annotated[str, typer.Argument(help="The question.")],
    conversation: Conversation = None,
    email: As = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question. Goes on with your last terminal conversation if it is under 30 minutes old."""
    answer = run(_ask(text, conversation, email))
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        _show(answer)
    if answer.refused is not None and answer.refused.code in _UNANSWERED:
        fail(answer.refused.reason)


async def _ask(text: str, conversation: str | None, email: str | None) -> TurnAnswer:
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        turn = await runtime.ask(actor, text, door=DOOR, conversation=conversation)
        return await runtime.answer(actor, turn.id)


def chat(conversation: Conversation = None, email: As = None) -> None:
    """Talk: one line is one message; an empty line or Ctrl-D ends."""
    run(_chat(conversation, email))


async def _chat(conversation: str | None, email: str | None) -> None:
    import asyncio

    from agent.errors import AgentError
    from api.cli.workspace import acting

    async with acting(email) as (runtime, actor):
        print(f"You are {actor.name} ({actor.role}). An empty line ends.")
        while text := (await asyncio.to_thread(_line)).strip():
            try:
                conversation = await _stream(runtime, actor, text, conversation)
            except AgentError as error:
                print(error)


def _line() -> str:
    try:
        return input("> ")
    except EOFError:
        return ""


async def _stream(runtime: Runtime, actor: Actor, text: str, conversation: str | None) -> str:
    turn = await runtime.ask(actor, text, door=DOOR, conversation=conversation)
    async for event in runtime.events(actor, turn.id):
        if event.kind == "step" and event.data["state"] == "running":
            print(f"  {event.data['agent']} · {event.data['tool']}", file=sys.stderr)
        elif event.kind == "token":
            print(event.data["text"], end="", flush=True)
        elif event.kind == "error":
            print(event.data["answer"])
        elif event.kind == "done":
            print("\n")
    return turn.conversation_id


def _show(answer: TurnAnswer) -> None:
    print_answer(answer.answer)
    for proposal in answer.proposals:
        print(f"\nWaiting for approval: {proposal.id}  (rainmaker proposals approve {proposal.id})")
