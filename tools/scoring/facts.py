"""Rows of the database as the facts that leads are scored by: for one lead as values, for many as frames."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from db.lead_facts import EVENT, LEAD, LeadRows
from tools.science.lead_score import Event, LeadFacts, timeline_days

if TYPE_CHECKING:
    import polars as pl

COUNTED = {"visits": "page_visit", "opens": "email_open", "clicks": "email_click", "forms": "form"}
"""What a lead's engagement counts, and the kind of event it stands for."""
_HOURS = 24


def facts_of(rows: LeadRows, *, hour: int) -> dict[int, LeadFacts]:
    """By lead. Counts of engagement happened when they were taken (`at`), or when the lead arrived."""
    happened: dict[int, list[Any]] = defaultdict(list)
    for event in rows.events:
        happened[event[0]].append(event)
    return {row[0]: _facts(dict(zip(LEAD, row, strict=True)), happened[row[0]], hour) for row in rows.leads}


def _facts(lead: Mapping[str, Any], happened: Sequence[Any], hour: int) -> LeadFacts:
    exchanges = [(when, way) for _, _, when, way in happened if way and when <= hour]
    came = [when for when, way in exchanges if way == "in"]
    went = [when for when, way in exchanges if way == "out"]
    events = [_event(kind, when) for _, kind, when, _ in happened if kind]
    events += [_event(kind, when, times) for kind, when, times in _engagement(lead)]
    return LeadFacts(
        title=lead["title"], employees=lead["employees"], industry=lead["industry"], region=lead["region"],
        country=lead["country"], source=lead["source"], budget_minor=lead["budget_minor"],
        timeline_days=timeline_days(lead["timeline"]), pain_points=lead["pain_points"],
        decision_makers=lead["decision_makers"], interactions_in=len(came), interactions_out=len(went),
        days_since_arrival=_days(hour, lead["arrived"]),
        days_since_contact=_days(hour, max([*went, *([lead["contacted"]] if lead["contacted"] else [])], default=None)),
        opted_out=bool(lead["opted_out"]), waiting=bool(came) and max(came) > max(went, default=-1),
        events=tuple(events),
    )  # fmt: skip


def _event(kind: str, hour: int, times: int = 1) -> Event:
    return Event(kind, datetime.fromtimestamp(hour * 3600, tz=UTC), times)


def _days(hour: int, since: int | None) -> int | None:
    return None if since is None else max(0, hour - since) // _HOURS


def _engagement(lead: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    counts = json.loads(lead["engagement"]) if lead["engagement"] else None
    if not isinstance(counts, dict):
        return []
    taken = _hour(counts.get("at"), lead["arrived"])
    return [
        (kind, taken, counts[name])
        for name, kind in COUNTED.items()
        if isinstance(counts.get(name), int) and not isinstance(counts[name], bool) and counts[name] > 0
    ]


def _hour(said: object, arrived: int) -> int:
    """The hour of an ISO moment; the arrival where there is none."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return arrived
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() // 3600)


def frames_of(rows: LeadRows, *, hour: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same as frames for `score_many`: one row a lead in the order of the rows, and their events."""
    import polars as pl

    leads = pl.DataFrame([tuple(row) for row in rows.leads], schema=_LEAD_TYPES(), orient="row")
    events = pl.DataFrame([tuple(row) for row in rows.events], schema=_EVENT_TYPES(), orient="row")
    counted = leads.filter(pl.col("engagement").is_not_null() & (pl.col("engagement") != "null"))
    place = leads.select(lead_id="id").with_row_index("lead").with_columns(pl.col("lead").cast(pl.Int64))
    events = events.join(place, on="lead_id", how="inner")
    done = events.filter(pl.col("kind") != "").select("lead", "kind", "hour", times=pl.lit(1, dtype=pl.Int64))
    more = [
        _counts(counted, kind, name).join(place, on="lead_id").select(done.columns) for name, kind in COUNTED.items()
    ]
    spoken = (
        events.filter((pl.col("direction") != "") & (pl.col("hour") <= hour))
        .group_by("lead")
        .agg(
            interactions_in=(pl.col("direction") == "in").sum().cast(pl.Int64),
            interactions_out=(pl.col("direction") == "out").sum().cast(pl.Int64),
            went=pl.col("hour").filter(pl.col("direction") == "out").max(),
        )
    )
    return _as_facts(leads, spoken, hour), pl.concat([done, *more])


def _counts(leads: pl.DataFrame, kind: str, name: str) -> pl.DataFrame:
    """One event for each lead whose engagement counts this."""
    import polars as pl

    said = pl.col("engagement").str.json_path_match("$.at")
    taken = said.map_elements(lambda at: _hour(at, -1), return_dtype=pl.Int64)
    times = pl.col("engagement").str.json_path_match(f"$.{name}").cast(pl.Int64, strict=False)
    return leads.select(
        lead_id="id", kind=pl.lit(kind), times=times,
        hour=pl.when(taken >= 0).then(taken).otherwise(pl.col("arrived")),
    ).filter(pl.col("times") > 0)  # fmt: skip


def _as_facts(leads: pl.DataFrame, spoken: pl.DataFrame, hour: int) -> pl.DataFrame:
    import polars as pl

    told = leads["timeline"].unique().to_list()
    days = [timeline_days(one) for one in told]
    joined = leads.with_row_index("lead").with_columns(pl.col("lead").cast(pl.Int64)).join(
        spoken, on="lead", how="left", maintain_order="left"
    )  # fmt: skip
    contacted = pl.max_horizontal("went", "contacted")
    return joined.with_columns(
        timeline_days=pl.col("timeline").replace_strict(told, days, return_dtype=pl.Int64),
        interactions_in=pl.col("interactions_in").fill_null(0),
        interactions_out=pl.col("interactions_out").fill_null(0),
        days_since_arrival=(hour - pl.col("arrived")).clip(lower_bound=0) // _HOURS,
        days_since_contact=(hour - contacted).clip(lower_bound=0) // _HOURS,
    )  # fmt: skip


def _LEAD_TYPES() -> dict[str, Any]:  # noqa: N802 - a constant that needs polars
    import polars as pl

    texts = {"title", "country", "region", "industry", "source", "timeline", "engagement", "grade", "tier"}
    return {name: pl.String if name in texts else pl.Boolean if name == "opted_out" else pl.Int64 for name in LEAD}


def _EVENT_TYPES() -> dict[str, Any]:  # noqa: N802 - a constant that needs polars
    import polars as pl

    return {name: pl.Int64 if name in ("lead_id", "hour") else pl.String for name in EVENT}
