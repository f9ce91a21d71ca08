"""Several changes of one record in one turn: as one change where a call can hold both, else one after the other.

Side by side the second would find that the record was changed since it was read, and would be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.local.schema import Request

_READING = ("read_", "find_", "check_", "summarise_")


def reads_only(request: Request) -> bool:
    """Whether the request looks records up by the tools that every kind of record has."""
    return request.tool.startswith(_READING)


def together(requests: Sequence[Request]) -> list[Request]:
    """The requests with changes of one record joined, or waiting for each other in the order they were said.

    Positions in `needs`, `feeds` and `gate` follow the requests they mean.
    """
    kept: list[Request] = []
    place_of: list[int] = []
    for request in requests:
        moved = _moved(request, place_of)
        place = next((at for at, one in enumerate(kept) if _joins(one, moved)), None)
        if place is not None:
            kept[place] = _joined(kept[place], moved)
            place_of.append(place)
            continue
        before = {at for at, one in enumerate(kept) if _same_record(one, moved)}
        kept.append(replace(moved, needs=tuple(sorted({*moved.needs, *before}))))
        place_of.append(len(kept) - 1)
    return kept


def _moved(request: Request, place_of: Sequence[int]) -> Request:
    return replace(
        request,
        needs=tuple(sorted({place_of[one] for one in request.needs})),
        feeds=tuple(replace(one, step=place_of[one.step]) for one in request.feeds),
        gate=None if request.gate is None else place_of[request.gate],
    )


def _joins(one: Request, other: Request) -> bool:
    same = one.tool == other.tool and one.tool.startswith("update_") and _same_record(one, other)
    hangs = (one.gate, one.condition) != (other.gate, other.condition) or one.feeds or other.feeds
    return same and not hangs and set(other.needs) <= set(one.needs)


def _joined(one: Request, other: Request) -> Request:
    said = {**one.arguments, **other.arguments}
    if "empty" in one.arguments and "empty" in other.arguments:
        said["empty"] = [*one.arguments["empty"], *other.arguments["empty"]]
    own = one.asked_by_own_words and other.asked_by_own_words
    return replace(one, arguments=said, asked_by_own_words=own, confidence=min(one.confidence, other.confidence))


def _same_record(one: Request, other: Request) -> bool:
    record = other.arguments.get("record")
    writes = not reads_only(one) and not reads_only(other)
    return writes and record is not None and one.arguments.get("record") == record and _changes(one) and _changes(other)


def _changes(request: Request) -> bool:
    return request.tool.startswith(("update_", "delete_", "restore_", "assign_", "convert_", "set_", "qualify_"))
