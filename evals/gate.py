"""The figures understanding and commands have to reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evals.commands.report import CommandTotals
from evals.report import Share, Totals

ROUTING: Final = 0.95
COMMANDS: Final = 0.90
UNWANTED: Final = 0


def missed(found: Totals) -> list[str]:
    """One sentence for each figure that is not reached; none when all are. Nothing measured is nothing reached."""
    return list(_missed(found))


def _missed(found: Totals) -> Iterator[str]:
    yield from _below("routing", found.routing, ROUTING)
    yield from _below("tool and arguments", found.commands, COMMANDS)
    if found.unwanted > UNWANTED:
        yield f"{found.half}: {found.unwanted} unwanted writes; there may be none."


def missed_commands(found: CommandTotals) -> list[str]:
    """The same figures, with the records and the figures that came of a turn in the place of its arguments."""
    told = [*_below("routing of commands", found.all.routing, ROUTING)]
    told += _below("the right result of commands", found.all.result, COMMANDS)
    if found.all.unwanted > UNWANTED:
        told.append(f"{found.half}: {found.all.unwanted} unwanted changes; there may be none.")
    return told


def _below(name: str, share: Share, least: float) -> Iterator[str]:
    if share.value is None:
        yield f"{name}: nothing was measured."
    elif share.value < least:
        yield f"{name} is {share.value:.1%}; it has to be at least {least:.0%}."
