"""Processes are measured and limited; what they report is kept, what they did wrong is not hidden."""

import sys

import pytest

from evals.bench.errors import SideFailed, UnreadableReport
from evals.bench.processes import Limits, Side, Stopped, alternate, run

MIB = 2**20


def python(code):
    return (sys.executable, "-c", code)


def test_the_parts_of_a_report_are_put_together():
    outcome = run(python("print('{\"a_seconds\": 1}'); print('{\"b\": [2]}')"))
    assert outcome.report == {"a_seconds": 1, "b": [2]}
    assert outcome.stopped is None
    assert outcome.wall_seconds > 0


def test_peak_memory_is_that_of_the_command_and_not_of_this_process():
    ballast = bytearray(b"x") * (300 * MIB)
    small, large = run(python("pass")).peak_bytes, run(python(f"b = bytearray(b'x') * {100 * MIB}")).peak_bytes
    assert small < 100 * MIB < large < len(ballast)


def test_the_memory_limit_stops_a_process_and_keeps_what_it_had_reported():
    code = f"print('{{\"first\": 1}}', flush=True); b = bytearray(b'x') * {800 * MIB}"
    outcome = run(python(code), limits=Limits(memory_bytes=400 * MIB))
    assert (outcome.stopped, outcome.report) == (Stopped.BY_MEMORY, {"first": 1})


def test_the_time_limit_stops_a_process():
    outcome = run(python("while True: pass"), limits=Limits(seconds=0.2))
    assert outcome.stopped is Stopped.BY_TIME


def test_a_failure_that_is_no_limit_is_raised_with_its_error_output():
    with pytest.raises(SideFailed, match="ZeroDivisionError"):
        run(python("1 / 0"), limits=Limits(memory_bytes=400 * MIB))


@pytest.mark.parametrize("line", ["done", "[1]", "{"])
def test_a_report_that_is_no_json_object_is_refused(line):
    with pytest.raises(UnreadableReport):
        run(python(f"print({line!r})"))


def test_sides_take_turns(tmp_path):
    log = tmp_path / "log"
    sides = [Side(name, python(f"open({str(log)!r}, 'a').write('{name}')")) for name in "AB"]
    outcomes = alternate(sides, rounds=3)
    assert log.read_text() == "ABABAB"
    assert {label: len(done) for label, done in outcomes.items()} == {"A": 3, "B": 3}


def test_a_side_that_a_limit_stopped_is_not_run_again():
    sides = [Side("fine", python("pass")), Side("stuck", python("while True: pass"))]
    outcomes = alternate(sides, rounds=3, limits=Limits(seconds=0.5))
    assert {label: len(done) for label, done in outcomes.items()} == {"fine": 3, "stuck": 1}
