from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.tools.science.winrate.companies import Q1, Q2, company, counted, random_company
from tools.science.periods import Period
from tools.science.winrate import Expected, Question, TopKind, Verdict, diagnose

ASK = Question(at=Q2, versus=Q1)


def even(period: Period, rates: dict[str, tuple[int, int]]) -> dict[tuple[Period, str], tuple[int, int]]:
    return {(period, segment): counts for segment, counts in rates.items()}


def test_nothing_moved_is_noise() -> None:
    diagnosis = diagnose(random_company(11), ASK)
    assert diagnosis.verdict is Verdict.NOISE
    assert diagnosis.top is None
    assert "no reliable signal" in diagnosis.statement


def test_a_fallen_segment_is_named_with_its_share() -> None:
    diagnosis = diagnose(random_company(12, deals=16_000, fall={("region", "APAC"): 0.3}), ASK)
    assert diagnosis.verdict is Verdict.RATE_CHANGE
    assert diagnosis.top is not None
    assert (diagnosis.top.dimension, diagnosis.top.segment) == ("region", "APAC")
    assert diagnosis.top.share_of_change == pytest.approx(1, abs=0.35)


def test_a_fall_everywhere_names_no_segment() -> None:
    diagnosis = diagnose(random_company(13, deals=16_000, fall={("", ""): 0.12}), ASK)
    assert diagnosis.verdict is Verdict.RATE_CHANGE
    assert diagnosis.top is not None
    assert diagnosis.top.kind is TopKind.BROAD
    assert diagnosis.top.segment is None


def test_more_of_the_weak_kind_is_a_mix_shift() -> None:
    cells = {
        **even(Q1, {"EMEA": (250, 1000), "APAC": (550, 1000)}),
        **even(Q2, {"EMEA": (400, 1600), "APAC": (220, 400)}),
    }
    diagnosis = diagnose(company(counted(cells)), ASK)
    assert diagnosis.verdict is Verdict.MIX_SHIFT
    assert diagnosis.top is not None
    assert diagnosis.top.dimension == "region"
    assert diagnosis.top.share_of_change == pytest.approx(1, abs=0.01)


def test_the_same_fall_in_earlier_years_is_a_season() -> None:
    cells = {}
    for years in range(3):
        cells |= even(Q1.same_last_year(years), {"A": (500, 1000)}) | even(Q2.same_last_year(years), {"A": (400, 1000)})
    diagnosis = diagnose(company(counted(cells)), ASK)
    assert diagnosis.verdict is Verdict.SEASONAL
    assert diagnosis.top is not None
    assert diagnosis.top.dimension == "calendar"


def test_a_quarter_that_holds_one_month_only_is_a_question_of_position() -> None:
    frames = []
    for period, months in ((Q1, (2,)), (Q2, (0, 1, 2))):
        for month in months:
            part = Period(period.first, period.grain).first.replace(month=period.first.month + month)
            cell = {(Period.containing(part, period.grain), "A"): ((480, 490, 480)[month], (960, 980, 600)[month])}
            frame = counted(cell)
            frames.append(frame.with_columns(close_date=pl.lit(part) + pl.duration(days=pl.int_range(pl.len()) % 27)))
    diagnosis = diagnose(company(pl.concat(frames)), ASK)
    assert diagnosis.verdict is Verdict.SEASONAL
    assert diagnosis.top is not None
    assert diagnosis.top.segment == "position in the period"


def test_old_deals_closed_on_one_day_are_a_fault() -> None:
    cells = even(Q1, {"A": (500, 1000)}) | even(Q2, {"A": (500, 1000)})
    purge = pl.DataFrame({"outcome": [0] * 300, "close_date": [Q2.first + timedelta(days=40)] * 300, "region": "A"})
    diagnosis = diagnose(company(pl.concat([counted(cells), purge.cast({"outcome": pl.Int64})])), ASK)
    assert diagnosis.verdict is Verdict.DATA_QUALITY
    assert "Without that day" in diagnosis.statement


def test_wins_of_the_last_month_not_loaded_are_a_fault() -> None:
    cells = even(Q1, {"A": (500, 1000)}) | even(Q2, {"A": (500, 1000)})
    frame = counted(cells).filter((pl.col("outcome") == 0) | (pl.col("close_date") <= Q2.last - timedelta(days=28)))
    assert diagnose(company(frame), ASK).verdict is Verdict.DATA_QUALITY


def test_losses_filed_away_as_no_decision_are_a_change_of_filing() -> None:
    frame = counted(even(Q1, {"A": (450, 1000)}) | even(Q2, {"A": (450, 1000)}))
    generator = np.random.default_rng(3)
    undecided = (frame["outcome"].to_numpy() == 0) & (generator.random(frame.height) < 0.3)
    reason = np.where(frame["outcome"].to_numpy() == 1, None, np.where(undecided, "No decision", "Price"))
    frame = frame.with_columns(loss_reason=pl.Series(list(reason), dtype=pl.String))
    kept = frame.filter(~(pl.Series(undecided) & (frame["close_date"] >= Q2.first)))
    diagnosis = diagnose(company(kept), ASK)
    assert diagnosis.verdict is Verdict.DATA_QUALITY
    assert diagnosis.top is not None
    assert diagnosis.top.dimension == "loss_reason"


def test_a_renamed_segment_is_proposed_and_stays_quiet() -> None:
    cells = even(Q1, {"A": (250, 500), "B": (150, 500)}) | even(Q2, {"A": (250, 500), "C": (150, 500)})
    diagnosis = diagnose(company(counted(cells)), ASK)
    assert diagnosis.verdict is Verdict.NOISE
    assert any("probably renamed" in line for line in diagnosis.warnings)


def test_few_deals_are_insufficient_and_say_how_many_are_needed() -> None:
    diagnosis = diagnose(company(counted(even(Q1, {"A": (9, 20)}) | even(Q2, {"A": (4, 20)}))), ASK)
    assert diagnosis.verdict is Verdict.INSUFFICIENT_DATA
    assert "we would need about" in diagnosis.statement


def test_offsetting_segments_stay_noise_and_are_told() -> None:
    cells = {
        **even(Q1, {"A": (500, 1000), "B": (300, 1000)}),
        **even(Q2, {"A": (400, 1000), "B": (400, 1000)}),
    }
    diagnosis = diagnose(company(counted(cells)), ASK)
    assert diagnosis.verdict is Verdict.NOISE
    assert any(
        line.startswith("The total moved within its usual range, but A (region)") for line in diagnosis.secondary
    )


def test_a_wrong_premise_is_corrected_first() -> None:
    deals = company(counted(even(Q1, {"A": (300, 1000)}) | even(Q2, {"A": (400, 1000)})))
    diagnosis = diagnose(deals, Question(at=Q2, versus=Q1, expected=Expected.FALL))
    assert diagnosis.statement.startswith("It did not fall, it rose.")


def test_an_unfinished_quarter_is_compared_at_the_same_day() -> None:
    frame = random_company(14).frame.with_columns(pl.col("region", "product", "source").cast(pl.String))
    until = Q2.first + timedelta(days=29)
    deals = company(frame.filter(pl.col("close_date") <= until), as_of=until)
    diagnosis = diagnose(deals, ASK).as_json()
    assert not diagnosis["current"]["complete"]
    first = frame.filter(pl.col("close_date").is_between(Q1.first, Q1.first + timedelta(days=29)))
    assert diagnosis["previous"]["closed"] == first.height
    assert "in the first 30 days" in diagnosis["statement"]


def test_the_usual_movement_between_quarters_excuses_a_change() -> None:
    rates = [500, 560, 570, 470, 480, 560, 490, 560, 500]
    cells = {(Q2.shift(i - 8), "A"): (won, 1000) for i, won in enumerate(rates)}
    deals = company(counted(cells))
    with_wobble, without = diagnose(deals, ASK), diagnose(deals, Question(at=Q2, versus=Q1, wobble=False))
    assert with_wobble.verdict is Verdict.NOISE
    assert with_wobble.findings.overall.variation.sigma_z > 1.5
    assert without.verdict is Verdict.RATE_CHANGE


def test_calm_quarters_are_not_said_to_move_anyway() -> None:
    rates = [500, 495, 505, 500, 490, 505, 500, 515, 460]
    cells = {(Q2.shift(i - 8), "A"): (won, 1000) for i, won in enumerate(rates)}
    diagnosis = diagnose(company(counted(cells)), ASK)
    assert diagnosis.findings.overall.rejects
    assert diagnosis.verdict is Verdict.NOISE
    assert "from 8 earlier periods it cannot be told from the usual movement" in diagnosis.statement


def test_a_person_is_not_named_on_few_deals() -> None:
    cells = even(Q1, {f"rep {i}": (50, 100) for i in range(10)} | {"Ann": (20, 25)})
    cells |= even(Q2, {f"rep {i}": (38, 100) for i in range(10)} | {"Ann": (2, 25)})
    deals = company(counted(cells, dimension="owner"), people=["owner"])
    diagnosis = diagnose(deals, ASK)
    assert diagnosis.top is None or diagnosis.top.segment != "Ann"


def test_the_same_fall_from_year_to_year_is_a_trend_and_no_season() -> None:
    cells = {(Q2.same_last_year(years), "A"): (400 + 80 * years, 1000) for years in range(4)}
    diagnosis = diagnose(company(counted(cells)), Question(at=Q2, versus=Q2.same_last_year()))
    assert diagnosis.verdict is not Verdict.SEASONAL
    assert diagnosis.findings.season is None
