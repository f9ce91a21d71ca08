"""Why did the win rate change? The pandas and statsmodels script an analyst would write for it.

Reads a CSV of closed deals and compares the last quarter with the one before: win rate by quarter, by
segment and by both; a rate and mix table for each dimension (Kitagawa 1955) with z tests and
Benjamini–Hochberg (1995) over all of them; a logistic regression with average marginal effects; lost deals
and excess losses by segment; the difference between the median cycles of lost and won deals by segment.
It leaves out what such scripts leave out: season, timing, faults in the data, the joint split, intervals
of medians. Prints a JSON object after each stage, so that what was finished before a limit struck is known.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.stats import mannwhitneyu
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

DIMENSIONS = ["region", "industry", "product_type", "lead_source"]
DRIVERS = "won ~ C(region) + C(industry) + C(product_type) + C(lead_source) + np.log(deal_amount)"
Result = TypeVar("Result")


def read(path: str) -> pd.DataFrame:
    columns = [*DIMENSIONS, "sales_rep", "closed_date", "deal_amount", "sales_cycle_days", "outcome"]
    kinds = dict.fromkeys([*DIMENSIONS, "sales_rep", "outcome"], "category")
    deals = pd.read_csv(path, usecols=columns, dtype=kinds, parse_dates=["closed_date"])
    deals["won"] = (deals["outcome"] == "Won").astype("int8")
    deals["quarter"] = deals["closed_date"].dt.to_period("Q").astype("category")
    return deals


def win_rates(deals: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    table = deals.groupby(by, observed=True)["won"].agg(won="sum", closed="size")
    table["rate"] = table["won"] / table["closed"]
    table["low"], table["high"] = proportion_confint(table["won"], table["closed"], method="wilson")
    return table


def headline(deals: pd.DataFrame) -> dict[str, float]:
    before, after = (row for _, row in win_rates(deals, ["quarter"]).tail(2).iterrows())
    _, p_value = proportions_ztest([after["won"], before["won"]], [after["closed"], before["closed"]])
    return {"before": before["rate"], "after": after["rate"], "p_value": float(p_value)}


def kitagawa(deals: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """Rate and mix effects with mean weights, mix centred; a segment absent in one quarter counts as mix."""
    before, after = deals["quarter"].cat.categories[-2:]
    rates = win_rates(deals, ["quarter", dimension])
    both = rates.loc[before].add_suffix("_0").join(rates.loc[after].add_suffix("_1"), how="outer")
    counts = both[["won_0", "closed_0", "won_1", "closed_1"]].fillna(0)
    share = [counts[f"closed_{i}"] / counts[f"closed_{i}"].sum() for i in (0, 1)]
    rate = [both["rate_0"].fillna(both["rate_1"]), both["rate_1"].fillna(both["rate_0"])]
    weight, mean_rate = (share[0] + share[1]) / 2, (rate[0] + rate[1]) / 2
    both["rate_effect"] = weight * (rate[1] - rate[0])
    both["mix_effect"] = (mean_rate - (weight * mean_rate).sum()) * (share[1] - share[0])
    tests = [
        proportions_ztest([row["won_1"], row["won_0"]], [row["closed_1"], row["closed_0"]])[1]
        if row["closed_0"] and row["closed_1"]
        else np.nan
        for _, row in counts.iterrows()
    ]
    return both.assign(dimension=dimension, p_value=tests)


def decomposition(deals: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([kitagawa(deals, dimension) for dimension in DIMENSIONS])
    tested = table["p_value"].notna()
    table.loc[tested, "q_value"] = multipletests(table.loc[tested, "p_value"], method="fdr_bh")[1]
    return table


def impact(deals: pd.DataFrame) -> pd.DataFrame:
    overall = deals["won"].mean()
    table = pd.concat({dimension: win_rates(deals, [dimension]) for dimension in DIMENSIONS})
    table["score"] = table["closed"] * (1 - table["rate"])
    table["excess"] = table["closed"] * (overall - table["rate"])
    return table


def cycle_gaps(deals: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for dimension in DIMENSIONS:
        for segment, part in deals.groupby(dimension, observed=True):
            won = part.loc[part["won"] == 1, "sales_cycle_days"]
            lost = part.loc[part["won"] == 0, "sales_cycle_days"]
            gap = lost.median() - won.median()
            rows.append((dimension, segment, won.median(), lost.median(), gap, mannwhitneyu(won, lost).pvalue))
    table = pd.DataFrame(rows, columns=["dimension", "segment", "median_won", "median_lost", "gap", "p_value"])
    table["q_value"] = multipletests(table["p_value"], method="fdr_bh")[1]
    return table


def timed(name: str, stage: Callable[[], Result]) -> Result:
    started = time.perf_counter()
    result = stage()
    print(json.dumps({f"{name}_seconds": time.perf_counter() - started}), flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Explain a change of the win rate.")
    parser.add_argument("csv")
    deals = timed("read", lambda: read(parser.parse_args().csv))
    overall = timed("headline", lambda: headline(deals))
    timed("by_quarter", lambda: [win_rates(deals, ["quarter", dimension]) for dimension in DIMENSIONS])
    table = timed("decomposition", lambda: decomposition(deals))
    timed("impact", lambda: impact(deals))
    timed("cycle_gaps", lambda: cycle_gaps(deals))
    fit: Any = timed("logit", lambda: smf.logit(DRIVERS, data=deals).fit(disp=0))
    drivers = timed("marginal_effects", lambda: fit.get_margeff(at="overall", dummy=True).summary_frame())
    effects = table[["rate_effect", "mix_effect"]].sum(axis=1).groupby(table["dimension"]).sum()
    answer = {
        **overall,
        "explained": effects.to_dict(),
        "segments_moved": int((table["q_value"] < 0.05).sum()),
        "largest_driver": str(drivers["dy/dx"].abs().idxmax()),
    }
    print(json.dumps({"answer": answer}))


if __name__ == "__main__":
    main()
