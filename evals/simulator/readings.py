"""Which answers are honest about a planted company; fixed before any answer is seen.

| kind | accepted | why |
|---|---|---|
| nothing, wobble, growth, value only | quiet | the win rate by count has no cause to name |
| relabel | quiet, or a fault in the renamed column | nothing moved; the renaming itself is a true finding |
| offsetting | quiet, with one of the two segments among the secondary findings | the total is quiet, the parts are not |
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

import numpy as np

from evals.simulator.kinds import Kind
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
    match scene.company.kind:
        case Kind.SEGMENT:
            return _segments(scene)[:1]
        case Kind.FEW_DEALS:
            return (*_segments(scene)[:1], BROAD, *QUIET_READINGS)
        case Kind.REP:
            staff = scene.staff
            return (Reading(Verdict.RATE_CHANGE, "rate", staff.column, staff.names[0]),)
        case Kind.BROAD | Kind.SEASON_AND_FALL:
            return (BROAD,)
        case Kind.CELL:
            return (_cell(scene),)
        case Kind.TWO_CAUSES:
            return (*_segments(scene), _cell(scene))
        case Kind.MIX_INDEPENDENT | Kind.MIX_CORRELATED:
            (first, *_) = _segments(scene)
            return (Reading(Verdict.MIX_SHIFT, "mix", first.dimension, first.segment),)
        case Kind.MIX_MARKET:
            return _moved_dimensions(scene)
        case Kind.NEW_HIRES:
            return (TENURE,)
        case Kind.SEASON_1 | Kind.SEASON_2 | Kind.SEASON_3 | Kind.POSITION | Kind.UNFINISHED:
            return (SEASONAL,)
        case Kind.INFLOW_UP | Kind.INFLOW_DOWN:
            return (TIMING,)
        case Kind.LOSS_FASTER:
            return (TIMING, FAULT, LOSSES_SOONER)
        case Kind.BULK_CLOSE | Kind.FEED_GAP | Kind.FILING:
            return (FAULT,)
        case Kind.RELABEL:
            home, _ = scene.company.planted[0]
            return (*QUIET_READINGS, Reading(Verdict.DATA_QUALITY, dimension=scene.company.dimensions[home].name))
        case _:
            return QUIET_READINGS


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
