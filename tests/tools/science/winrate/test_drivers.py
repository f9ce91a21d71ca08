import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

from tests.tools.science.winrate.companies import Q1, company
from tools.science.winrate import diagnose
from tools.science.winrate.auc import auc_of
from tools.science.winrate.coding import Column
from tools.science.winrate.logistic import design_of, fit_logistic, predict


def columns(seed: int, n: int = 4_000) -> tuple[Column, ...]:
    generator = np.random.default_rng(seed)
    return tuple(
        Column(name, generator.choice(3, n, p=[0.5, 0.3, 0.2]).astype(np.uint16), ("x", "y", "z"))
        for name in ("a", "b")
    )


def test_weights_agree_with_the_reference_implementation() -> None:
    design = design_of(columns(1))
    chance = 1 / (1 + np.exp(-(design.x @ np.array([-0.2, 0.5, -0.3, 0.2, 0.8]))))
    y = (np.random.default_rng(2).random(len(chance)) < chance).astype(float)
    weights, _ = fit_logistic(design.x, y)
    assert np.allclose(weights, sm.Logit(y, design.x).fit(disp=False).params, atol=0.003)
    assert predict(design.x, weights).mean() == pytest.approx(y.mean(), abs=1e-4)


def test_auc_counts_pairs() -> None:
    score, won = np.array([0.1, 0.4, 0.4, 0.8]), np.array([False, False, True, True])
    assert auc_of(score, won).value == pytest.approx((1 + 0.5 + 1 + 1) / 4)


def test_a_real_driver_is_listed_with_its_size() -> None:
    generator = np.random.default_rng(3)
    source = generator.choice(["Inbound", "Referral"], 5_000)
    won = generator.random(5_000) < np.where(source == "Referral", 0.6, 0.4)
    frame = pl.DataFrame(
        {"outcome": won.astype(int), "close_date": [Q1.first] * 5_000, "lead_source": pl.Series(source)}
    )
    listed = {each.feature: each for each in diagnose(company(frame)).drivers.listed}
    assert listed["lead_source=Referral"].marginal_effect == pytest.approx(0.1, abs=0.03)
    low, high = listed["lead_source=Referral"].interval
    assert low < 0.1 < high


def test_nothing_is_listed_where_nothing_separates() -> None:
    generator = np.random.default_rng(4)
    frame = pl.DataFrame(
        {
            "outcome": generator.integers(0, 2, 5_000),
            "close_date": [Q1.first] * 5_000,
            **{f"c{i}": pl.Series(generator.choice(list("abcdef"), 5_000)) for i in range(5)},
        }
    )
    diagnosis = diagnose(company(frame))
    assert diagnosis.drivers.listed == ()
    assert any("Nothing known at creation separates won from lost" in line for line in diagnosis.secondary)


def test_repeating_accounts_widen_the_interval() -> None:
    generator = np.random.default_rng(5)
    source = generator.choice(["Inbound", "Referral"], 2_000)
    won = generator.random(2_000) < np.where(source == "Referral", 0.6, 0.4)
    frame = pl.DataFrame(
        {"outcome": won.astype(int), "close_date": [Q1.first] * 2_000, "lead_source": pl.Series(source)}
    )
    tenfold = pl.concat([frame.with_columns(account=pl.int_range(pl.len(), dtype=pl.UInt32))] * 10)
    alone, together = (diagnose(company(each)).drivers.listed for each in (tenfold.drop("account"), tenfold))
    width = {each.feature: each.interval[1] - each.interval[0] for each in alone}
    wider = {each.feature: each.interval[1] - each.interval[0] for each in together}
    assert wider["lead_source=Referral"] > 2.5 * width["lead_source=Referral"]
