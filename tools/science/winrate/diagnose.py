"""Why the win rate moved: the whole diagnosis from deals and a question."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from tools.science.deals import Deals
from tools.science.errors import NoClosedDeals, NoDatedDeals
from tools.science.winrate.cause import Sides, cause_of, joint_of
from tools.science.winrate.coding import UNKNOWN_DAY, Closed, Column, Role, closed_frame, days_of, encode, floats_of
from tools.science.winrate.comparison import Comparison, Window, compare, count
from tools.science.winrate.derived import band_column, tenure_of
from tools.science.winrate.diagnosis import Diagnosis, Findings
from tools.science.winrate.drivers import drivers_of
from tools.science.winrate.faults import faults_of
from tools.science.winrate.impact import cycle_gaps, segment_impacts
from tools.science.winrate.kitagawa import Effect, effects_of, segment_counts, with_q_values
from tools.science.winrate.ladder import ruled_out, too_thin, verdict_of
from tools.science.winrate.leak_guard import Guarded, guard
from tools.science.winrate.money import AtRisk, revenue_at_risk, value_rate
from tools.science.winrate.overall import Overall, overall_test
from tools.science.winrate.periods_known import day_number
from tools.science.winrate.question import Question
from tools.science.winrate.remarks import secondary_of, warnings_of
from tools.science.winrate.renamed import Renamed, renamed_segments, under_one_name
from tools.science.winrate.season import position_of, season_of
from tools.science.winrate.timing import timing_of
from tools.science.winrate.topmost import actions_of, alike_of, top_of
from tools.science.winrate.usual import History, UsualVariation, usual_variation
from tools.science.winrate.wording import statement


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The input in the forms the steps need.

    `every` holds all closed deals with all dimensions; `dated` those with a close date, the dimensions the
    guard kept, bands of numbers and tenure; `filing` are the columns taken out, row for row those of `dated`.
    """

    frame: pl.DataFrame
    every: Closed
    dated: Closed
    guarded: Guarded
    filing: tuple[Column, ...]
    comparison: Comparison


def diagnose(deals: Deals, question: Question | None = None) -> Diagnosis:
    """Compare two periods and say what moved the win rate, or that nothing did.

    Raises:
        NoClosedDeals, NoDatedDeals: there is no rate, or no period, to speak of.
        PeriodWithoutDeals, SamePeriodTwice, UnlikePeriods: the periods named cannot be compared.
    """
    question = question or Question()
    ready = _prepare(deals, question)
    sides = _sides(ready)
    renamed = renamed_segments(sides.previous, sides.current)
    findings = _find(deals, question, ready, sides, renamed)
    verdict = verdict_of(findings)
    top = top_of(verdict, findings, sides)
    kept = frozenset(deals.name_of(name) for name in ready.guarded.dimensions)
    scored = ready.every.with_columns(tuple(each for each in ready.every.columns if each.name in kept))
    impacts = segment_impacts(scored)
    drivers = drivers_of(_known_at_creation(ready))
    return Diagnosis(
        scope=deals.scope,
        deals=len(ready.every),
        comparison=ready.comparison,
        findings=findings,
        verdict=verdict,
        statement=statement(verdict, ready.comparison, findings, top, question.expected),
        top=top,
        indistinguishable=alike_of(verdict, findings, top),
        secondary=secondary_of(verdict, findings, top, drivers, deals),
        ruled_out=ruled_out(verdict, findings),
        drivers=drivers,
        excluded=ready.guarded.excluded,
        segment_impact=tuple(impacts),
        cycle_outcome_gap=tuple(cycle_gaps(scored)),
        revenue_at_risk=tuple(_at_risk(deals, ready, sides, findings)),
        actions=actions_of(verdict, findings, top, impacts, people=frozenset(deals.name_of(p) for p in deals.people)),
        warnings=warnings_of(
            deals,
            ready.every,
            comparison=ready.comparison,
            guarded=ready.guarded,
            findings=findings,
            renamed=renamed,
        ),
    )


def _prepare(deals: Deals, question: Question) -> _Prepared:
    frame = closed_frame(deals)
    if frame.height == 0:
        raise NoClosedDeals(deals.scope)
    if "close_date" not in frame.columns or frame["close_date"].null_count() == frame.height:
        raise NoDatedDeals(frame.height)
    every = encode(frame, deals)
    guarded = guard(deals, frame, every, question)
    dated_frame = frame
    usable = every.day != UNKNOWN_DAY
    if deals.as_of is not None:
        usable &= days_of(frame, "close_date") <= day_number(deals.as_of)
    dated = every
    if not usable.all():
        dated_frame, dated = frame.filter(pl.Series(usable)), every.take(np.flatnonzero(usable))
    if not len(dated):
        raise NoDatedDeals(frame.height)
    comparison = compare(deals, dated, question)
    out = {each.column for each in guarded.excluded}
    filing = tuple(column for column in dated.columns if column.name in out)
    dated = dated.with_columns(_columns(deals, dated_frame, dated, guarded))
    return _Prepared(frame, every, dated, guarded, filing, comparison)


def _columns(deals: Deals, frame: pl.DataFrame, dated: Closed, guarded: Guarded) -> tuple[Column, ...]:
    """The kept dimensions but pure roll-ups, bands of the kept numbers, and tenure."""
    names = {deals.name_of(name) for name in guarded.dimensions if name not in deals.grouped}
    columns = [column for column in dated.columns if column.name in names]
    for name in guarded.measures:
        band = band_column(deals.name_of(name), floats_of(frame, name))
        if band is not None:
            columns.append(band)
    tenure = tenure_of(deals, frame)
    return tuple(columns if tenure is None else [*columns, tenure])


def _sides(ready: _Prepared) -> Sides:
    """Current, previous and further reference deals with the columns that vary over them."""
    comparison, dated = ready.comparison, ready.dated
    further = [window for window in comparison.reference if window.period.first != comparison.previous.period.first]
    parts = [each.rows(dated) for each in (comparison.current, comparison.previous, *further)]
    current, previous, *rest = (dated.take(rows) for rows in parts)
    names = _varying([current, previous, *rest])
    current, previous, *rest = (
        each.with_columns(tuple(column for column in each.columns if column.name in names))
        for each in (current, previous, *rest)
    )
    return Sides(current, previous, tuple(rest))


def _varying(sides: list[Closed]) -> frozenset[str]:
    """Columns with at least two levels over all the deals given."""
    counts = {column.name: np.zeros(len(column.levels), dtype=np.int64) for column in sides[0].columns}
    for closed in sides:
        for column in closed.columns:
            counts[column.name] += np.bincount(column.codes, minlength=len(column.levels))
    return frozenset(name for name, each in counts.items() if np.count_nonzero(each) > 1)


def _find(deals: Deals, question: Question, ready: _Prepared, sides: Sides, renamed: list[Renamed]) -> Findings:
    comparison = ready.comparison
    overall = _overall(ready, comparison.previous, question)
    effects = tuple(_effects(sides))
    joined = _joined(sides, renamed)
    joint = joint_of(joined)
    whole, close_name = comparison.whole_previous, deals.name_of("close_date")
    found = Findings(
        overall=overall,
        effects=effects,
        joint=joint,
        value=value_rate(sides.previous, sides.current) if "amount" in ready.guarded.measures else None,
        whole=None if whole is None else _overall(ready, whole, question),
        faults=tuple(faults_of(ready.dated, ready.filing, comparison, overall, close_name=close_name)),
    )
    if too_thin(overall) or not overall.rejects:
        return found
    years = [(count(ready.dated, before), count(ready.dated, after)) for before, after in comparison.last_years]
    windows = comparison.previous, comparison.current
    return replace(
        found,
        season=season_of(overall, years),
        position=position_of(sides.previous, sides.current, windows, overall),
        timing=timing_of(deals, comparison, overall),
        cause=None if joint is None else cause_of(joined, joint, sign=overall.sign, name_people=question.name_people),
    )


def _overall(ready: _Prepared, previous: Window, question: Question) -> Overall:
    comparison = ready.comparison
    now, before = count(ready.dated, comparison.current), count(ready.dated, previous)
    variation = usual_variation(_history(ready), now, before)
    if not question.wobble:
        variation = UsualVariation(1.0, variation.periods)
    return overall_test(now, before, variation, alpha=question.alpha)


def _history(ready: _Prepared) -> History:
    comparison = ready.comparison
    starts = [window.period.first for window in comparison.history]
    previous = comparison.previous.period.first
    return History(
        counts=[count(ready.dated, window) for window in comparison.history],
        seasons=[window.period.number for window in comparison.history],
        previous=starts.index(previous) if previous in starts else None,
        season=comparison.current.period.number,
    )


def _effects(sides: Sides) -> list[Effect]:
    found: list[Effect] = []
    for column in sides.previous.columns:
        found += effects_of(segment_counts(column, sides.previous, sides.current))
    return with_q_values(found)


def _joined(sides: Sides, renamed: list[Renamed]) -> Sides:
    """The same deals with renamed segments under one name."""
    if not renamed:
        return sides
    current, previous, *further = (
        under_one_name(each, renamed) for each in (sides.current, sides.previous, *sides.further)
    )
    return Sides(current, previous, tuple(further))


def _known_at_creation(ready: _Prepared) -> Closed:
    return ready.dated.with_columns(
        tuple(each for each in ready.dated.columns if each.role in {Role.BUSINESS, Role.BAND})
    )


def _at_risk(deals: Deals, ready: _Prepared, sides: Sides, findings: Findings) -> list[AtRisk]:
    if "amount" not in ready.guarded.measures:
        return []
    return revenue_at_risk(deals, ready.guarded.dimensions, sides.previous, sides.current, findings.effects)
