from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from db.demo.draw import Draw, allot, logistic, shift_to_mean


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200), st.integers(0, 999))
def test_every_stretch_holds_its_expected_hits_to_within_one(chances: list[float], seed: int) -> None:
    probability = np.array(chances)
    hits = allot(probability, Draw(seed, "test"))
    gap = np.cumsum(hits) - np.cumsum(probability)
    assert gap.max() - gap.min() <= 1 + 1e-9


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=50), st.floats(0.05, 0.95))
def test_the_shift_makes_the_mean_what_was_asked_for(scores: list[float], target: float) -> None:
    score = np.array(scores)
    assert abs(logistic(score + shift_to_mean(score, target)).mean() - target) < 1e-6


def test_streams_of_other_names_are_independent() -> None:
    one, two = Draw(1, "deals").uniform(4_000), Draw(1, "leads").uniform(4_000)
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.06


def test_picks_follow_their_weights() -> None:
    picks = Draw(1, "picks").pick(20_000, (1.0, 3.0, 0.0))
    assert abs((picks == 1).mean() - 0.75) < 0.02
    assert not (picks == 2).any()
