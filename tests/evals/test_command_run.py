"""A conversation against the real runtime, on a small demo company; totals, and what is told of the held-back half."""

import json
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from db.demo import Sizes
from evals import company, gate
from evals.cases import Half
from evals.commands import report
from evals.commands.cases import CommandCase, Effect
from evals.commands.holding import HeldCommands, hold
from evals.commands.scoring import TurnScore
from evals.misses import misses
from evals.scorers.arguments import Difference

SECRET = "a sentence nobody may tune on"
REMINDER = {"create": "task", "set": {"title": "~pallet quote", "owner": "me", "due_at": {"at": "2025-11-21T15:00"}}}
TURNS = [
    {"say": "remind me friday 3pm to chase the pallet quote", "agents": ["automation"], "effect": "write",
     "changes": [REMINDER]},
    {"say": "undo that", "agents": [], "effect": "undo", "changes": [{"taken_back": 1}]},
    {"say": "how many open deals do I have", "agents": ["opportunity"], "effect": "read",
     "answer": {"count": "opportunity", "where": [{"outcome": "open"}]}},
    {"say": "remind me tomorrow at 9 to call the bank", "agents": ["opportunity"], "effect": "read",
     "answer": {"count": "opportunity", "where": [{"outcome": "won"}]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> tuple[TurnScore, ...]:
    path: Path = tmp_path_factory.mktemp("commands") / "demo.db"
    case = CommandCase.model_validate({"id": "one", "person": "manager", "tags": ["task"], "turns": TURNS})

    async def held() -> HeldCommands:
        await company.build(path, sizes=Sizes().scaled(0.02))
        return await hold(path, [case])

    return anyio.run(held).scores


def test_what_was_carried_out_and_taken_back_and_counted_is_right(scores):
    assert [one.right for one in scores[:3]] == [True, True, True]
    assert [one.effective for one in scores[:3]] == [True, True, True]


def test_a_change_nobody_asked_for_and_an_answer_that_was_not_given_are_seen(scores):
    last = scores[3]
    assert not last.routed
    assert not last.resulted
    assert [one.split()[0] for one in last.unwanted] == ["created"]
    assert {one.argument for one in last.differences} == {"answer: count", "agents", "effect"}


def scored(*, right: bool = True, unwanted: tuple[str, ...] = ()) -> TurnScore:
    faults = () if right else (Difference("missing: create task", SECRET, SECRET),)
    return TurnScore(
        "c", 1, SECRET, ("task",), ("automation",), Effect.WRITE, right, right, right, unwanted, faults, SECRET, 0.01
    )


def test_totals_tell_routing_result_and_unwanted_changes_apart():
    run = HeldCommands((scored(), scored(right=False), replace(scored(unwanted=("a row", "another")), case="d")), ())
    found = report.totals(Half.DEV, run)
    assert (found.all.result.right, found.all.right.right, found.all.unwanted, found.unwanted_turns) == (2, 1, 2, 1)
    assert (found.conversations.right, found.conversations.of) == (0, 2)
    assert found.by_area["automation"].routing.right == 2
    assert report.patterns(run) == {"missing: create task": ["c/1"], "unwanted": ["d/1"]}
    assert len(gate.missed_commands(found)) == 3


def test_nothing_of_the_held_back_half_is_told_but_totals():
    run = HeldCommands((scored(right=False), scored(unwanted=(SECRET,))), (("left", SECRET),))
    found = report.totals(Half.HELD_BACK, run)
    told = misses(Half.HELD_BACK, run.scores, most=9) + report.in_words(found) + json.dumps(report.as_json(found, run))
    assert SECRET not in told
    assert "missing" not in told
