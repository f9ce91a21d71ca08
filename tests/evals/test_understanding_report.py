"""Totals, the gate, and what is told of the held-back half."""

import json
from dataclasses import replace

import pytest

from evals import gate, report
from evals.cases import Half, TurnKind
from evals.misses import misses
from evals.scorers.arguments import Difference
from evals.scorers.understanding import TurnScore
from evals.task import Held

SECRET = "a sentence nobody may tune on"


def scored(*, routed: bool = True, commanded: bool | None = True, unwanted: tuple[str, ...] = ()) -> TurnScore:
    fault = () if routed and commanded is not False else (Difference("pipeline.by", "stage", SECRET),)
    return TurnScore(
        "c", 1, SECRET, ("typo",), TurnKind.READ, ("pipeline",), routed, commanded, unwanted, fault, SECRET, 0.01
    )


def held(*scores: TurnScore) -> Held:
    return Held(scores, (("left", SECRET),))


def test_small_talk_counts_for_routing_and_not_for_commands():
    found = report.totals(Half.DEV, held(scored(), scored(commanded=None), scored(commanded=False)))
    assert (found.routing.right, found.routing.of) == (3, 3)
    assert (found.commands.right, found.commands.of) == (1, 2)


def test_rows_carry_the_prompts_that_were_read():
    run = held(replace(scored(commanded=False), prompts=("supervisor@1#a", "house_rules@2#b")), scored())
    told = report.as_json(report.totals(Half.DEV, run), run)
    assert told["prompts"] == ["house_rules@2#b", "supervisor@1#a"]
    assert told["misses"][0]["prompts"] == ["supervisor@1#a", "house_rules@2#b"]


def test_misses_of_the_development_half_name_what_was_expected_and_got():
    told = misses(Half.DEV, held(scored(commanded=False)).scores, most=5)
    assert "pipeline.by: expected stage" in told


def test_nothing_of_the_held_back_half_is_told_but_totals():
    run = held(scored(commanded=False), scored(routed=False, unwanted=(SECRET,)))
    found = report.totals(Half.HELD_BACK, run)
    told = misses(Half.HELD_BACK, run.scores, most=99) + report.in_words(found) + json.dumps(report.as_json(found, run))
    assert SECRET not in told
    assert "pipeline.by" not in told


@pytest.mark.parametrize(
    ("scores", "sentences"),
    [
        ([scored()] * 20, 0),
        ([scored()] * 18 + [scored(commanded=False)] * 2, 0),
        ([scored()] * 17 + [scored(commanded=False)] * 3, 1),
        ([scored()] * 18 + [scored(routed=False)] * 2, 1),
        ([scored()] * 99 + [scored(unwanted=("a task",))], 1),
        ([], 2),
    ],
)
def test_the_gate_opens_only_when_every_figure_is_reached(scores, sentences):
    assert len(gate.missed(report.totals(Half.DEV, held(*scores)))) == sentences
