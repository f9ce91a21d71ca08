"""The law of arrivals and closings agrees with its own draws."""

import numpy as np
import pytest

from evals.simulator.sizes import bounded, detectable_change, shift_of_members
from evals.simulator.timing import Flow, closed_within, draw_times, scaled_to

QUARTER = (1000.0, 1091.0)


@pytest.mark.parametrize(
    "flow",
    [
        Flow(win_share=0.45, median_win=57, median_loss=14, step=1000.0, factor=2.0),
        Flow(win_share=0.45, median_win=90, median_loss=45, step=1000.0, loss_speed=1.8),
        Flow(win_share=0.50, median_win=60, median_loss=60, step=1000.0, growth=0.001),
    ],
)
def test_expected_closings_are_the_mean_of_drawn_ones(flow):
    flow = scaled_to(flow, 40_000, *QUARTER)
    times = draw_times(flow, start=QUARTER[0], end=QUARTER[1], stale=0.0, rng=np.random.default_rng(1))
    inside = (times.closed >= QUARTER[0]) & (times.closed < QUARTER[1])
    wins, losses = flow.closings(*QUARTER)
    assert (inside & times.won).sum() == pytest.approx(wins, rel=0.03)
    assert (inside & ~times.won).sum() == pytest.approx(losses, rel=0.03)


def test_half_of_the_deals_are_closed_at_the_median():
    assert closed_within(np.array([30.0]), 30.0)[0] == pytest.approx(0.5, abs=1e-6)


def test_doubled_inflow_lowers_the_rate_of_fast_losers_and_not_that_of_equal_speeds():
    def change(median_loss: float) -> float:
        steady = Flow(win_share=0.45, median_win=57, median_loss=median_loss, step=1000.0)
        doubled = Flow(win_share=0.45, median_win=57, median_loss=median_loss, step=1000.0, factor=2.0)
        return doubled.win_share_of_closings(*QUARTER) - steady.win_share_of_closings(*QUARTER)

    assert change(14) == pytest.approx(-0.066, abs=0.01)
    assert change(57) == pytest.approx(0.0, abs=1e-9)


def test_steady_growth_leaves_the_rate_where_it_is():
    flow = Flow(win_share=0.45, median_win=90, median_loss=30, step=1000.0, growth=0.001)
    earlier = flow.win_share_of_closings(909.0, 1000.0)
    assert flow.win_share_of_closings(*QUARTER) == pytest.approx(earlier, abs=1e-3)


def test_the_detectable_change_is_the_published_one():
    assert detectable_change(0.45, 2000, 2000, wobble=0.0) == pytest.approx(0.050, abs=0.0005)
    assert detectable_change(0.45, 2000, 2000, wobble=0.01) > 0.06


def test_moving_members_moves_the_mean_by_the_target_and_leaves_others_alone():
    chances = np.random.default_rng(2).uniform(0.2, 0.7, 3000)
    members = (np.arange(3000) % 3 == 0).astype(float)
    moved = shift_of_members(chances, members, -0.08)
    assert moved.mean() - chances.mean() == pytest.approx(-0.08, abs=1e-6)
    assert np.array_equal(moved[members == 0], chances[members == 0])
    assert np.array_equal(moved, bounded(moved))
