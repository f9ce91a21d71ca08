from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tests.tools.science.winrate.companies import Q1, Q2, company, random_company
from tools.science.winrate import Question, diagnose
from tools.science.winrate.leak_guard import named_as_afterwards

ASK = Question(at=Q2, versus=Q1)


def frame_with(**columns: object) -> pl.DataFrame:
    deals = random_company(31)
    frame = deals.frame.with_columns(pl.col(*deals.dimensions).cast(pl.String))
    return frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()})  # type: ignore[arg-type]


def excluded(frame: pl.DataFrame, question: Question = ASK) -> dict[str, str]:
    return {each.column: each.reason for each in diagnose(company(frame), question).excluded}


@pytest.mark.parametrize(
    "name", ["deal_stage", "Probability", "loss_reason", "LastActivity", "forecastCategory", "days_open"]
)
def test_names_that_tell_of_the_end_are_recognised(name: str) -> None:
    assert named_as_afterwards(name)


@pytest.mark.parametrize(
    "name", ["region", "lead_source", "product_type", "industry", "company_size", "owner", "blast_radius"]
)
def test_honest_names_pass(name: str) -> None:
    assert not named_as_afterwards(name)


def test_honest_columns_stay() -> None:
    assert excluded(frame_with()) == {}


def test_the_outcome_under_another_name_goes_first() -> None:
    frame = frame_with()
    words = np.where(frame["outcome"].to_numpy() == 1, "Won", "Lost")
    assert excluded(frame.with_columns(where_it_stands=pl.Series(words))) == {
        "where_it_stands": "it is the outcome itself"
    }


def test_a_value_that_is_zero_for_every_loss_is_excluded() -> None:
    frame = frame_with()
    frame = frame.with_columns(amount=pl.col("amount") * pl.col("outcome"))
    assert "every lost deal" in excluded(frame)["amount"]


def test_a_column_filled_in_for_one_outcome_only_is_excluded() -> None:
    frame = frame_with()
    note = np.where(frame["outcome"].to_numpy() == 1, None, np.resize(["price", "feature"], frame.height))
    assert (
        "empty for every won deal" in excluded(frame.with_columns(note=pl.Series(list(note), dtype=pl.String)))["note"]
    )


def test_a_number_that_is_the_time_to_close_is_excluded() -> None:
    frame = frame_with().with_columns(
        n=(pl.col("close_date") - pl.col("created_date")).dt.total_days().cast(pl.Float64)
    )
    assert "time from creation to close" in excluded(frame)["n"]


def test_a_number_that_separates_the_outcomes_is_excluded() -> None:
    frame = frame_with()
    score = frame["outcome"].to_numpy() * 3 + np.random.default_rng(1).normal(0, 1, frame.height)
    assert "separates won from lost" in excluded(frame.with_columns(engagement=pl.Series(score)))["engagement"]


def test_a_suspicious_number_is_kept_and_asked_about() -> None:
    frame = frame_with()
    score = frame["outcome"].to_numpy() * 1.3 + np.random.default_rng(1).normal(0, 1, frame.height)
    diagnosis = diagnose(company(frame.with_columns(engagement=pl.Series(score))), ASK)
    assert any(line.startswith("engagement separates won from lost suspiciously well") for line in diagnosis.warnings)


def test_a_person_may_vouch_for_a_column_or_take_one_out() -> None:
    frame = frame_with().with_columns(stage=pl.col("region"))
    assert "stage" in excluded(frame)
    asked = Question(at=Q2, versus=Q1, known_at_creation=("stage",), known_afterwards=("source",))
    assert list(excluded(frame, asked)) == ["source"]


def test_a_segment_that_fell_to_no_wins_is_a_finding_not_a_leak() -> None:
    frame = frame_with()
    fallen = (pl.col("region") == "APAC") & (pl.col("close_date") >= Q2.first - timedelta(days=0))
    frame = frame.with_columns(outcome=pl.when(fallen).then(pl.lit(0, pl.Int8)).otherwise(pl.col("outcome")))
    diagnosis = diagnose(company(frame), ASK)
    assert diagnosis.excluded == ()
    assert diagnosis.top is not None
    assert diagnosis.top.segment == "APAC"
