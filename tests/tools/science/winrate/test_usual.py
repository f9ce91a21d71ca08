import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.science.winrate.comparison import Counts
from tools.science.winrate.overall import Overall, overall_test
from tools.science.winrate.usual import History, usual_variation

DEALS = 1500
STEADY = [0.45, 0.46, 0.44, 0.45, 0.465, 0.45, 0.44, 0.455, 0.45]


def judged(rates: list[float], *, deals: int = DEALS, apart: int = 1) -> Overall:
    """The last rate against the one `apart` before it."""
    counts = [Counts(round(rate * deals), deals) for rate in rates]
    earlier = counts[:-1]
    numbers = [i % 4 + 1 for i in range(len(counts))]
    history = History(earlier, numbers[:-1], previous=len(earlier) - apart, season=numbers[-1])
    variation = usual_variation(history, counts[-1], earlier[-apart])
    return overall_test(counts[-1], earlier[-apart], variation, alpha=0.02)


def test_a_fall_after_steady_quarters_is_beyond_the_usual() -> None:
    assert judged([*STEADY, 0.38]).beyond_usual


def test_the_same_fall_among_restless_quarters_is_not() -> None:
    restless = [0.45, 0.52, 0.41, 0.48, 0.39, 0.46, 0.53, 0.42, 0.45]
    overall = judged([*restless, 0.38])
    assert overall.rejects
    assert not overall.beyond_usual


def test_a_change_made_by_the_previous_quarter_does_not_hide_in_its_own_spread() -> None:
    assert judged([*STEADY, 0.55, 0.45]).beyond_usual


def test_fewer_than_four_quarters_say_nothing_of_the_usual() -> None:
    overall = judged([0.45, 0.53, 0.41, 0.34])
    assert not overall.variation.known
    assert overall.beyond_usual
    assert overall.detectable == overall.detectable_sampling


def test_a_comparison_over_a_year_looks_at_the_two_quarters_alone() -> None:
    assert len(judged([*STEADY, 0.38], apart=4).variation.expected) == 1
    assert len(judged([*STEADY, 0.38]).variation.expected) == 2


def test_a_season_does_not_count_as_movement() -> None:
    season = [0.52, 0.45, 0.47, 0.40]
    history = [season[i % 4] for i in range(12)]
    assert judged([*history, 0.52]).detectable < 0.09
    assert judged([*history, 0.62]).beyond_usual


def test_what_cannot_be_seen_with_few_deals_is_not_called_seen() -> None:
    assert judged([*STEADY, 0.45], deals=200).detectable > judged([*STEADY, 0.45]).detectable > 0.05


@settings(max_examples=40)
@given(rates=st.lists(st.floats(0.3, 0.6), min_size=6, max_size=12))
def test_a_change_called_usual_is_smaller_than_what_would_be_seen(rates: list[float]) -> None:
    overall = judged(rates)
    assert overall.beyond_usual or abs(overall.change) < overall.detectable


@pytest.mark.parametrize("movement", [0.0, 0.01, 0.02])
def test_unchanged_pairs_are_rarely_beyond_the_usual(movement: float) -> None:
    generator = np.random.default_rng(7)
    beyond = 0
    for _ in range(60):
        rates = generator.normal(0.46, movement, 10)
        drawn = generator.binomial(DEALS, rates) / DEALS
        beyond += judged(drawn.tolist()).beyond_usual
    assert beyond <= 4
