"""A trial and what it finds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from evals.trust.workspaces import Workspaces


class Engine(StrEnum):
    """The databases a claim has to hold on."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True)
class Finding:
    """One counted figure.

    Attributes:
        figure: what was counted ("rows changed that nobody asked for").
        value: how many, or how much in `unit`.
        wanted: the bound in words ("0", "≥ 0.995").
        ok: whether it holds.
        conditions: what else must be known to repeat it.
    """

    figure: str
    value: float | int
    wanted: str
    ok: bool
    unit: str = ""
    conditions: Mapping[str, str | int | float] = field(default_factory=dict)


def none_of(figure: str, value: int, **conditions: str | int | float) -> Finding:
    """A thing that must never happen."""
    return Finding(figure, value, "0", value == 0, conditions=conditions)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and how hard a trial is held.

    Attributes:
        workspaces: makes fresh workspaces on the engine.
        quick: small numbers, for a look and not for the record.
        seed: of everything drawn by chance.
    """

    engine: Engine
    workspaces: Workspaces
    quick: bool
    seed: int


@dataclass(frozen=True, slots=True)
class Trial:
    """An attack on the roster. `name` is what `--only` takes: that of the figure it measures, in lower case."""

    name: str
    title: str
    goal: str
    run: Callable[[Setting], Awaitable[Sequence[Finding]]]
    engines: tuple[Engine, ...] = tuple(Engine)
