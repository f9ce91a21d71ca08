import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.winrate.movement import Run, between, onwards

DEALS = 1500
PAIR = 2 / DEALS
rates = st.lists(st.floats(-0.3, 0.3), min_size=5, max_size=16).map(np.array)


def run(values: np.ndarray, groups: np.ndarray | None = None) -> Run:
    return Run(np.asarray(values, dtype=np.float64), np.full(len(values), 1 / DEALS), groups)


@settings(max_examples=30)
@given(values=rates, level=st.floats(-1, 1), change=st.floats(-0.4, 0.4))
def test_the_level_of_the_rates_tells_nothing_about_a_change(values: np.ndarray, level: float, change: float) -> None:
    for predicted in (lambda each: between(each, PAIR), onwards):
        assert predicted(run(values + level)).p_value(change) == pytest.approx(
            predicted(run(values)).p_value(change), abs=1e-9
        )


@settings(max_examples=30)
@given(values=rates, change=st.floats(0.01, 0.4))
def test_a_fall_is_judged_like_the_same_rise_of_a_mirrored_history(values: np.ndarray, change: float) -> None:
    for predicted in (lambda each: between(each, PAIR), onwards):
        mirrored = predicted(run(-values)).p_value(-change)
        assert predicted(run(values)).p_value(change) == pytest.approx(mirrored, abs=1e-9)


@settings(max_examples=30)
@given(values=rates)
def test_a_change_found_with_even_odds_has_just_the_level_asked_for(values: np.ndarray) -> None:
    prediction = between(run(values), PAIR)
    assert prediction.p_value(prediction.reach(alpha=0.02, power=0.5)) == pytest.approx(0.02, abs=1e-6)


def test_a_restless_history_asks_for_a_larger_change() -> None:
    generator = np.random.default_rng(1)
    calm, restless = (generator.normal(0, spread, 12) for spread in (0.02, 0.15))
    small, large = (between(run(each), PAIR).reach(alpha=0.02, power=0.8) for each in (calm, restless))
    assert large > 2 * small


def test_a_slow_drift_over_years_is_not_movement_between_neighbours() -> None:
    noise = np.random.default_rng(2).normal(0, 0.026, 32)
    drifting = noise + np.linspace(-0.25, 0.25, 32)
    still, moved = (between(run(each), PAIR).reach(alpha=0.02, power=0.8) for each in (noise, drifting))
    assert moved < 1.35 * still


def test_the_mean_of_each_quarter_can_be_taken_away() -> None:
    quarters = np.arange(12) % 4
    values = np.random.default_rng(3).normal(0, 0.026, 12) + np.array([0.2, -0.1, 0.1, -0.2])[quarters]
    whole, beside = (between(run(values, groups), PAIR).spread for groups in (None, quarters))
    assert beside < whole / 2


def test_part_of_the_way_back_is_expected_after_an_odd_period() -> None:
    steady = np.random.default_rng(4).normal(0, 0.03, 10)
    after_high = onwards(run(np.append(steady, [0.15, 0.0])))
    assert float(after_high.weights @ after_high.centres) < -0.1
    assert after_high.p_value(-0.15) > 0.5


def test_without_movement_or_drift_the_mean_of_all_earlier_periods_is_expected() -> None:
    values = np.random.default_rng(5).normal(0, 0.03, 6)
    prediction = onwards(run(values))
    still = int(np.argmin(prediction.spreads))
    expected = values[:-1].mean() - values[-2]
    assert prediction.centres[still] == pytest.approx(expected)
    assert prediction.spreads[still] == pytest.approx(np.sqrt((1 + 1 / 5) / DEALS))
