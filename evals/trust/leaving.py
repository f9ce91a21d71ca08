"""Turns that name people in every way that might carry them out, with every receiver listening."""

from __future__ import annotations

import json
import logging
import random
import re
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from agent.runtime import Runtime
from agent.settings import AgentSettings
from db.access import Actor
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings
from db.workspace import actor_by_email
from evals.doubles.langfuse import LangfuseDouble
from evals.doubles.openai import Call, ChatRequest, Fail, Reply, Rule, Say, ScriptedOpenAI
from evals.doubles.otlp import OtlpReceiver
from evals.trust.stored import Somebody, dumped
from tools.registry import TOOLS

ROLES = ("rep", "manager", "executive", "admin")
QUESTIONS = (
    "what do we know about {name}",
    "draft a follow up to {name}",
    "draft a follow up to {name} and send it",
    "remind me to call {name} on Thursday at 10",
    "remind me to ring {phone} and write to {email} tomorrow",
    "how is {name} doing",
    "what is the pipeline of {name}",
    "who is {lower}?",
    "give the leads of {name} to {name}",
    "what did {name} ({email}, {phone}) say about the price",
    "win rate of {name} against last quarter",
    "{name}",
    "is {reversed} on any of my open deals? mail {email}",
)


@dataclass(slots=True)
class Left:
    """Everything that went out of the process, by where it went."""

    turns: int = 0
    failed: int = 0
    model_requests: int = 0
    parts: dict[str, list[str]] = field(default_factory=dict)

    def add(self, where: str, what: str) -> None:
        self.parts.setdefault(where, []).append(what)

    def leaks(self, people: Sequence[Somebody]) -> dict[str, set[str]]:
        """Where -> values of people that are readable there, in any case and behind any JSON escape."""
        wanted = {value for one in people for value in one.values}
        found: dict[str, set[str]] = {}
        for where, parts in self.parts.items():
            text = "\n".join(parts).lower()
            text += "\n" + _unescaped(text)
            found[where] = {value for value in wanted if value.lower() in text}
        return found


class Gossip:
    """A model that knows people by heart and writes them into plans, calls and answers."""

    def __init__(self, people: Sequence[Somebody]) -> None:
        self._people, self._at = people, count()

    def __call__(self, request: ChatRequest) -> Reply:
        one = self._people[next(self._at) % len(self._people)]
        told = f"{one.name} ({one.email}, {one.phone})"
        if "plan" in request.tools:
            step = {"specialist": "automation", "task": f"note that {told} called", "needs": []}
            return Call("plan", {"steps": [step]}, text=f"I know {told}.")
        if request.tools and not request.tool_calls:
            return Call("create_task", {"title": f"Call {told}"}, text=f"Calling for {told}.")
        return Say(f"Done for {told}.")


class Echo:
    """An endpoint that fails and sends back what it was never given: the data of a person, in its error."""

    def __init__(self, people: Sequence[Somebody]) -> None:
        self._people, self._at = people, count()

    def __call__(self, request: ChatRequest) -> Reply:
        number = next(self._at)
        one = self._people[number % len(self._people)]
        said = f"cannot serve {one.name}, {one.email}, {one.phone}"
        status = (400, 500, 404, 422)[number % 4]
        return Fail(status, headers={"x-should-retry": "false"}, body={"error": {"message": said, "type": "server"}})


async def attack(settings: WorkspaceSettings, people: Sequence[Somebody], *, turns: int, seed: int) -> Left:
    """`turns` turns in four parts: the local model, a gossiping model, a failing endpoint, failing tools."""
    left = Left()
    draw = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    named = draw.sample(list(people), min(len(people), turns))
    quarter = turns // 4
    with OtlpReceiver() as otlp, LangfuseDouble() as langfuse, _logged(left):
        receivers = _receivers(otlp, langfuse)
        async with opened(settings, receivers) as runtime:
            await _talk(runtime, named[:quarter], left, draw)
        for rule in (Gossip(named), Echo(named)):
            async with _with_model(settings, receivers, rule, left) as runtime:
                await _talk(runtime, named[quarter : 2 * quarter], left, draw)
        async with opened(settings, receivers) as runtime:
            with _broken_tools(named[0]):
                await _talk(runtime, named[2 * quarter : 2 * quarter + turns - 3 * quarter], left, draw)
        for where, double in (("OTLP", otlp), ("Langfuse", langfuse)):
            for request in double.requests:
                left.add(where, request.body.decode("utf-8", "replace"))
                left.add(where, f"{request.path} {request.headers}")
    left.add("trace table", dumped(settings, ["spans"]))
    left.add("audit chain", dumped(settings, ["audit"]))
    return left


async def _talk(runtime: Runtime, named: Sequence[Somebody], left: Left, draw: random.Random) -> None:
    actors = [await actor(runtime, role) for role in ROLES]
    conversations: dict[int, str | None] = {}
    for number, one in enumerate(named):
        asker = actors[number % len(actors)]
        text = _question(one, draw)
        turn = await runtime.ask(asker, text, door=Door.HTTP, conversation=conversations.get(asker.user_id))
        answer = await runtime.answer(asker, turn.id)
        left.turns += 1
        left.failed += answer.refused is not None and answer.refused.code == "internal_error"
        # Every third turn begins anew: some names are met in old conversations, some in fresh ones.
        conversations[asker.user_id] = None if number % 3 == 0 else turn.conversation_id


def _question(one: Somebody, draw: random.Random) -> str:
    first, _, last = one.name.partition(" ")
    return draw.choice(QUESTIONS).format(
        name=one.name, email=one.email or "nobody@nowhere.example", phone=one.phone or "+44 20 7946 0123",
        lower=one.name.lower(), reversed=f"{last}, {first}" if last else first,
    )  # fmt: skip


def _receivers(otlp: OtlpReceiver, langfuse: LangfuseDouble) -> dict[str, Any]:
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp.endpoint, "LANGFUSE_HOST": langfuse.endpoint,
        "LANGFUSE_PUBLIC_KEY": langfuse.public_key, "LANGFUSE_SECRET_KEY": langfuse.secret_key,
    }  # fmt: skip


@asynccontextmanager
async def opened(settings: WorkspaceSettings, more: dict[str, Any] | None = None) -> AsyncIterator[Runtime]:
    blank = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None, "SMTP_URL": None}
    runtime = Runtime(Database(settings.url), settings, AgentSettings(**(blank | (more or {}))))
    try:
        yield runtime
    finally:
        await runtime.close()


@asynccontextmanager
async def _with_model(
    settings: WorkspaceSettings, more: dict[str, Any], rule: Rule, left: Left
) -> AsyncIterator[Runtime]:
    with ScriptedOpenAI(rule) as server:
        model = {"OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "scripted"}
        async with opened(settings, more | model | {"RAINMAKER_ROUTER": "model"}) as runtime:
            yield runtime
        left.model_requests += len(server.requests)
        for request in server.requests:
            left.add("model requests", request.body.decode("utf-8", "replace"))
            left.add("model requests", f"{request.path} {dict(request.headers)}")


async def actor(runtime: Runtime, role: str) -> Actor:
    async with runtime.database.read() as session:
        found = await actor_by_email(session, f"{role}@demo.example")
    if found is None:
        raise LookupError(role)
    return found


@contextmanager
def _broken_tools(one: Somebody) -> Iterator[None]:
    """Tools that fail in a way nobody declared, with a person's data in the words of the error."""

    async def run(*_: object) -> Any:  # noqa: ANN401 - it never returns
        cause = KeyError(one.email)
        raise RuntimeError(f"row of {one.name} is locked by {one.phone}") from cause

    kept = [tool.run for tool in TOOLS]
    for tool in TOOLS:
        object.__setattr__(tool, "run", run)
    try:
        yield
    finally:
        for tool, whole in zip(TOOLS, kept, strict=True):
            object.__setattr__(tool, "run", whole)


@contextmanager
def _logged(left: Left) -> Iterator[None]:
    """Every record of every logger as it is made, before any handler of a door scrubs it."""

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            left.add("log records", record.getMessage())
            left.add("log records", json.dumps(vars(record), default=str, ensure_ascii=False))
            if record.exc_info and record.exc_info[1]:
                left.add("log records", "".join(traceback.format_exception(record.exc_info[1])))

    listening = Listening()
    loggers = [logging.getLogger(name) for name in ("", "rainmaker", "openai", "httpx", "langfuse", "opentelemetry")]
    levels = [one.level for one in loggers]
    for one in loggers[1:]:
        one.setLevel(logging.DEBUG)
    loggers[0].addHandler(listening)
    if not loggers[1].propagate:
        loggers[1].addHandler(listening)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.removeHandler(listening)
            one.setLevel(level)


def _unescaped(text: str) -> str:
    """The text with JSON escapes of characters undone."""
    return re.sub(r"\\+u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text) if "\\u" in text else ""
