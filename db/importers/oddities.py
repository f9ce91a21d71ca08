"""What is strange about a set of deals: rows, columns, and the calendar at both ends of the file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from db.importers.findings import Findings, OddityKind, Reason, counted
from db.importers.outcomes import Outcome
from db.importers.rules import KEY

_MISSING_SHARE = 0.01
_EACH_OUTCOME = 20
_OTHER_SIDE_FILLED = 0.05
_OTHER_SIDE_VARIES = 0.10
_OPEN_DEALS = 20
_RATE_WINDOW = 90
_EXPECTED_BEYOND_CHANCE = 9.2  # a Poisson count with this mean is zero once in ten thousand times
_BULK_SHARE, _BULK_RATIO, _BULK_CHANCE = 0.08, 8.0, 1e-4
_AROUND = timedelta(days=14)
_LEAST_CLOSINGS = 30
_LEAST_GAP_DAYS = 5
_ONE_SIDED_BY_NATURE = frozenset({"loss_reason", "win_reason", "created_date"})
_CLOSED = [int(Outcome.WON), int(Outcome.LOST)]


def about_rows(findings: Findings, deals: pl.DataFrame, judged: pl.DataFrame) -> None:
    """Undated deals, a single outcome, rows that repeat a deal."""
    closed = deals.filter(pl.col("outcome").is_in(_CLOSED))
    undated = closed["close_date"].null_count()
    if undated:
        of_all = f"{undated:,} of {counted(closed.height, 'closed deal')}"
        sentence = f"No close date for {of_all}, which stay out of questions about time."
        findings.add(OddityKind.UNDATED, sentence, rows=undated)
    outcomes = closed["outcome"].unique().to_list()
    if closed.height and len(outcomes) == 1:
        word = "won" if outcomes[0] == int(Outcome.WON) else "lost"
        findings.add(
            OddityKind.ONE_OUTCOME,
            f"Of {counted(closed.height, 'closed deal')} every one is {word}.",
            rows=closed.height,
        )
    for reason in (Reason.SAME_TWICE, Reason.OLDER_VERSION):
        count = int((judged[KEY] == reason.value).sum())
        if count:
            words = (
                "the content of another row" if reason is Reason.SAME_TWICE else "another state of a deal in the file"
            )
            sentence = f"Set aside: {counted(count, 'row')} with {words}."
            findings.add(OddityKind.DUPLICATES, sentence, rows=count)


def about_columns(findings: Findings, deals: pl.DataFrame, *, columns: Sequence[str], names: Mapping[str, str]) -> None:
    """Missing values, constants, columns filled or varying for one outcome only, and those filled after closing.

    `names` gives the source's own name of a column where it differs from the frame's.
    """
    is_open = deals["outcome"] == int(Outcome.OPEN)
    won, lost = (deals["outcome"] == code for code in _CLOSED)
    for column in columns:
        named = names.get(column, column)
        cells = deals[column]
        if cells.null_count() == cells.len():
            continue
        _missing(findings, cells, is_open, named)
        _constant(findings, cells.drop_nulls(), named)
        if column not in _ONE_SIDED_BY_NATURE:
            _one_sided(findings, cells.filter(won), cells.filter(lost), named)
        _after_closing(findings, cells.filter(~is_open), cells.filter(is_open), named)


def _constant(findings: Findings, filled: pl.Series, named: str) -> None:
    if filled.len() >= _LEAST_CLOSINGS and _all_equal(filled):
        sentence = f'"{named}" is {_shown(filled[0])} wherever it is filled in.'
        findings.add(OddityKind.CONSTANT, sentence, column=named, rows=filled.len())


def _missing(findings: Findings, cells: pl.Series, is_open: pl.Series, named: str) -> None:
    missing = cells.null_count()
    if missing < _MISSING_SHARE * cells.len():
        return
    where = ", all of them open" if is_open.any() and not cells.filter(~is_open).null_count() else ""
    share = f"{missing:,} of {cells.len():,} deals ({missing / cells.len():.0%})"
    sentence = f'"{named}" is not filled in for {share}{where}.'
    findings.add(OddityKind.MISSING, sentence, column=named, rows=missing)


def _one_sided(findings: Findings, won: pl.Series, lost: pl.Series, named: str) -> None:
    if min(won.len(), lost.len()) < _EACH_OUTCOME:
        return
    for cells, other, word, against in ((won, lost, "won", "lost"), (lost, won, "lost", "won")):
        what = _one_side(cells, other)
        if what is not None:
            sentence = f'"{named}" is {what} for every {word} deal but not for {against} ones: it was set afterwards.'
            findings.add(OddityKind.ONE_SIDED, sentence, column=named, rows=cells.len())


def _one_side(cells: pl.Series, other: pl.Series) -> str | None:
    filled, others = cells.drop_nulls(), other.drop_nulls()
    if others.len() < _OTHER_SIDE_FILLED * other.len():
        return None
    if filled.is_empty():
        return "empty"
    if filled.len() < _EACH_OUTCOME or not _all_equal(filled):
        return None
    differing = int((others.cast(pl.String) != str(filled.cast(pl.String)[0])).sum())
    return f"{_shown(filled[0])}" if differing >= _OTHER_SIDE_VARIES * others.len() else None


def _all_equal(filled: pl.Series) -> bool:
    return bool((filled.head(100) == filled[0]).all()) and bool((filled == filled[0]).all())


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'


def _after_closing(findings: Findings, closed: pl.Series, open_: pl.Series, named: str) -> None:
    if open_.len() < _OPEN_DEALS or not closed.len():
        return
    closed_share = 1 - closed.null_count() / closed.len()
    open_share = 1 - open_.null_count() / open_.len()
    if closed_share >= 0.5 and open_share <= 0.02:
        shares = f"{closed_share:.0%} against {open_share:.0%} of open ones"
        sentence = f'"{named}" is filled in for closed deals only ({shares}).'
        findings.add(OddityKind.FILLED_AFTER_CLOSING, sentence, column=named, rows=open_.len())


def about_calendar(findings: Findings, deals: pl.DataFrame) -> None:
    """Partial quarters and truncation at both ends, and days on which suspiciously many deals were closed."""
    dated = deals.filter(pl.col("outcome").is_in(_CLOSED) & pl.col("close_date").is_not_null())
    if dated.height < _LEAST_CLOSINGS:
        return
    closings = dated["close_date"].sort()
    _partial_ends(findings, closings)
    created = deals["created_date"].drop_nulls().sort()
    if created.len() >= _LEAST_CLOSINGS:
        _truncation(findings, dated, closings, created)
    _bulk_days(findings, dated)


def _partial_ends(findings: Findings, closings: pl.Series) -> None:
    first, last = _day(closings[0]), _day(closings[-1])
    start, end = _quarter_start(first), _quarter_end(last)
    if _beyond_chance((first - start).days, _rate(closings, first, after=True)):
        sentence = f"{_quarter(first)} is not whole: closings begin on {first}."
        findings.add(OddityKind.PARTIAL_PERIOD, sentence)
    if _beyond_chance((end - last).days, _rate(closings, last, after=False)):
        sentence = f"{_quarter(last)} is not whole: closings end on {last}."
        findings.add(OddityKind.PARTIAL_PERIOD, sentence)


def _truncation(findings: Findings, dated: pl.DataFrame, closings: pl.Series, created: pl.Series) -> None:
    cycles = dated.select((pl.col("close_date") - pl.col("created_date")).dt.total_days().alias("days"))["days"]
    usual = cycles.drop_nulls().quantile(0.8)
    first_created, last_created = _day(created[0]), _day(created[-1])
    first_closed, last_closed = _day(closings[0]), _day(closings[-1])
    if usual and (first_closed - first_created).days < usual / 2:
        sentence = (
            f"The file begins with deals created on {first_created}: closings before "
            f"{first_created + timedelta(days=math.ceil(usual))} hold fast deals only."
        )
        findings.add(OddityKind.TRUNCATED_BY_CREATION, sentence)
    if _beyond_chance((last_closed - last_created).days, _rate(created, last_created, after=False)):
        late = int((closings > last_created).sum())
        sentence = (
            f"No deal created after {last_created} is in the file, but {late:,} were closed after it: "
            "the last periods hold only what was left of older deals."
        )
        findings.add(OddityKind.TRUNCATED_BY_CREATION, sentence, rows=late)


def _bulk_days(findings: Findings, dated: pl.DataFrame) -> None:
    per_day = dated.group_by("close_date").len("count").with_columns(quarter=pl.col("close_date").dt.truncate("1q"))
    per_quarter = per_day.group_by("quarter").agg(
        total=pl.col("count").sum(),
        largest=pl.col("count").max(),
        day=pl.col("close_date").sort_by("count", "close_date", descending=[True, False]).first(),
    )
    for row in per_quarter.sort("quarter").iter_rows(named=True):
        if _in_bulk(per_day, row["day"], count=row["largest"], total=row["total"]):
            shares = f"{row['largest']:,} of {row['total']:,} closings of {_quarter(row['day'])}"
            sentence = f"{shares} fall on {row['day']}: deals were probably closed in bulk."
            findings.add(OddityKind.BULK_CLOSING, sentence, column="close_date", rows=row["largest"])


def _in_bulk(per_day: pl.DataFrame, day: date, *, count: int, total: int) -> bool:
    """Whether a day stands out from its quarter and, since a file may thin out within one, from the days around it."""
    if total < _LEAST_CLOSINGS or count <= _BULK_SHARE * total:
        return False
    days = (_quarter_end(day) - _quarter_start(day)).days + 1
    around = pl.col("close_date").is_between(day - _AROUND, day + _AROUND) & (pl.col("close_date") != day)
    nearby = int(per_day.filter(around)["count"].sum()) / (2 * _AROUND.days)
    others = max((total - count) / (days - 1), nearby)
    return count > _BULK_RATIO * others and _tail(count, others) * days < _BULK_CHANCE


def _tail(count: int, mean: float) -> float:
    """Chernoff's bound of a Poisson count reaching `count`: never below the true probability."""
    if mean <= 0:
        return 0.0
    return 1.0 if count <= mean else math.exp(count - mean + count * math.log(mean / count))


def _rate(days: pl.Series, at: date, *, after: bool) -> float:
    low, high = (at, at + timedelta(days=_RATE_WINDOW)) if after else (at - timedelta(days=_RATE_WINDOW), at)
    return int(days.is_between(low, high).sum()) / _RATE_WINDOW


def _beyond_chance(gap: int, rate: float) -> bool:
    return gap >= _LEAST_GAP_DAYS and gap * rate > _EXPECTED_BEYOND_CHANCE


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(value)
    return value


def _quarter(day: date) -> str:
    return f"{day.year}Q{(day.month + 2) // 3}"


def _quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _quarter_end(day: date) -> date:
    start = _quarter_start(day)
    following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
    return following - timedelta(days=1)
