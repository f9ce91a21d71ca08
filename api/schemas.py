"""The published shapes: what a turn answers and what a diagnosis says, as JSON Schema with one full example each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agent.schema import TurnAnswer

FOLDER = Path(__file__).parent.parent / "docs" / "schemas"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeriodFigures(Strict):
    period: str
    won: int
    closed: int
    rate: float | None
    interval: tuple[float, float]
    complete: bool


class TopCause(Strict):
    dimension: str | None
    segment: str | None
    kind: Literal["rate", "mix", "broad", "timing", "season", "data"]
    share_of_change: float


class Segment(Strict):
    dimension: str
    segment: str


class JointParts(Strict):
    rate: float
    rate_interval: tuple[float, float]
    mix: dict[str, float]
    mix_interval: tuple[float, float]


class UsualVariation(Strict):
    sigma_z: float
    periods: int


class SegmentEffect(Segment):
    share: tuple[float, float]
    rate: tuple[float, float]
    mix_effect: float
    rate_effect: float
    interval: tuple[float, float]
    q_value: float


class Driver(Strict):
    feature: str
    marginal_effect: float
    interval: tuple[float, float]
    q_value: float


class ExcludedColumn(Strict):
    column: str
    reason: str


class SegmentImpact(Segment):
    closed: int
    win_rate: float
    score: int
    excess: float
    interval: tuple[float, float]


class CycleOutcomeGap(Segment):
    median_won: float
    median_lost: float
    gap: float
    interval: tuple[float, float]
    p_value: float


class RevenueAtRisk(Segment):
    expected_loss: str
    excess: str
    rule: str


class RankedAction(Strict):
    text: str
    because: str
    figure: float


class DiagnosisShape(Strict):
    """Why the win rate moved between two periods, or that it did not."""

    metric: Literal["win_rate"]
    definition: str
    scope: str
    deals: int
    current: PeriodFigures
    previous: PeriodFigures
    change: float
    p_value: float
    detectable_change: float
    verdict: Literal["rate_change", "mix_shift", "timing", "seasonal", "noise", "insufficient_data", "data_quality"]
    statement: str
    top: TopCause | None
    indistinguishable: list[Segment]
    secondary: list[str]
    ruled_out: list[str]
    joint: JointParts
    usual_variation: UsualVariation
    decomposition: list[SegmentEffect]
    drivers: list[Driver]
    excluded: list[ExcludedColumn]
    segment_impact: list[SegmentImpact]
    cycle_outcome_gap: list[CycleOutcomeGap]
    revenue_at_risk: list[RevenueAtRisk]
    actions: list[RankedAction]
    warnings: list[str]


PUBLISHED: dict[str, type[BaseModel]] = {"turn": TurnAnswer, "diagnosis": DiagnosisShape}


def published(name: str) -> dict[str, Any]:
    """The schema as it stands in the code, with the stored example."""
    example = json.loads((FOLDER / f"{name}.example.json").read_text(encoding="utf-8"))
    return PUBLISHED[name].model_json_schema() | {"examples": [example]}


def write() -> None:
    """Renew the schema files from the code: `python -c "from api.schemas import write; write()"`."""
    for name in PUBLISHED:
        text = json.dumps(published(name), ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.schema.json").write_text(f"{text}\n", encoding="utf-8")
