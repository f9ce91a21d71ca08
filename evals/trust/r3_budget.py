"""R3: an empty purse cannot be overdrawn, and a process that died keeps no money.

The endpoint keeps a ledger of its own: what it charged is compared with the ceiling, whatever the program believes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from agent.budget.purser import sweep
from agent.schema import TurnAnswer
from db.session import Database
from evals.doubles.openai import ChatRequest, Hang, Reply, Say, ScriptedOpenAI
from evals.doubles.openai import Usage as Reported
from evals.trust import purse_watch
from evals.trust.crowd import Crowd, answers, started
from evals.trust.trial import Finding, Setting, Trial, none_of

CEILING = Decimal(10)
PER_TOKEN = Decimal("0.00001")
PRICES = '{"scripted": {"input": 10, "output": 10}}'
MOST_OUTPUT = 1_500
QUESTIONS = ("what is our win rate", "wht r my top deels", "which tasks are overdue")
WORDED = "Here is what the records hold."
_BEGUN = CEILING * 95 / 100
_MONEY, _LOCAL = "budget for language models", "the local model answered instead"
_PROCESSES = 4


class Ledger:
    """A model that words what it reads and writes down what that cost. It never uses more than it was allowed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a trial has to be repeatable
        self.charged = Decimal(0)
        self.calls = 0

    def __call__(self, request: ChatRequest) -> Reply:
        usage = Reported(len(request.body) // 4, self._random.randint(1, MOST_OUTPUT))
        self.charged += (usage.prompt + usage.completion) * PER_TOKEN
        self.calls += 1
        return Say(WORDED, usage=usage)


async def run(setting: Setting) -> Sequence[Finding]:
    turns = 40 if setting.quick else 200
    return [*await _at_once(setting, turns), *await _after_a_crash(setting, turns // 4)]


async def _at_once(setting: Setting, turns: int) -> list[Finding]:
    ledger = Ledger(setting.seed)
    with setting.workspaces.fresh() as settings, ScriptedOpenAI(ledger) as server:
        database = Database(settings.url)
        try:
            await purse_watch.spend(database, settings, _BEGUN)
            watching = asyncio.create_task(_highest(database))
            crowd = Crowd(QUESTIONS, turns // _PROCESSES)
            answered = await answers([await started(crowd, settings, _model(server)) for _ in range(_PROCESSES)])
            watching.cancel()
            highest = await watching
            booked, left = await purse_watch.spent(database) - _BEGUN, await purse_watch.held(database)
        finally:
            await database.close()
    unworded = [one for one in answered if WORDED not in one.answer]
    silent = [one for one in unworded if _LOCAL not in one.answer]
    # On a busy machine the endpoint may be too slow for one of them, which says that instead.
    blocked = [one for one in unworded if _MONEY in one.answer]
    told = sum((Decimal(one.usage.cost_usd) for one in answered), Decimal(0))
    about = {"turns": turns, "processes": _PROCESSES, "paid calls": ledger.calls, "blocked turns": len(blocked)}
    return [
        none_of("turns without an answer", turns - len([one for one in answered if _whole(one)]), **about),
        _nothing("dollars over the ceiling, by the endpoint's own ledger", _BEGUN + ledger.charged - CEILING),
        _nothing("dollars over the ceiling, spent and reserved at any moment", highest - CEILING),
        _nothing("dollars booked that the endpoint did not charge, or the other way", abs(ledger.charged - booked)),
        _nothing("dollars told in answers that it did not charge, or the other way", abs(ledger.charged - told)),
        none_of("turns that the model did not word and that do not say why", len(silent)),
        none_of("blocked turns that cost something", len([one for one in blocked if one.usage.cost_usd != "0.00"])),
        none_of("reservations left", left),
        Finding("turns that were blocked", len(blocked), "≥ 1", bool(blocked)),
        Finding("paid calls", ledger.calls, "≥ 1", ledger.calls > 0),
    ]


async def _after_a_crash(setting: Setting, turns: int) -> list[Finding]:
    def silence(_: ChatRequest) -> Reply:
        return Hang(600)

    crowd, ledger = Crowd(QUESTIONS, turns), Ledger(setting.seed)
    with (
        setting.workspaces.fresh() as settings,
        ScriptedOpenAI(silence) as silent,
        ScriptedOpenAI(ledger, unused_ok=True) as server,
    ):
        database = Database(settings.url)
        try:
            await purse_watch.spend(database, settings, _BEGUN)
            process = await started(crowd, settings, _model(silent))
            open_before = await _in_mid_call(database, process)
            process.kill()
            await process.communicate()
            now = datetime.now(UTC)
            early = await sweep(database, now)
            swept = await asyncio.gather(*(sweep(database, now + timedelta(hours=1)) for _ in range(3)))
            spent, left = await purse_watch.spent(database), await purse_watch.held(database)
            answered = await answers([await started(crowd, settings, _model(server))])
            later, left_later = await purse_watch.used(database), await purse_watch.held(database)
        finally:
            await database.close()
    about = {"calls under way when the process was killed": open_before}
    return [
        Finding("calls under way when a process was killed", open_before, "≥ 1", open_before > 0),
        none_of("reservations left after the sweep", left + left_later, **about),
        none_of("reservations swept before their time", early),
        none_of("reservations swept twice or not at all", abs(open_before - sum(swept))),
        _nothing("dollars over the ceiling after the sweep", max(spent, later) - CEILING),
        Finding("dollars counted as spent for the killed calls", float(spent - _BEGUN), "> 0", spent > _BEGUN),
        none_of("turns after it without an answer", turns - len([one for one in answered if _whole(one)])),
    ]


def _nothing(figure: str, dollars: Decimal) -> Finding:
    """A sum that must not be above nothing."""
    return Finding(figure, float(max(dollars, Decimal(0))), "0", dollars <= 0)


def _whole(one: TurnAnswer) -> bool:
    return bool(one.answer) and (one.refused is None or one.refused.code != "internal_error")


def _model(server: ScriptedOpenAI) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": server.api_key, "OPENAI_BASE_URL": server.base_url, "RAINMAKER_MODEL": "scripted",
        "RAINMAKER_MODEL_PRICES": PRICES, "AGENT_BUDGET_CEILING": str(CEILING), "AGENT_QUOTE_ABOVE": "1000",
        "RAINMAKER_MODEL_TIMEOUT": "20",
    }  # fmt: skip


async def _highest(database: Database) -> Decimal:
    """The most that was ever spent and reserved together, until it is called off."""
    highest = Decimal(0)
    with suppress(asyncio.CancelledError):
        while True:
            highest = max(highest, await purse_watch.used(database))
            await asyncio.sleep(0.02)
    return max(highest, await purse_watch.used(database))


async def _in_mid_call(database: Database, process: asyncio.subprocess.Process) -> int:
    """Wait until calls are under way and no more are begun; how many."""
    before, steady = 0, 0
    while steady < 10 and process.returncode is None:
        await asyncio.sleep(0.1)
        count = await purse_watch.under_way(database)
        steady = steady + 1 if count and count == before else 0
        before = count
    return before


TRIAL = Trial(
    "r3",
    "R3: an empty purse",
    "200 turns at once at 95 % of a budget: never over it, blocked turns are answered by the local model and say so; "
    "after `kill -9` in mid-call and a sweep no reservation is left.",
    run,
)
