"""What a record cannot be without is not emptied, and the sentence says so."""

from __future__ import annotations

import pytest

from tests.tools.lead.conftest import Desk, desk
from tools.contract import Proposed
from tools.errors import BadArgument
from tools.registry import by_name

__all__ = ["desk"]
pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("kind", "field"), [("opportunity", "stage"), ("lead", "status"), ("account", "name")])
async def test_what_a_record_needs_is_not_emptied(desk: Desk, kind: str, field: str) -> None:
    record = {"kind": kind, "id": desk.cast.ids[kind, "dach"], "name": "x"}
    with pytest.raises(BadArgument, match="cannot be without it"):
        await desk.ask(by_name(f"update_{kind}"), record=record, empty=[field])


async def test_what_it_can_be_without_is(desk: Desk) -> None:
    record = {"kind": "lead", "id": desk.cast.ids["lead", "dach"], "name": "x"}
    assert isinstance(await desk.ask(by_name("update_lead"), record=record, empty=["country"]), Proposed)
