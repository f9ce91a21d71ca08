"""Records that are described: one that fits is meant, several are asked about, and values that move by so much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from db.records import KINDS
from tools.contract import Found, Proposed
from tools.errors import BadArgument, NeedsChoice, Unanswerable
from tools.records.roster import Verb, tool_for

pytestmark = pytest.mark.anyio

AsPerson = Callable[..., Any]


async def run(at: Any, kind: str, verb: Verb, arguments: dict[str, Any]) -> Found | Proposed:
    tool = tool_for(KINDS[kind], verb)
    return await tool.run(tool.ask.model_validate(arguments), at)


def described(kind: str, *where: dict[str, Any], pick: str = "only") -> dict[str, Any]:
    return {"kind": kind, "where": list(where), "pick": pick}


async def change(at: Any, kind: str, arguments: dict[str, Any]) -> dict[str, Any]:
    done = await run(at, kind, Verb.UPDATE, arguments)
    assert isinstance(done, Proposed)
    return dict(done.operations[0].values)


ACME = {"field": "account", "value": [{"kind": "account", "id": 1}]}


async def test_the_only_deal_that_fits_is_meant(as_person: AsPerson) -> None:
    still = {"field": "outcome", "value": ["open"]}
    async with as_person() as at:
        values = await change(at, "opportunity", {"record": described("opportunity", ACME, still), "next_step": "Call"})
    assert values == {"next_step": "Call"}


async def test_several_that_fit_are_asked_about_with_the_records_behind_the_choices(as_person: AsPerson) -> None:
    async with as_person() as at:
        with pytest.raises(NeedsChoice) as asked:
            await change(at, "opportunity", {"record": described("opportunity", ACME), "next_step": "Call"})
    assert len(asked.value.choices) == len(asked.value.records) > 1
    assert {one.kind for one in asked.value.records} == {"opportunity"}


async def test_what_fits_nothing_is_said(as_person: AsPerson) -> None:
    nowhere = {"field": "region", "value": ["Nowhere"]}
    async with as_person() as at:
        with pytest.raises(Unanswerable, match="There is no deal with region Nowhere among those you see"):
            await change(at, "opportunity", {"record": described("opportunity", nowhere), "next_step": "Call"})


async def test_a_colleagues_record_cannot_be_described(as_person: AsPerson) -> None:
    secret = {"field": "name", "test": "contains", "value": ["Secret"]}
    async with as_person() as at:
        with pytest.raises(Unanswerable):
            await run(at, "opportunity", Verb.READ, {"record": described("opportunity", secret)})


async def test_tasks_about_an_account_are_those_of_its_deals_and_people_too(as_person: AsPerson) -> None:
    about = {"field": "about", "value": [{"kind": "account", "id": 1, "name": "Acme Industrial"}]}
    async with as_person() as at:
        every = await run(at, "task", Verb.FIND, {"where": [about], "limit": 200})
        own = await run(at, "task", Verb.FIND, {"where": [ACME], "limit": 200})
    assert isinstance(every, Found)
    assert isinstance(own, Found)
    assert {row["id"] for row in own.rows} < {row["id"] for row in every.rows}
    assert "about Acme Industrial" in every.said[0]


@pytest.mark.parametrize(
    ("shift", "column", "after"),
    [
        ({"expected_close": {"plus": "2 weeks"}}, "expected_close_on", "2025-06-22"),
        ({"expected_close": {"plus": "-1 month"}}, "expected_close_on", "2025-05-08"),
        ({"amount": {"times": "1.1"}}, "amount_minor", 5_500_000),
        ({"amount": {"plus": "-5000"}}, "amount_minor", 4_500_000),
    ],
)
async def test_a_value_moves_by_as_much_as_is_said(
    as_person: AsPerson, shift: dict[str, Any], column: str, after: object
) -> None:
    async with as_person() as at:
        values = await change(at, "opportunity", {"record": {"kind": "opportunity", "id": 1}, **shift})
    assert values[column] == after


@pytest.mark.parametrize(
    "shift",
    [{"plus": "2 parsecs"}, {"times": "NaN"}, {"times": "1e9"}, {}, {"plus": "1 day", "times": "2"}],
)  # fmt: skip
async def test_what_is_no_distance_is_refused(as_person: AsPerson, shift: dict[str, Any]) -> None:
    async with as_person() as at:
        with pytest.raises(BadArgument):
            await change(at, "opportunity", {"record": {"kind": "opportunity", "id": 1}, "expected_close": shift})


async def test_many_move_each_from_its_own_value_and_those_without_are_left_out(as_person: AsPerson) -> None:
    async with as_person() as at:
        done = await run(
            at, "opportunity", Verb.UPDATE_ALL,
            {"where": [{"field": "owner", "value": ["me"]}], "expected_close": {"plus": "1 week"}},
        )  # fmt: skip
    assert isinstance(done, Proposed)
    moved = {one.id: one.values["expected_close_on"] for one in done.operations}
    assert moved == {1: "2025-06-15", 2: "2025-07-28"}
    assert "without an expected close" in done.said


async def test_a_day_alone_keeps_the_time_of_a_task(as_person: AsPerson) -> None:
    async with as_person() as at:
        tasks = await run(at, "task", Verb.FIND, {"where": [{"field": "due_at", "test": "filled"}]})
        assert isinstance(tasks, Found)
        first = tasks.focus[0]
        before = await run(at, "task", Verb.READ, {"record": {"kind": "task", "id": first.id}})
        values = await change(at, "task", {"record": {"kind": "task", "id": first.id}, "due_at": "2025-07-01"})
    assert isinstance(before, Found)
    assert values["due_at"][:10] == "2025-07-01"
    assert values["due_at"][10:] == before.rows[0]["due"][10:]


async def test_a_field_that_is_empty_is_said_to_be_so(as_person: AsPerson) -> None:
    async with as_person() as at:
        found = await run(
            at, "contact", Verb.READ, {"record": {"kind": "contact", "id": 2}, "fields": ["email", "phone"]}
        )
    assert isinstance(found, Found)
    assert found.said == (
        "E-mail of contact Otto Braun: otto@acme.example.",
        "Contact Otto Braun has no phone on record.",
    )
