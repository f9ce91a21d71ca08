"""Colleagues and their nested teams: a company, three regions, nine teams; who joined late and who left."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import polars as pl

from db.demo.calendar import Span, first_day, months_of
from db.demo.draw import Draw, Ints
from db.demo.words import words

COMPANY = "Sales"
REGIONS = ("Americas", "EMEA", "Asia-Pacific")
RAMP_DAYS = 180
FAR_PAST = -(10**6)
FAR_FUTURE = 10**6


@dataclass(frozen=True, slots=True)
class Reps:
    """The sellers, aligned arrays: user id, index of the team, first and last day of service, ramping."""

    user: Ints
    team: Ints
    since: Ints
    until: Ints
    ramping: Ints


@dataclass(frozen=True, slots=True)
class Staff:
    users: pl.DataFrame
    teams: pl.DataFrame
    reps: Reps
    team_names: tuple[str, ...]
    demo_rep: int
    demo_manager: int


@dataclass(slots=True)
class _Roster:
    """Collects users in order; the position is the id."""

    rows: list[dict[str, Any]]

    def add(self, name: str, role: str, team: int, manager: int | None, **more: Any) -> int:  # noqa: ANN401 - column values of several types
        first, last = name.lower().split(" ", 1)
        email = f"{first}.{last.replace(' ', '')}@demo.example".replace("é", "e").replace("ü", "u")
        row = {"email": email, "zone": "Europe/London", "active": True, "demo": False, "hired": None} | more
        self.rows.append({"id": len(self.rows) + 1, "name": name, "role": role, "team": team, "manager": manager} | row)
        return len(self.rows)


def hire(seed: int, span: Span) -> Staff:
    """Everybody who works or worked there. Ids of users and teams count from 1."""
    territory = words("territory")
    teams = territory["team"]
    names = tuple(team["name"] for team in teams)
    roster = _Roster([])
    draw = Draw(seed, "people")
    heads = _managers(roster, names, teams, territory["staff"])
    reps = _reps(roster, draw, span, heads)
    started = span.first - 200 - draw.whole(len(roster.rows), 0, 1800)
    users = pl.DataFrame(roster.rows, infer_schema_length=None).with_columns(
        hired=pl.coalesce(pl.col("hired"), pl.Series(started)).cast(pl.Int64)
    )
    parents = [None, *[1] * len(REGIONS), *[2 + REGIONS.index(team["parent"]) for team in teams]]
    table = pl.DataFrame({"id": range(1, len(parents) + 1), "name": [COMPANY, *REGIONS, *names], "parent": parents})
    people = {row["email"]: row["id"] for row in roster.rows}
    return Staff(users, table, reps, names, people["rep@demo.example"], people["manager@demo.example"])


def team_id(index: int) -> int:
    """Teams follow the company and its regions."""
    return index + 2 + len(REGIONS)


def _managers(roster: _Roster, names: tuple[str, ...], teams: list[dict[str, Any]], staff: dict[str, Any]) -> list[int]:
    chief = roster.add(staff["executive"], "executive", 1, None, email="executive@demo.example", demo=True)
    roster.add(staff["finance"], "executive", 1, chief)
    roster.add(staff["admin"], "admin", 1, chief, email="admin@demo.example", demo=True)
    directors = {
        "EMEA": roster.add(staff["demo_manager"], "manager", 3, chief, email="manager@demo.example", demo=True)
    }
    for region, name in staff["directors"].items():
        directors[region] = roster.add(name, "manager", 2 + REGIONS.index(region), chief)
    return [
        roster.add(
            staff["leads"][team["name"]], "manager", team_id(index), directors[team["parent"]], zone=_zone(names[index])
        )
        for index, team in enumerate(teams)
    ]


def _zone(team: str) -> str:
    return str(next(country["zone"] for country in words("territory")["country"] if country["team"] == team))


def _reps(roster: _Roster, draw: Draw, span: Span, heads: list[int]) -> Reps:
    staff, columns = words("territory")["staff"], []
    month = int(months_of(np.array([span.story]))[0])
    for index, team in enumerate(words("territory")["team"]):
        former = [one for one in staff["former"] if one["team"] == team["name"]]
        joined = [one for one in staff["joined"] if one["team"] == team["name"]]
        settled = _invented(draw, team["name"], team["reps"] - len(joined), {row["name"] for row in roster.rows})
        for position, name in enumerate([*settled, *(one["name"] for one in joined), *(one["name"] for one in former)]):
            late = joined[position - len(settled)] if 0 <= position - len(settled) < len(joined) else None
            left = former[position - len(settled) - len(joined)] if position >= len(settled) + len(joined) else None
            since = first_day(month - late["since"]) if late else FAR_PAST
            until = first_day(month - left["until"]) if left else FAR_FUTURE
            demo = index == 0 and position == 0
            more: dict[str, Any] = {
                "zone": _zone(team["name"]),
                "active": left is None,
                "hired": since if late else None,
            }
            if demo:
                name, more = staff["demo_rep"], more | {"email": "rep@demo.example", "demo": True}  # noqa: PLW2901 - the one known name
            user = roster.add(name, "rep", team_id(index), heads[index], **more)
            columns.append((user, index, since, until, int(bool(late and late.get("ramping")))))
    return Reps(*(np.array(column, dtype=np.int64) for column in zip(*columns, strict=True)))


def _invented(draw: Draw, team: str, count: int, taken: set[str]) -> list[str]:
    """Names of the team's country that no colleague bears yet."""
    group = next(country["names"] for country in words("territory")["country"] if country["team"] == team)
    first, last = words("names")["first"][group], words("names")["last"][group]
    firsts, lasts = draw.order(len(first)), draw.order(len(last))
    pairs = (f"{first[firsts[k % len(first)]]} {last[lasts[k % len(last)]]}" for k in range(len(first) * len(last)))
    reserved = taken | {one["name"] for group in ("former", "joined") for one in words("territory")["staff"][group]}
    return list(islice((name for name in pairs if name not in reserved), count))
