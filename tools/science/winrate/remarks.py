"""What stands beside the verdict: findings of later steps, and what the reader must be warned of."""

from __future__ import annotations

import numpy as np

from tools.science.deals import NOT_FILLED_IN, Deals
from tools.science.winrate.cause import Kind
from tools.science.winrate.coding import UNKNOWN_DAY, Closed
from tools.science.winrate.comparison import Comparison
from tools.science.winrate.diagnosis import Findings, Top, TopKind, Verdict
from tools.science.winrate.drivers import Drivers
from tools.science.winrate.kitagawa import Effect
from tools.science.winrate.ladder import too_thin
from tools.science.winrate.leak_guard import Guarded
from tools.science.winrate.proportions import change_p
from tools.science.winrate.renamed import Renamed
from tools.science.winrate.wording import percent, points, rate_in_words, size_in_deals

FOUND = 0.05
MOST_MOVED = 5
NAMING = frozenset({Verdict.RATE_CHANGE, Verdict.MIX_SHIFT})
CAUSES = frozenset({Verdict.RATE_CHANGE, Verdict.MIX_SHIFT, Verdict.SEASONAL, Verdict.TIMING})


def secondary_of(
    verdict: Verdict, findings: Findings, top: Top | None, drivers: Drivers, deals: Deals
) -> tuple[str, ...]:
    """Further findings in words, most useful first."""
    people, currency = frozenset(deals.name_of(name) for name in deals.people), deals.currency
    said: list[str] = []
    if verdict in CAUSES and findings.overall.rejects:
        said.append(size_in_deals(findings.overall, findings.value.won_amount if findings.value else None, currency))
    said += _about_top(findings, top)
    said += _about_steps(verdict, findings)
    said += _moved(verdict, findings, top, people)
    said += _by_value(findings)
    return (*said, *_separation(drivers))


def _about_top(findings: Findings, top: Top | None) -> list[str]:
    if top is None or findings.cause is None or top.kind not in {TopKind.RATE, TopKind.MIX, TopKind.BROAD}:
        return []
    said = []
    if top.interval is not None:
        low, high = top.interval
        where = top.segment if top.kind is TopKind.RATE and top.segment else top.dimension
        said.append(
            f"{where} makes {percent(top.share_of_change)} of the change in this view "
            f"({percent(low)} to {percent(high)})."
        )
    return said + [f"Not settled: {each}." for each in findings.cause.unstable]


def _about_steps(verdict: Verdict, findings: Findings) -> list[str]:
    said = []
    season, timing = findings.season, findings.timing
    if season is not None and season.partly:
        said.append(
            f"Part of it is the season: {points(season.usual)} points came in earlier years too; "
            f"{points(season.excess)} points are beyond that."
        )
    if timing is not None and verdict is Verdict.TIMING:
        expected = findings.overall.current.rate - timing.exposure
        said.append(f"Expect about {percent(expected)} when the pipeline has its earlier age again.")
    cause = findings.cause
    if verdict in {Verdict.SEASONAL, Verdict.TIMING, Verdict.DATA_QUALITY} and cause is not None and cause.dimension:
        kind = "share" if cause.kind is Kind.MIX else "rate"
        said.append(f"Apart from that, the {kind} of {cause.segment or 'owners'} ({cause.dimension}) moved most.")
    return said


def _moved(verdict: Verdict, findings: Findings, top: Top | None, people: frozenset[str]) -> list[str]:
    """Segments whose own change passes q <= .05, apart from the one already named."""
    moved = [
        each
        for each in findings.effects
        if each.q_value <= FOUND and not each.unnamed and each.dimension not in people and min(each.closed) >= 10
    ]
    if verdict is not Verdict.NOISE and (top is None or top.segment is None or verdict not in NAMING):
        return []
    moved = [each for each in moved if top is None or (each.dimension, each.segment) != (top.dimension, top.segment)]
    moved.sort(key=lambda each: (-abs(each.rate_effect), each.dimension, each.segment))
    opening = "The total moved within its usual range, but " if verdict is Verdict.NOISE else ""
    return [f"{opening}{_movement(each)}" for each in moved[:MOST_MOVED]]


def _movement(effect: Effect) -> str:
    (k0, k1), (n0, n1) = effect.won, effect.closed
    return f"{effect.segment} ({effect.dimension}) went from {rate_in_words(k0, n0)} to {rate_in_words(k1, n1)}."


def _by_value(findings: Findings) -> list[str]:
    value = findings.value
    if value is None:
        return []
    seen = "more than usual for these amounts" if value.p_value < 0.02 else "within what these amounts usually give"
    return [f"By value it went from {percent(value.previous)} to {percent(value.current)}, {seen}."]


def _separation(drivers: Drivers) -> list[str]:
    if drivers.auc is None:
        return []
    low, high = drivers.auc.interval
    how = "on the newest fifth of the deals" if drivers.out_of_time else "cross-validated"
    figure = f"AUC {drivers.auc.value:.2f} {how}, {low:.2f} to {high:.2f}; 0.50 is chance"
    if not drivers.auc.separates:
        return [f"Nothing known at creation separates won from lost ({figure}), so no driver is listed."]
    return [f"What is known at creation separates won from lost ({figure})."]


def warnings_of(
    deals: Deals,
    every: Closed,
    *,
    comparison: Comparison,
    guarded: Guarded,
    findings: Findings,
    renamed: list[Renamed],
) -> tuple[str, ...]:
    """What limits the answer, in the order of the ladder."""
    said = [*comparison.remarks, *_about_rows(deals, every)]
    if findings.faults:
        said += [fault.text for fault in findings.faults if not fault.decides or too_thin(findings.overall)]
    said += [each.text for each in renamed]
    said += _less_filled_in(findings)
    if not deals.with_open:
        said.append("Timing could not be checked: the deals hold no open ones.")
    elif findings.overall.rejects and findings.timing is None:
        said.append("Timing could not be checked: creation dates are missing for too many deals.")
    if findings.overall.rejects and findings.season is None:
        said.append("The season could not be checked against earlier years: there are none to compare with.")
    if not findings.overall.variation.known:
        said.append("We have too little history to know how much this rate usually moves.")
    said += [
        f"{column} separates won from lost suspiciously well; was it really known when the deal was created?"
        for column in guarded.doubtful
    ]
    return tuple(said)


def _less_filled_in(findings: Findings) -> list[str]:
    """Columns whose empty cells moved by more than 3 points at p < .01: a change of filing, not of selling."""
    said = []
    for each in findings.effects:
        (a, b), (n0, n1) = each.share, each.closed
        if each.segment != NOT_FILLED_IN or abs(b - a) <= 0.03 or a in {0, 1} or b in {0, 1}:
            continue
        if change_p(n0, round(n0 / a), n1, round(n1 / b)) < 0.01:
            said.append(f"{each.dimension} was {NOT_FILLED_IN} for {percent(a)} of deals, then for {percent(b)}.")
    return said


def _about_rows(deals: Deals, every: Closed) -> list[str]:
    said = [f"{count} rows were set aside: {reason}." for reason, count in deals.set_aside.items() if count]
    undated = int(np.count_nonzero(every.day == UNKNOWN_DAY))
    if undated:
        said.append(f"{undated} closed deals have no close date and are left out of the comparison.")
    if every.created is not None:
        known = (every.created != UNKNOWN_DAY) & (every.day != UNKNOWN_DAY)
        backwards = int(np.count_nonzero(known & (every.created > every.day)))
        if backwards:
            said.append(f"{backwards} deals were closed before they were created; their lengths are not used.")
    return said
