"""The figures understanding has to reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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


def _below(name: str, share: Share, least: float) -> Iterator[str]:
    if share.value is None:
        yield f"{name}: nothing was measured."
    elif share.value < least:
        yield f"{name} is {share.value:.1%}; it has to be at least {least:.0%}."
