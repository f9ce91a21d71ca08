import pandas as pd
import polars as pl
import pytest
import statsmodels.formula.api as smf

from tests.tools.science.winrate.companies import Q1, Q2, company, counted, random_company
from tools.science.deals import Deals
from tools.science.winrate import Question, diagnose
from tools.science.winrate.coding import Closed, encode
from tools.science.winrate.joint import joint_split
from tools.science.winrate.periods_known import day_number


def sides(deals: Deals) -> tuple[Closed, Closed]:
    closed = encode(deals.frame, deals)
    parts = [closed.between(day_number(period.first), day_number(period.last)) for period in (Q1, Q2)]
    return closed.take(parts[0]), closed.take(parts[1])


def test_rate_part_and_error_agree_with_least_squares() -> None:
    deals = random_company(1)
    split = joint_split(*sides(deals))
    rows = deals.frame.filter(pl.col("close_date") >= Q1.first)
    rows = rows.select("outcome", "region", "product", "source", now=(pl.col("close_date") >= Q2.first).cast(pl.Int64))
    frame = pd.DataFrame({name: rows[name].to_list() for name in rows.columns})
    fitted = smf.ols("outcome ~ C(region) + C(product) + C(source) + now", frame).fit(cov_type="HC1")
    assert split is not None
    assert split.rate == pytest.approx(fitted.params["now"], abs=1e-7)
    assert split.rate_se == pytest.approx(fitted.bse["now"], rel=1e-5)


def test_parts_add_up_to_the_change() -> None:
    diagnosis = diagnose(random_company(2), Question(at=Q2, versus=Q1)).as_json()
    joint = diagnosis["joint"]
    assert joint["rate"] + sum(joint["mix"].values()) == pytest.approx(diagnosis["change"], abs=1e-9)


def test_the_order_of_the_dimensions_changes_nothing() -> None:
    deals = random_company(3)
    previous, current = sides(deals)
    backwards = [each.with_columns(each.columns[::-1]) for each in (previous, current)]
    one, other = joint_split(previous, current), joint_split(*backwards)
    assert one is not None
    assert other is not None
    assert one.mix == pytest.approx(other.mix, abs=1e-9)


def test_a_dimension_told_twice_shares_its_part() -> None:
    frame = random_company(4).frame.drop("account", strict=False)
    once = frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    twice = once.with_columns(again=pl.col("region"))
    one, other = (joint_split(*sides(company(each))) for each in (once, twice))
    assert one is not None
    assert other is not None
    assert one.rate == pytest.approx(other.rate, abs=1e-6)
    assert other.mix["again"] == pytest.approx(one.mix["region"] / 2, abs=1e-6)


def test_shares_of_correlated_dimensions_are_not_counted_twice() -> None:
    cells = {
        (Q1, "weak"): (300, 1200),
        (Q1, "strong"): (1540, 2800),
        (Q2, "weak"): (600, 2400),
        (Q2, "strong"): (880, 1600),
    }
    frame = counted(cells, dimension="a").with_columns(b=pl.col("a"))
    split = joint_split(*sides(company(frame)))
    assert split is not None
    assert split.mix_total / split.change == pytest.approx(1, abs=1e-6)
