from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from tests.tools.science.winrate.companies import Q1, Q2, company
from tools.science.deals import LOST, OPEN, WON, Deals
from tools.science.winrate import Question, TopKind, Verdict, diagnose

START, END = date(2023, 1, 1), date(2024, 7, 1)
ASK = Question(at=Q2, versus=Q1)


def pipeline(seed: int, *, inflow: float = 1.0, loss_speed: float = 1.0, chance: float = 0.45) -> Deals:
    """Deals won after about 60 days and lost after about 14; from the second quarter of 2024 on the arguments hold."""
    generator = np.random.default_rng(seed)
    total = (END - START).days
    step = (Q2.first - START).days
    per_day = np.where(np.arange(total) >= step, 24 * inflow, 24)
    created = np.repeat(np.arange(total), generator.poisson(per_day))
    late = created >= step
    won = generator.random(len(created)) < np.where(late, chance, 0.45)
    length = np.where(won, generator.gamma(2, 36, len(created)), generator.gamma(2, 8.5, len(created)))
    closed = created + length
    closed = np.where(
        ~won & (closed > step), np.maximum(created, step) + (closed - np.maximum(created, step)) / loss_speed, closed
    )
    outcome = np.where(closed >= total, OPEN, np.where(won, WON, LOST))
    dates = [START + timedelta(days=int(day)) if day < total else None for day in closed]
    frame = pl.DataFrame(
        {
            "outcome": outcome,
            "close_date": dates,
            "created_date": [START + timedelta(days=int(day)) for day in created],
            "region": generator.choice(["A", "B"], len(created)),
        }
    )
    return company(frame, with_open=True, as_of=END - timedelta(days=1))


def test_twice_the_inflow_is_timing_not_selling() -> None:
    diagnosis = diagnose(pipeline(1, inflow=2.0), ASK)
    assert diagnosis.verdict is Verdict.TIMING
    assert diagnosis.top is not None
    assert (diagnosis.top.kind, diagnosis.top.dimension) == (TopKind.TIMING, "pipeline age")
    assert "younger" in diagnosis.statement


def test_the_parts_add_up_to_the_change() -> None:
    findings = diagnose(pipeline(2, inflow=2.0), ASK).findings
    assert findings.timing is not None
    assert findings.timing.change == pytest.approx(findings.overall.change, abs=1e-9)


def test_losses_entered_sooner_are_not_called_lost_more_often() -> None:
    diagnosis = diagnose(pipeline(3, loss_speed=4.0), ASK)
    assert diagnosis.findings.timing is not None
    assert diagnosis.findings.timing.loss_entry in {"sooner", None}
    assert diagnosis.findings.timing.loss_z > 0


def test_without_open_deals_timing_is_said_not_to_be_checked() -> None:
    deals = pipeline(4)
    closed = deals.frame.filter(pl.col("outcome") >= 0).with_columns(pl.col("region").cast(pl.String))
    diagnosis = diagnose(company(closed), ASK)
    assert diagnosis.findings.timing is None
    assert any(line.startswith("Timing could not be checked") for line in diagnosis.warnings)
    assert "timing" not in diagnosis.ruled_out
