"""R5: whatever a model endpoint does, a turn ends in an answer or a named error within its limit.

Each kind of fault is met at each stage of a turn: at the plan, at a specialist's first call, after a tool has run, at
the wording. A third of the turns change something, so that a thing done twice would be seen.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from agent.graph.rounds import TOO_MANY
from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.settings import AgentSettings
from db.access import Actor
from db.doors import Door
from db.session import Database
from db.settings import WorkspaceSettings
from evals.doubles.openai import (
    Call,
    Calls,
    ChatRequest,
    CutStream,
    Empty,
    Fail,
    Finish,
    Hang,
    Malformed,
    Refuse,
    Reply,
    Say,
    ScriptedOpenAI,
)
from evals.trust import purse_watch
from evals.trust.colleague import WORDED, Colleague, Stage, Work, stage_of
from evals.trust.crowd import person
from evals.trust.trial import Finding, Setting, Trial, none_of

CALL_SECONDS, TURN_SECONDS, OTHER_SECONDS = 0.3, 1.5, 20.0
"""What a call and a turn may wait for the endpoint, and what the rest of a turn may take on a busy machine."""
_SIDE_BY_SIDE = 8
_TURNS_EACH = 9
RATE, TASK = "what is our win rate", "create a task to call the customer tomorrow at 10am"
QUESTIONS = (RATE, f"{TASK}, and {RATE}", TASK)
_ODD = {"id": "x", "object": "chat.completion", "model": "m", "created": 1}

KINDS: Mapping[str, Reply] = {
    "429 with Retry-After 0": Fail(429, {"retry-after": "0"}),
    "429 with Retry-After of an hour": Fail(429, {"retry-after": "3600"}),
    "429 with a date": Fail(429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "429 with nonsense": Fail(429, {"retry-after": "soon"}),
    "no credit": Fail(429, body={"error": {"message": "m", "code": "insufficient_quota"}}),
    "400": Fail(400),
    "401": Fail(401),
    "wrong model": Fail(404),
    "500": Fail(500),
    "502 with a page": Fail(502, body="<html>Bad gateway</html>"),
    "503": Fail(503),
    "time-out": Hang(60),
    "connection closed": Hang(0),
    "cut in the middle": CutStream(3),
    "cut after silence": CutStream(2, silence=60),
    "a page with 200": Fail(200, body="<html>Please log in</html>"),
    "half of the JSON": Fail(200, body='{"choices": [{'),
    "a list": Fail(200, body="[1, 2]"),
    "no choices": Fail(200, body={**_ODD, "choices": []}),
    "no message": Fail(200, body={**_ODD, "choices": [{"index": 0, "message": None, "finish_reason": "stop"}]}),
    "error with 200": Fail(200, body={"error": {"message": "overloaded"}}),
    "malformed arguments": Malformed('{"by": ['),
    "arguments that are a number": Malformed("7"),
    "arguments that are null": Malformed("null"),
    "unknown tool": Call("conquer_the_world", {"soon": True}),
    "arguments that do not fit": Call("win_rate", {"by": 7, "nonsense": []}),
    "a hundred calls at once": Calls(tuple(Call("win_rate", {"filters": {"region": [str(n)]}}) for n in range(100))),
    "empty": Empty(),
    "refusal": Refuse("I cannot help with that."),
    "content filter": Say("", Finish.CONTENT_FILTER),
    "length": Say("The win rate of the", Finish.LENGTH),
}
ENDLESS = "endless"


@dataclass(slots=True)
class Faulty:
    """A colleague who fails in one way at one stage, each time. `given` counts the faults."""

    colleague: Colleague
    kind: str
    stage: Stage
    given: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: ChatRequest) -> Reply:
        if stage_of(request) is not self.stage:
            return self.colleague(request)
        self.given[self.kind] += 1
        if self.kind == ENDLESS:
            # Another call each time, so that it cannot be told by its sameness.
            return Call("win_rate", {"filters": {"region": [f"r{request.number}"]}})
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a turn ended, and after how many seconds."""

    question: str
    answer: TurnAnswer | None
    seconds: float


async def run(setting: Setting) -> Sequence[Finding]:
    stages = [Stage.AFTER] if setting.quick else list(Stage)
    each = 3 if setting.quick else _TURNS_EACH
    faults: Counter[str] = Counter()
    ended: list[Ended] = []
    with setting.workspaces.fresh() as settings:
        colleague = await _colleague(settings)
        for kind, stage in product([*KINDS, ENDLESS], stages):
            faulty = Faulty(colleague, kind, stage)
            with ScriptedOpenAI(faulty, unused_ok=True) as server:
                ended += await _meet(settings, server, each)
            faults += faulty.given
        dead = await _dead(settings)
        database = Database(settings.url)
        try:
            least = 100 if setting.quick else 1_000
            return [*_findings(ended, faults, least), *await _left(database, ended), dead]
        finally:
            await database.close()


def _findings(ended: Sequence[Ended], faults: Counter[str], least: int) -> list[Finding]:
    answers = [one.answer for one in ended if one.answer is not None]
    limit = TURN_SECONDS + OTHER_SECONDS
    broken = [one for one in answers if one.refused is not None and one.refused.code == "internal_error"]
    twice = [one for one in answers if one.answer.count("answered instead") > 1]
    silent = [
        one for one in answers if not any(words in one.answer for words in (WORDED, "answered instead", TOO_MANY))
    ]
    many = [one for one in answers if len(one.steps) > 24]
    about = {"turns": len(ended), "kinds": len(faults), "fewest of a kind": min(faults.values(), default=0)}
    slowest = {"limit": limit, "slowest": round(max(one.seconds for one in ended), 1)}
    return [
        Finding("faults given", faults.total(), f"≥ {least:,}", faults.total() >= least, conditions=about),
        none_of("turns that hung", len(ended) - len(answers)),
        none_of("turns that outlasted their limit", len([one for one in ended if one.seconds > limit]), **slowest),
        none_of("turns without an answer or a named error", len([one for one in answers if not one.answer.strip()])),
        none_of("turns that broke", len(broken)),
        none_of("turns that the model did not word and that do not say why", len(silent)),
        none_of("turns that named the fault more than once", len(twice)),
        none_of("turns with more calls than one may make", len(many)),
    ]


async def _left(database: Database, ended: Sequence[Ended]) -> list[Finding]:
    done = (
        "SELECT count(*) FROM "
        "(SELECT turn_id FROM {} WHERE tool = 'create_task' GROUP BY turn_id HAVING count(*) > 1) t"
    )
    twice = [await purse_watch.number(database, done.format(table)) for table in ("changes", "proposals")]
    both = (
        "SELECT count(*) FROM changes c JOIN proposals p ON p.turn_id = c.turn_id "
        "WHERE c.tool = 'create_task' AND p.tool = 'create_task'"
    )
    wanted = len([one for one in ended if TASK in one.question])
    made = "SELECT count(*) FROM {} WHERE tool = 'create_task'"
    at_once, proposed = [await purse_watch.number(database, made.format(table)) for table in ("changes", "proposals")]
    about = {"asked for": wanted, "made at once": at_once, "proposed": proposed}
    open_ = await purse_watch.number(database, "SELECT count(*) FROM turns WHERE status IN ('waiting', 'running')")
    return [
        none_of("changes made twice", sum(twice) + await purse_watch.number(database, both)),
        none_of("changes asked for and neither made nor proposed", max(0, wanted - at_once - proposed), **about),
        none_of("turns that are still open", open_),
        none_of("reservations left", await purse_watch.held(database)),
    ]


async def _dead(settings: WorkspaceSettings) -> Finding:
    """An endpoint that never answers is not waited for by every turn."""

    def silence(_: ChatRequest) -> Reply:
        return Hang(60)

    with ScriptedOpenAI(silence) as server:
        ended = await _meet(settings, server, 40, rest="600")
        asked = len(server.chats)
    answered = len([one for one in ended if one.answer is not None and one.answer.answer])
    most = 6 + 2 * _SIDE_BY_SIDE
    return Finding(
        "requests of 40 turns to an endpoint that is dead", asked, f"≤ {most}", asked <= most and answered == len(ended)
    )


async def _meet(settings: WorkspaceSettings, server: ScriptedOpenAI, turns: int, *, rest: str = "0") -> list[Ended]:
    """Turns against an endpoint, some side by side."""
    runtime = _runtime(settings, server, rest)
    actor = await person(runtime, "admin")
    places = asyncio.Semaphore(_SIDE_BY_SIDE)

    async def one(number: int) -> Ended:
        async with places:
            return await _asked(runtime, actor, QUESTIONS[number % len(QUESTIONS)])

    try:
        return await asyncio.gather(*(one(number) for number in range(turns)))
    finally:
        await runtime.close()


async def _asked(runtime: Runtime, actor: Actor, question: str) -> Ended:
    begun = time.monotonic()
    turn = await runtime.ask(actor, question, door=Door.HTTP)
    try:
        answer = await asyncio.wait_for(runtime.answer(actor, turn.id), 2 * (TURN_SECONDS + OTHER_SECONDS))
    except TimeoutError:
        answer = None
    return Ended(question, answer, time.monotonic() - begun)


def _runtime(settings: WorkspaceSettings, server: ScriptedOpenAI | None, rest: str = "0") -> Runtime:
    asked = {
        "OPENAI_API_KEY": server.api_key if server else None, "OPENAI_BASE_URL": server.base_url if server else None,
        "RAINMAKER_MODEL": "scripted", "RAINMAKER_ROUTER": "model", "RAINMAKER_MODEL_TIMEOUT": CALL_SECONDS,
        "RAINMAKER_TURN_MODEL_SECONDS": TURN_SECONDS, "RAINMAKER_MODEL_REST": rest, "AGENT_BUDGET_CEILING": 100_000,
        "RAINMAKER_MODEL_PRICES": {"scripted": {"input": 1, "output": 1}},
    }  # fmt: skip
    return Runtime(Database(settings.url), settings, AgentSettings.model_validate(asked))


async def _colleague(settings: WorkspaceSettings) -> Colleague:
    """A model that asks for what the local model asks for."""
    runtime = _runtime(settings, None)
    try:
        actor = await person(runtime, "admin")
        known = []
        for question in QUESTIONS:
            ended = await _asked(runtime, actor, question)
            steps = ended.answer.steps if ended.answer is not None else []
            known.append((question, [Work(one.agent, one.tool, one.args) for one in steps]))
        return Colleague(sorted(known, key=lambda one: -len(one[0])))
    finally:
        await runtime.close()


TRIAL = Trial(
    "r5",
    "R5: a faulty model endpoint",
    "≥ 1,000 faults of the endpoint, of every kind and at every stage: every turn ends in an answer or a named error "
    "within its limit, and nothing is done twice.",
    run,
)
