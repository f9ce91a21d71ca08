import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.science.winrate.companies import Q1, Q2, company, counted
from tools.science.winrate import Question, diagnose, split

segment = st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
tables = st.lists(segment, min_size=1, max_size=8).filter(
    lambda rows: any(a + b for a, b, _, _ in rows) and any(c + d for _, _, c, d in rows)
)


def arrays(rows: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, ...]:
    won0, lost0, won1, lost1 = np.array(rows, dtype=float).T
    return won0, won0 + lost0, won1, won1 + lost1


@given(tables)
def test_effects_add_up_to_the_change(rows: list[tuple[int, int, int, int]]) -> None:
    k0, n0, k1, n1 = arrays(rows)
    mix, rate = split(k0, n0, k1, n1)
    assert mix.sum() + rate.sum() == pytest.approx(k1.sum() / n1.sum() - k0.sum() / n0.sum(), abs=1e-9)


@given(tables)
def test_swapping_the_periods_flips_every_sign(rows: list[tuple[int, int, int, int]]) -> None:
    k0, n0, k1, n1 = arrays(rows)
    there, back = split(k0, n0, k1, n1), split(k1, n1, k0, n0)
    assert np.allclose(there[0], -back[0], atol=1e-12)
    assert np.allclose(there[1], -back[1], atol=1e-12)


@given(tables)
def test_a_segment_absent_in_one_period_counts_wholly_as_mix(rows: list[tuple[int, int, int, int]]) -> None:
    k0, n0, k1, n1 = arrays(rows)
    _, rate = split(k0, n0, k1, n1)
    assert not rate[(n0 == 0) | (n1 == 0)].any()


def test_a_growing_weak_segment_shows_a_negative_mix_effect() -> None:
    mix, _ = split(*(np.array(each, float) for each in ([80, 10], [100, 100], [40, 20], [50, 200])))
    assert mix[1] < 0


def test_the_table_follows_its_formula_row_by_row() -> None:
    cells = {(Q1, "A"): (50, 100), (Q1, "B"): (30, 100), (Q2, "A"): (40, 100), (Q2, "B"): (60, 200)}
    answer = diagnose(company(counted(cells)), Question(at=Q2, versus=Q1)).as_json()
    overall = (answer["current"]["rate"] + answer["previous"]["rate"]) / 2
    for row in answer["decomposition"]:
        (a, b), (r0, r1) = row["share"], row["rate"]
        assert row["rate_effect"] == pytest.approx((a + b) / 2 * (r1 - r0), abs=1e-12)
        assert row["mix_effect"] == pytest.approx((b - a) * ((r0 + r1) / 2 - overall), abs=1e-12)


def test_long_lists_are_folded_and_still_add_up() -> None:
    cells = {(period, f"s{i:02}"): (20 + i, 60 + i * j) for i in range(20) for j, period in enumerate((Q1, Q2), 1)}
    answer = diagnose(company(counted(cells)), Question(at=Q2, versus=Q1)).as_json()
    rows = [row for row in answer["decomposition"] if row["dimension"] == "region"]
    assert len(rows) == 12
    assert rows[-1]["segment"] == "other"
    assert sum(row["mix_effect"] + row["rate_effect"] for row in rows) == pytest.approx(answer["change"], abs=1e-9)
