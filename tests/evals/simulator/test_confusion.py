"""Trials, the confusion table, and the command."""

import json

from evals.scorers.diagnosis import Grade
from evals.simulator import Kind
from evals.simulator.__main__ import main
from evals.simulator.table import broad_pinned, rows_of
from evals.simulator.trial import Trial, run


def trial(kind, grade, *, z=3.0, top=None, naive=False):
    return Trial(
        kind=kind, seed=1, multiple=1.5, whole_z=z, verdict="rate_change", top=top, truth="", grade=grade,
        naive_right=naive, seconds=0.1,
    )  # fmt: skip


def test_a_row_counts_right_answers_in_all_runs_and_in_detected_ones():
    trials = [trial(Kind.BROAD, Grade.RIGHT), trial(Kind.BROAD, Grade.QUIET, z=1.0), trial(Kind.CELL, Grade.LISTED)]
    broad, cell = rows_of(trials)
    assert (broad.right.k, broad.right.n) == (1, 2)
    assert (broad.given_detected.k, broad.given_detected.n) == (1, 1)
    assert (broad.wanted, broad.met) == (0.95, False)
    assert (cell.right.k, cell.grades, cell.met) == (0, {"listed": 1}, None)


def test_a_broad_fall_with_a_named_segment_is_counted_as_pinned():
    pinned = trial(Kind.BROAD, Grade.WRONG_CAUSE, top=("rate", "region", "Gulf"))
    named = trial(Kind.BROAD, Grade.RIGHT, top=("broad", None, None))
    assert broad_pinned([pinned, named, trial(Kind.SEGMENT, Grade.RIGHT, top=("rate", "region", "Gulf"))]).value == 0.5


def test_a_run_is_reproduced_by_its_arguments():
    one, two = (run(Kind.SEGMENT, 77, size=2.0, closings=600) for _ in range(2))
    assert (one.verdict, one.top, one.grade, one.whole_z) == (two.verdict, two.top, two.grade, two.whole_z)


def test_the_command_writes_every_trial_and_its_settings(tmp_path, capsys):
    out = tmp_path / "table.json"
    main(["--closings", "400", "--runs", "2", "--seed", "5", "--kinds", "nothing,bulk_close", "--out", str(out)])
    written = json.loads(out.read_text())
    assert [row["kind"] for row in written["rows"]] == ["nothing", "bulk_close"]
    assert [t["seed"] for t in written["trials"]] == [500000, 500001] * 2
    assert written["settings"]["seed"] == "5"
    assert "bulk_close" in capsys.readouterr().out


def test_an_unknown_kind_is_refused_with_the_known_ones(capsys):
    assert main(["--kinds", "weather"]) == 2
    assert "weather" in capsys.readouterr().err
