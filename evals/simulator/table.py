"""From trials to the confusion table with its thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean

from rich.table import Table

from evals.scorers.diagnosis import Grade, wilson
from evals.simulator.kinds import MIX, SEASON, Kind
from evals.simulator.trial import Trial

DETECTED = 2.5
WANTED: dict[Kind, float] = {
    **dict.fromkeys([Kind.NOTHING, Kind.WOBBLE_1, Kind.SEGMENT, Kind.BROAD, Kind.NEW_HIRES, *MIX, *SEASON], 0.95),
    **dict.fromkeys([Kind.POSITION, Kind.UNFINISHED, Kind.BULK_CLOSE, Kind.FEED_GAP], 0.95),
    **dict.fromkeys([Kind.RELABEL, Kind.FILING], 0.95),
    Kind.WOBBLE_2: 0.93,
    Kind.INFLOW_UP: 0.85,
    Kind.INFLOW_DOWN: 0.85,
}
"""Share of right answers asked for at 1,500 closings a quarter and 1.5 times the detectable change."""
MOST_BROAD_PINNED = 0.05


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with its 95 % Wilson interval."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.k, self.n)

    def __str__(self) -> str:
        return "–" if self.value is None else f"{self.value:.3f}"


@dataclass(frozen=True, slots=True)
class Row:
    """All trials of one kind.

    Attributes:
        given_detected: right answers among runs whose whole periods differ with naive |z| > 2.5.
        naive: runs in which the rule of thumb named the truth.
        said: how often each verdict (and kind of cause) was given.
    """

    kind: Kind
    right: Share
    given_detected: Share
    grades: dict[str, int]
    naive: Share
    said: dict[str, int]
    multiple: float
    seconds: float

    @property
    def wanted(self) -> float | None:
        return WANTED.get(self.kind)

    @property
    def met(self) -> bool | None:
        return None if self.wanted is None else (self.right.value or 0.0) >= self.wanted


def rows_of(trials: Sequence[Trial]) -> list[Row]:
    """One row per kind, in the order of their first trial."""
    return [_row(kind, [t for t in trials if t.kind is kind]) for kind in dict.fromkeys(t.kind for t in trials)]


def _row(kind: Kind, trials: list[Trial]) -> Row:
    detected = [t for t in trials if abs(t.whole_z) > DETECTED]
    return Row(
        kind=kind,
        right=Share(sum(t.grade is Grade.RIGHT for t in trials), len(trials)),
        given_detected=Share(sum(t.grade is Grade.RIGHT for t in detected), len(detected)),
        grades={str(g): n for g, n in Counter(t.grade for t in trials).most_common()},
        naive=Share(sum(t.naive_right for t in trials), len(trials)),
        said=dict(Counter(t.said for t in trials).most_common()),
        multiple=mean(t.multiple for t in trials),
        seconds=mean(t.seconds for t in trials),
    )


def broad_pinned(trials: Sequence[Trial]) -> Share:
    """Broad falls that were pinned on a segment."""
    broad = [t for t in trials if t.kind is Kind.BROAD]
    return Share(sum(t.top is not None and t.top[0] == "rate" for t in broad), len(broad))


def table(rows: Sequence[Row], *, title: str) -> Table:
    """The rows for a terminal."""
    sheet = Table(title=title, title_justify="left")
    for head in ("planted", "× detectable", "right", "95 %", "asked", "met", "|z|>2.5: right", "n", "naive"):
        sheet.add_column(head, justify="left" if head == "planted" else "right")
    for head in ("listed", "quiet", "wrong"):
        sheet.add_column(head, justify="right")
    for row in rows:
        sheet.add_row(*_cells(row))
    return sheet


def confusion(rows: Sequence[Row]) -> Table:
    """How often each planted kind was given each verdict (a change of rate: with the kind of its cause)."""
    heads = sorted({said for row in rows for said in row.said})
    sheet = Table("planted", *heads, title="answers given", title_justify="left")
    for row in rows:
        sheet.add_row(row.kind, *(str(row.said.get(head) or "·") for head in heads))
    return sheet


def _cells(row: Row) -> tuple[str, ...]:
    low, high = row.right.interval
    wrong = row.grades.get(Grade.WRONG_CAUSE, 0) + row.grades.get(Grade.WRONG_VERDICT, 0)
    given = row.given_detected
    return (
        row.kind, f"{row.multiple:.2f}", str(row.right), f"{low:.2f}–{high:.2f}",
        "" if row.wanted is None else f"{row.wanted:.2f}",
        {None: "", True: "[green]yes[/]", False: "[red]no[/]"}[row.met],
        str(given), str(given.n), str(row.naive), str(row.grades.get(Grade.LISTED, 0)),
        str(row.grades.get(Grade.QUIET, 0)), str(wrong),
    )  # fmt: skip


def as_json(trials: Sequence[Trial], rows: Sequence[Row], *, settings: Mapping[str, object]) -> dict[str, object]:
    """Everything that was run, for another program."""
    return {
        "settings": settings,
        "rows": [
            {
                **asdict(row), "right": _share(row.right), "given_detected": _share(row.given_detected),
                "naive": _share(row.naive), "wanted": row.wanted, "met": row.met,
            }
            for row in rows
        ],
        "broad_pinned": {**_share(broad_pinned(trials)), "most": MOST_BROAD_PINNED},
        "trials": [asdict(trial) for trial in trials],
    }  # fmt: skip


def _share(share: Share) -> dict[str, object]:
    return {"k": share.k, "n": share.n, "value": share.value, "interval": share.interval}
