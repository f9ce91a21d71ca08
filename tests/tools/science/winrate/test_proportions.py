import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from tools.science.winrate.proportions import (
    benjamini_hochberg,
    change_p,
    chi_square_p,
    fisher_p,
    newcombe,
    poisson_lower,
    poisson_upper,
    pooled_z,
    wilson,
)

counts = st.integers(1, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_wilson_agrees_with_the_reference_implementation(pair: tuple[int, int]) -> None:
    k, n = pair
    assert wilson(k, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-9)


def test_wilson_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(counts, counts)
def test_newcombe_agrees_with_the_reference_implementation(one: tuple[int, int], other: tuple[int, int]) -> None:
    expected = confint_proportions_2indep(*other, *one, method="newcomb")
    assert newcombe(*one, *other) == pytest.approx(expected, abs=1e-9)


def test_pooled_z_agrees_with_the_reference_implementation() -> None:
    z, _ = proportions_ztest([279, 462], [637, 990])
    assert pooled_z(462, 990, 279, 637) == pytest.approx(z)


def test_small_counts_are_tested_exactly() -> None:
    assert change_p(1, 9, 8, 9) == pytest.approx(fisher_p(1, 9, 8, 9))
    assert fisher_p(1, 9, 8, 9) == pytest.approx(fisher_exact([[1, 8], [8, 1]]).pvalue)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_q_values_agree_with_the_reference_implementation(p_values: list[float]) -> None:
    expected = multipletests(p_values, method="fdr_bh")[1] if p_values else []
    assert benjamini_hochberg(p_values) == pytest.approx(list(expected))


@given(st.integers(0, 60), st.floats(0.1, 40))
def test_poisson_tails_meet_at_the_count(count: int, mean: float) -> None:
    mass = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
    assert poisson_upper(count, mean) + poisson_lower(count, mean) == pytest.approx(1 + mass, abs=1e-9)


def test_chi_square_tail_is_close_to_known_points() -> None:
    known = {(7.814728, 3): 0.05, (11.344867, 3): 0.01, (3.841459, 1): 0.05, (18.307038, 10): 0.05}
    found = [chi_square_p(statistic, freedom) for statistic, freedom in known]
    assert np.allclose(found, list(known.values()), atol=0.004)
