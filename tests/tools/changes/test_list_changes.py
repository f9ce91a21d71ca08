"""What was changed is told with before and after, to whoever sees the record, without fields that are hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.errors import NotFound
from db.models import Account, ImportBatch
from tests.tools.desk import Desk
from tools.evidence import rendered

pytestmark = pytest.mark.anyio


async def test_who_changed_the_amount_and_when(desk: Desk) -> None:
    await desk.do("update_opportunity", record=desk.record("opportunity"), amount="5000")
    await desk.do("update_opportunity", record=desk.record("opportunity"), stage="Negotiation")
    manager = desk.office.cast.actors["manager"]
    found = await desk.found("list_changes", by=manager, record=desk.record("opportunity"), field="amount")
    (row,) = found.rows
    assert (row["by"], row["before"], row["after"]) == (
        desk.office.rep.name,
        {"amount": "€1,000"},
        {"amount": "$5,000"},
    )
    assert [one.value for one in found.figures if one.key == "changes"] == [1]
    assert "amount €1,000 → $5,000" in rendered(found.said[0], found.figures)


async def test_a_hidden_field_is_in_no_row_and_makes_no_change(desk: Desk) -> None:
    await desk.do("update_opportunity", record=desk.record("opportunity"), amount="5000")
    await desk.do("update_opportunity", record=desk.record("opportunity"), stage="Negotiation", next_step="Call")
    blind = replace(desk.office.rep, hidden=frozenset({("opportunity", "amount"), ("opportunity", "next_step")}))
    found = await desk.found("list_changes", by=blind, record=desk.record("opportunity"))
    shown = repr(found)
    assert "5,000" not in shown
    assert "Call" not in shown
    assert any(row["after"].get("stage") == "Negotiation" for row in found.rows)


async def test_changes_of_a_record_out_of_sight_do_not_exist(desk: Desk) -> None:
    await desk.do("update_account", record=desk.record("account"), city="Lyon")
    rival = desk.office.cast.actors["americas"]
    with pytest.raises(NotFound):
        await desk.found("list_changes", by=rival, record=desk.record("account"))
    found = await desk.found("list_changes", by=rival)
    assert found.rows == ()


async def test_what_was_taken_back_says_so(desk: Desk) -> None:
    await desk.do("update_account", record=desk.record("account"), city="Lyon")
    await desk.approve(await desk.do("undo_changes", within="conversation"))
    found = await desk.found("list_changes", within="conversation")
    assert "taken back since" in found.said[0]


async def test_a_file_that_was_imported_is_named_as_such(desk: Desk) -> None:
    rep = desk.office.rep.user_id
    async with desk.office.plain.write() as session:
        session.add(
            ImportBatch(
                id="im_1", user_id=rep, kind="accounts", file_name="spring.csv", content_hash="x", created=3,
                updated=1, created_at=datetime.now(UTC), oddities=[],
            )
        )  # fmt: skip
        (await session.get_one(Account, desk.record("account")["id"])).run_id = "im_1"
    for args in ({}, {"record": desk.record("account")}):
        found = await desk.found("list_changes", **args)
        assert "Imported from files" in found.said[0]
        assert "spring.csv" in found.said[0]


async def test_the_day_is_that_of_the_person(desk: Desk) -> None:
    await desk.do("update_account", record=desk.record("account"), city="Lyon")
    today = datetime.now(UTC).date().isoformat()
    assert len((await desk.found("list_changes", period=f"{today}/{today}")).rows) == 1
    assert (await desk.found("list_changes", period="2001-01-01/2001-01-01")).rows == ()
