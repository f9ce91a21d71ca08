"""Which answers are honest about a planted company; fixed before any answer is seen.

| kind | accepted | why |
|---|---|---|
| nothing, wobble, growth, value only | quiet | the win rate by count has no cause to name |
| relabel | quiet, or a fault in the renamed column | nothing moved; the renaming itself is a true finding |
| offsetting | quiet, one of the two segments among the secondary findings | only the total is quiet |
| segment, rep | that segment as a change of rate | |
| broad, season and fall | broad change of rate | the fall beyond the season was planted on every deal |
| cell | the cell; its sides alone only count as listed | "visible in A" is half of the truth |
| two causes | either segment, or their cell | each moved by the same amount |
| mix in one dimension | that dimension as mix, with the segment that took the place of others | |
| market shift | any dimension that carries at least half of the largest true mix effect | all moved with one factor |
| new hires | mix of tenure, any band of it | the shares of all bands move together |
| season, position, unfinished | seasonal | unfinished and position: silence too while the naive |z| is below 2.33 |
| inflow | timing | |
| losses entered sooner | timing, a fault of entry, or broad if the answer says that losses come sooner | the ladder
  has no verdict of its own for it; "fell everywhere" alone would be false |
| bulk closing, feed gap, filing | a fault of the data | |
| few deals | quiet, the segment, or broad | half of the standard size: naming anything else is overreach |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evals.simulator.kinds import MIX, QUIET, SEASON, Kind
from evals.simulator.plant import mix_effects
from evals.simulator.scene import Scene
from evals.simulator.truth import QUIET_READINGS, Reading, Truth, Verdict

BROAD = Reading(Verdict.RATE_CHANGE, kind="broad")
SEASONAL = Reading(Verdict.SEASONAL)
FAULT = Reading(Verdict.DATA_QUALITY)
TIMING = Reading(Verdict.TIMING)
TENURE = Reading(Verdict.MIX_SHIFT, kind="mix", dimension_part="tenure")
LOSSES_SOONER = Reading(
    Verdict.RATE_CHANGE, kind="broad", says=r"loss\w*[^.]*\b(soon|fast|earl|quick)|(soon|fast|earl|quick)\w*[^.]*\bloss"
)
SILENT_BELOW = 2.33
SAME_FOR_ALL: dict[Kind, tuple[Reading, ...]] = {
    **dict.fromkeys(QUIET - {Kind.RELABEL}, QUIET_READINGS),
    **dict.fromkeys([Kind.BROAD, Kind.SEASON_AND_FALL], (BROAD,)),
    **dict.fromkeys([*SEASON, Kind.POSITION, Kind.UNFINISHED], (SEASONAL,)),
    **dict.fromkeys([Kind.INFLOW_UP, Kind.INFLOW_DOWN], (TIMING,)),
    **dict.fromkeys([Kind.BULK_CLOSE, Kind.FEED_GAP, Kind.FILING], (FAULT,)),
    Kind.NEW_HIRES: (TENURE,),
    Kind.LOSS_FASTER: (TIMING, FAULT, LOSSES_SOONER),
}


def truth_about(scene: Scene, *, expected_change: float) -> Truth:
    """The accepted answers for a company."""
    kind = scene.company.kind
    return Truth(
        expected_change=expected_change,
        detectable=scene.schedule.detectable,
        readings=_readings(scene),
        quiet_below=SILENT_BELOW if kind in {Kind.POSITION, Kind.UNFINISHED} else None,
        mentions=tuple(r.segment or "" for r in _segments(scene)) if kind is Kind.OFFSETTING else (),
    )


def _readings(scene: Scene) -> tuple[Reading, ...]:
    kind = scene.company.kind
    if kind in SAME_FOR_ALL:
        return SAME_FOR_ALL[kind]
    if kind is Kind.REP:
        return (Reading(Verdict.RATE_CHANGE, "rate", scene.staff.column, scene.staff.names[0]),)
    if kind is Kind.MIX_MARKET:
        return _moved_dimensions(scene)
    if kind is Kind.CELL:
        return (_cell(scene),)
    if kind is Kind.TWO_CAUSES:
        return (*_segments(scene), _cell(scene))
    first = _segments(scene)[0]
    if kind in MIX:
        return (replace(first, verdict=Verdict.MIX_SHIFT, kind="mix"),)
    if kind is Kind.RELABEL:
        return (*QUIET_READINGS, Reading(Verdict.DATA_QUALITY, dimension=first.dimension))
    return (first, BROAD, *QUIET_READINGS) if kind is Kind.FEW_DEALS else (first,)


def _segments(scene: Scene) -> tuple[Reading, ...]:
    dimensions = scene.composition.dimensions
    return tuple(
        Reading(Verdict.RATE_CHANGE, "rate", dimensions[home].name, dimensions[home].segments[segment])
        for home, segment in scene.company.planted
    )


def _cell(scene: Scene) -> Reading:
    one, other = _segments(scene)
    return Reading(
        Verdict.RATE_CHANGE, "rate", f"{one.dimension} × {other.dimension}", f"{one.segment} × {other.segment}"
    )


def _moved_dimensions(scene: Scene) -> tuple[Reading, ...]:
    effects = mix_effects(scene.composition, scene.then.astype(np.float64), scene.now.astype(np.float64))
    along = effects * np.sign(effects.sum())
    return tuple(
        Reading(Verdict.MIX_SHIFT, "mix", dimension.name)
        for dimension, effect in zip(scene.composition.dimensions, along, strict=True)
        if effect >= along.max() / 2
    )
