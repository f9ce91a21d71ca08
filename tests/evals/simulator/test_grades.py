"""Grades of answers: what counts as right, as listed, as silent and as wrong."""

import pytest

from evals.scorers.diagnosis import Grade, grade, wilson
from evals.simulator import Reading, Truth, Verdict

SEGMENT = Reading(Verdict.RATE_CHANGE, "rate", "region", "Gulf")
CELL = Reading(Verdict.RATE_CHANGE, "rate", "region × channel", "Gulf × Direct")
BROAD = Reading(Verdict.RATE_CHANGE, kind="broad")
QUIET = Reading(Verdict.NOISE)


def answer(verdict, kind=None, dimension=None, segment=None, **more):
    top = None if kind is None else {"kind": kind, "dimension": dimension, "segment": segment}
    base = {"verdict": verdict, "top": top, "statement": "", "secondary": [], "warnings": [], "indistinguishable": []}
    return {**base, **more}


def graded(given, *readings, **truth):
    return grade(given, Truth(-0.08, 0.05, readings, **truth), whole_z=-2.0)


def test_the_named_segment_is_right():
    assert graded(answer("rate_change", "rate", "region", "Gulf"), SEGMENT) is Grade.RIGHT


def test_another_segment_is_a_wrong_cause_even_when_silence_would_have_been_wrong_too():
    assert graded(answer("rate_change", "rate", "region", "East"), SEGMENT) is Grade.WRONG_CAUSE
    assert graded(answer("noise"), SEGMENT) is Grade.QUIET


def test_a_broad_answer_that_lists_the_segment_is_listed_not_right():
    given = answer("rate_change", "broad", indistinguishable=[{"dimension": "region", "segment": "Gulf"}])
    assert graded(given, SEGMENT) is Grade.LISTED
    assert graded(given, BROAD) is Grade.RIGHT


def test_the_sides_of_a_cell_may_come_in_either_order():
    assert graded(answer("rate_change", "rate", "channel × region", "Direct × Gulf"), CELL) is Grade.RIGHT
    assert graded(answer("rate_change", "rate", "channel × region", "Gulf × Direct"), CELL) is Grade.WRONG_CAUSE


def test_one_side_of_a_cell_counts_as_listed():
    assert graded(answer("rate_change", "rate", "region", "Gulf"), CELL) is Grade.LISTED


def test_a_named_cause_where_nothing_moved_is_a_wrong_verdict():
    assert graded(answer("mix_shift", "mix", "region", "Gulf"), QUIET) is Grade.WRONG_VERDICT


def test_silence_is_right_for_a_position_only_while_the_whole_periods_agree():
    truth = Truth(-0.08, 0.05, (Reading(Verdict.SEASONAL),), quiet_below=2.33)
    assert grade(answer("noise"), truth, whole_z=-2.0) is Grade.RIGHT
    assert grade(answer("noise"), truth, whole_z=-3.0) is Grade.QUIET


def test_offsetting_segments_have_to_be_mentioned():
    silent, mentioned = (
        answer("noise"),
        answer("noise", secondary=["The total moved within its usual range, but Gulf fell."]),
    )
    assert graded(silent, QUIET, mentions=("Gulf", "East")) is Grade.QUIET
    assert graded(mentioned, QUIET, mentions=("Gulf", "East")) is Grade.RIGHT


def test_a_reading_that_asks_for_words_is_not_met_without_them():
    sooner = Reading(Verdict.RATE_CHANGE, kind="broad", says=r"losses .*sooner")
    assert graded(answer("rate_change", "broad"), sooner) is Grade.WRONG_CAUSE
    given = answer("rate_change", "broad", secondary=["losses are entered sooner"])
    assert graded(given, sooner) is Grade.RIGHT


def test_wilson_interval_of_six_in_six_begins_at_61_percent():
    assert wilson(6, 6) == pytest.approx((0.610, 1.0), abs=0.001)
