"""The rule of thumb the diagnosis is compared with."""

from evals.simulator import Kind, Verdict, simulate
from evals.simulator.naive import naive_answer


def test_it_names_a_large_fall_of_one_segment():
    hits = 0
    for seed in range(8):
        case = simulate(Kind.SEGMENT, size=2.5, closings=800, seed=seed)
        hits += naive_answer(case).names(case.truth.readings[0])
    assert hits >= 7


def test_it_always_blames_a_segment_for_a_broad_fall():
    for seed in range(8):
        answer = naive_answer(simulate(Kind.BROAD, size=2.5, closings=800, seed=seed))
        assert answer.verdict in {Verdict.RATE_CHANGE, Verdict.MIX_SHIFT}
        assert answer.segment is not None


def test_it_is_silent_below_the_usual_bound():
    answers = [naive_answer(simulate(Kind.NOTHING, closings=300, seed=seed)) for seed in range(20)]
    for answer in answers:
        assert (answer.verdict is Verdict.NOISE) == (abs(answer.z) <= 1.96)
