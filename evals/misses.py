"""What went wrong in a run, turn by turn, for who tunes. Of the held-back half nothing is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evals.cases import Half
from evals.scorers.arguments import Difference


class Judged(Protocol):
    """A turn that was scored, of whichever suite."""

    @property
    def case(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def said(self) -> str: ...
    @property
    def right(self) -> bool: ...
    @property
    def routed(self) -> bool: ...
    @property
    def unwanted(self) -> tuple[str, ...]: ...
    @property
    def differences(self) -> Sequence[Difference]: ...


def misses(half: Half, scores: Sequence[Judged], *, most: int) -> str:
    """The turns that went wrong, unwanted changes first. Nothing for the held-back half."""
    if half is Half.HELD_BACK:
        return ""
    wrong = sorted((one for one in scores if not one.right), key=lambda one: (not one.unwanted, one.routed))
    told = [_miss(one) for one in wrong[:most]]
    if len(wrong) > most:
        told.append(f"… and {len(wrong) - most} more")
    return "\n".join(told)


def _miss(one: Judged) -> str:
    lines = [f"{one.case} turn {one.number}: {one.said}"]
    lines += [f"    UNWANTED {unwanted}" for unwanted in one.unwanted]
    lines += [f"    {fault.argument}: expected {fault.expected}; got {fault.got}" for fault in one.differences]
    return "\n".join(lines)
