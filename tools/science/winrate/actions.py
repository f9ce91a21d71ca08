"""One next step per finding, with who takes it and the figure it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.science.deals import NOT_FILLED_IN
from tools.science.winrate.coding import OTHER
from tools.science.winrate.impact import Impact
from tools.science.winrate.kitagawa import Effect
from tools.science.winrate.proportions import benjamini_hochberg

FOUND = 0.05


@dataclass(frozen=True, slots=True)
class Action:
    """`because` names the figure in the decomposition or elsewhere in the answer; `figure` is its value."""

    text: str
    because: str
    figure: float


def losses_beyond_average(impacts: Sequence[Impact], people: frozenset[str]) -> list[Action]:
    """The segment with the most surely excessive losses among those with q <= .05; never a person."""
    named = [each for each in impacts if each.dimension not in people and each.segment not in {NOT_FILLED_IN, OTHER}]
    q_values = benjamini_hochberg([each.p_value for each in named])
    above = [each for each, q in zip(named, q_values, strict=True) if q <= FOUND and each.interval[0] > 0]
    if not above:
        return []
    worst = max(above, key=lambda each: (each.interval[0], each.dimension, each.segment))
    return [
        Action(
            f"Go through the lost deals of {worst.segment} ({worst.dimension}) with their owners: about "
            f"{worst.excess:.0f} more were lost than at the average rate.",
            f"{worst.segment} excess losses",
            worst.excess,
        )
    ]


def segment_fell(effect: Effect) -> Action:
    lost = effect.closed[1] - effect.won[1]
    return Action(
        f"Read the {lost} lost deals of {effect.segment} ({effect.dimension}) in the current period against the won "
        "ones, with the manager who answers for them.",
        f"{effect.segment} rate_effect",
        effect.rate_effect,
    )


def segment_rose(effect: Effect) -> Action:
    return Action(
        f"Ask the manager who answers for {effect.segment} ({effect.dimension}) what was done differently, and whether "
        "it can be repeated elsewhere.",
        f"{effect.segment} rate_effect",
        effect.rate_effect,
    )


def broad_moved(rate_part: float) -> Action:
    text = (
        "Look for something all segments share (price, competitor, process, market); ask in the next ten deal reviews."
        if rate_part < 0
        else "Ask sales operations what changed for everybody (price, process, market) before planning on this rate."
    )
    return Action(text, "joint rate part", rate_part)


def losses_entered(when: str, loss_speed: float) -> Action:
    return Action(
        f"Ask sales operations why losses are entered {when} (clean-up, new rule), and judge the rate by deals created "
        "in the same weeks once they have had time to close.",
        "loss speed",
        loss_speed,
    )


def newcomers_took_over(column: str, part: float) -> Action:
    return Action(
        f"Look at onboarding and assignment with the team leads: {column} is what changed, not how each class sells.",
        f"{column} mix",
        part,
    )


def mix_moved(dimension: str, segment: str | None, part: float) -> Action:
    what = f"the share of {segment} in {dimension}" if segment else f"the mix of {dimension}"
    return Action(
        f"Decide with marketing and the team leads whether {what} is wanted; the rates within need no repair.",
        f"{dimension} mix",
        part,
    )


def season_returned(usual: float) -> Action:
    return Action("Plan with the usual move at this point of the calendar; no repair is needed.", "season", usual)


def pipeline_aged(exposure: float) -> Action:
    return Action(
        "Wait for the young deals to mature and compare again at the same age; sales operations can watch the age mix.",
        "pipeline age exposure",
        exposure,
    )


def data_first(column: str, part: float) -> Action:
    return Action(
        f"Have sales operations check {column} first; do not act on the rate before that.", f"{column} fault", part
    )


def more_data(needed: int) -> Action:
    return Action(
        "Pool several periods or wait before asking for a cause.", "closed deals needed per period", float(needed)
    )
