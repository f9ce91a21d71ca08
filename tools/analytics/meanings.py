"""What the numbers in the sentences of a diagnosis are, and which deals they count."""

from __future__ import annotations

from collections.abc import Iterator

from tools.analytics.behind import Lists, Span
from tools.cited import Known
from tools.science.winrate import Diagnosis, win_rate_table
from tools.science.winrate.comparison import Counts, Window
from tools.science.winrate.topmost import CROSS
from tools.science.winrate.wording import rate_in_words


def meanings(diagnosis: Diagnosis, lists: Lists) -> tuple[Known, ...]:
    """The counted figures with the lists that hold their deals, then the computed ones, which no list makes."""
    return (
        *_totals(diagnosis, lists),
        *_segments(diagnosis, lists),
        *_passed_over(diagnosis, lists),
        *_parts(diagnosis),
        *_COMPUTED,
    )


def segment_of(dimension: str, segment: str) -> dict[str, str]:
    """A segment as conditions; one that crosses dimensions has several."""
    return dict(zip(dimension.split(CROSS), segment.split(CROSS), strict=False))


def _totals(diagnosis: Diagnosis, lists: Lists) -> Iterator[Known]:
    comparison, overall = diagnosis.comparison, diagnosis.findings.overall
    span = "" if comparison.cut is None else f"the first {comparison.cut} days of "
    for window, counts in ((comparison.current, overall.current), (comparison.previous, overall.previous)):
        yield _rate(counts, window, diagnosis, lists, span=span, after=f" in {span}{window.period}")
    whole = diagnosis.findings.whole
    if comparison.whole_previous is not None and whole is not None:
        before = f"Against the whole of {comparison.previous.period} it looks different ("
        yield _rate(whole.previous, comparison.whole_previous, diagnosis, lists, before=before)
    yield Known("days of each period that are compared", before=" in the first ", after=" days of ")
    rows = lists.of(diagnosis.deals)
    yield Known(f"closed deals, {diagnosis.scope}", f"{diagnosis.deals:,}", after=" closed deals.", rows=rows)


def _rate(
    counts: Counts, window: Window, diagnosis: Diagnosis, lists: Lists, *, span: str = "", **around: str
) -> Known:
    rows = lists.of(counts.closed, span=Span.counted_in(window))
    label = f"win rate, {span}{window.period}, {diagnosis.scope}"
    return Known(label, rate_in_words(counts.won, counts.closed), rows=rows, **around)


def _segments(diagnosis: Diagnosis, lists: Lists) -> Iterator[Known]:
    """The segments that are spoken of: the one named as the cause, and those said to have moved."""
    top, spoken = diagnosis.top, " ".join([diagnosis.statement, *diagnosis.secondary, *_steps(diagnosis)])
    if top is not None and top.dimension and top.segment and top.won is not None and top.closed is not None:
        before = f"{top.segment} in {top.dimension} ("
        yield from _moved(diagnosis, lists, (top.dimension, top.segment), won=top.won, closed=top.closed, before=before)
    for each in diagnosis.findings.effects:
        name = f"{each.segment} ({each.dimension})"
        if name not in spoken:
            continue
        where = (each.dimension, each.segment)
        yield from _moved(diagnosis, lists, where, won=each.won, closed=each.closed, before=f"{name} went from ")
        lost = each.closed[1] - each.won[1]
        current = diagnosis.comparison.current
        rows = lists.of(lost, status="lost", span=Span.counted_in(current), segment=segment_of(*where))
        yield Known(
            f"lost deals, {name}, {current.period}, {diagnosis.scope}",
            str(lost),
            before="Read the ",
            after=f" lost deals of {name}",
            rows=rows,
        )
        for verb in (" grew from ", " shrank from "):
            yield Known(f"share of {name} among the closed deals", before=f"{name}{verb}")


def _steps(diagnosis: Diagnosis) -> list[str]:
    return [action.text for action in diagnosis.actions]


def _moved(
    diagnosis: Diagnosis,
    lists: Lists,
    where: tuple[str, str],
    *,
    won: tuple[int, int],
    closed: tuple[int, int],
    before: str,
) -> Iterator[Known]:
    """The rates of a segment in the previous and in the current period, said one after the other."""
    comparison, (dimension, segment) = diagnosis.comparison, where
    for window, wins, count in zip((comparison.previous, comparison.current), won, closed, strict=True):
        rate = rate_in_words(wins, count)
        rows = lists.of(count, span=Span.counted_in(window), segment=segment_of(dimension, segment))
        label = f"win rate, {dimension.replace('_', ' ')} {segment}, {window.period}, {diagnosis.scope}"
        yield Known(label, rate, before=before, rows=rows)
        before += f"{rate} to "


def _passed_over(diagnosis: Diagnosis, lists: Lists) -> Iterator[Known]:
    """Periods named with the number of their deals, and why they were not taken."""
    period = diagnosis.comparison.current.period
    for row in win_rate_table(lists.deals, grain=period.grain, year_start=period.year_start):
        if row.period is not None and row.period.first > period.first:
            rows = lists.of(row.closed, span=Span.of(row.period))
            label = f"closed deals, {row.period}, {diagnosis.scope}"
            yield Known(label, str(row.closed), before=f"{row.period} (", after=" closed)", rows=rows)


def _parts(diagnosis: Diagnosis) -> Iterator[Known]:
    """Shares of the change."""
    comparison, top = diagnosis.comparison, diagnosis.top
    change = f"the change of the win rate from {comparison.previous.period} to {comparison.current.period}"
    name = (top.segment or top.dimension) if top is not None else None
    share = f"share of {name} in {change}" if name else f"share in {change}"
    yield Known(f"95 % interval, {share}", before=" of the change in this view (")
    yield Known(share, after=" of the change")
    yield Known(f"part of {change} that lies in the rates of like deals", before="Taken together, rate makes ")
    yield Known(f"part of {change} that lies in the mix of deals", before=" points and mix ")
    yield Known(f"difference in wins at the rate of {comparison.previous.period}", before="About ", after=" wins ")
    yield Known("95 % interval of the difference in wins", before=" than at the earlier rate (")


_WORTH = "worth of the difference in wins at the mean amount of a won deal"
_COMPUTED = (
    Known(_WORTH, after=" at the mean amount of a won deal"),
    Known(f"95 % interval, {_WORTH}", before=" at the mean amount of a won deal ("),
    Known("smallest change that would be seen with this many deals", before="we would see "),
    Known("usual movement between periods, in multiples of what counting alone gives", after=" what counting"),
    Known("earlier periods compared with", after=" earlier periods"),
    Known("earlier periods compared with", before=" over ", after=" periods"),
    Known("size of the move to be seen", before="To see a move of "),
    Known("closed deals needed in each period", before="we would need about "),
    Known("periods to pool", before="at your pace, pool "),
    Known("earlier years with the same move", before="seen in "),
    Known("usual move of the season", before="The same move came in earlier years ("),
    Known("change beyond the season", before="Nothing beyond it ("),
    Known("part of the change from the position in the period", before="which makes "),
    Known("part of the change from the season", before="Part of it is the season: "),
    Known("change beyond the season", after=" are beyond that"),
    Known("share of open deal-days in the first 30 days of age, current period", after=" of open deal-days"),
    Known("days of age up to which a deal counts as young", before="in the first ", after=" days of age"),
    Known("share of open deal-days in the first 30 days of age, previous period", before=" days of age after "),
    Known(
        "part of the change from the age of the pipeline",
        before="differently from old ones: that makes ",
    ),
    Known("change at the same age of the deals", before="deals are won as before ("),
    Known("part of the change from losses entered at another time", before=" than before (", after=") while wins"),
    Known("win rate by value, previous period", before="By value it went from "),
    Known("win rate by value, current period", after=", more than usual for these amounts"),
    Known("win rate by value, current period", after=", within what these amounts usually give"),
    Known("rate expected at the earlier age of the pipeline", before="Expect about "),
    Known("how well what is known at creation separates won from lost (AUC)", before="AUC "),
    Known("AUC of a coin toss", after=" is chance"),
    Known("95 % interval of the AUC, low end", before="cross-validated, "),
    Known("95 % interval of the AUC, low end", before="on the newest fifth of the deals, "),
    Known("95 % interval of the AUC, high end", before=" to ", after="; 0.50 is chance"),
    Known("deals lost beyond those at the average rate, over all closed deals", after=" more were lost than"),
    Known("deals without a close date", after=" closed deals have no close date"),
    Known("deals closed before they were created", after=" deals were closed before they were created"),
)
