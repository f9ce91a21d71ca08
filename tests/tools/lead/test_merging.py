"""Duplicates become one record: which stays, which values survive, and how one pair is told from the next."""

import pytest

from agent.schema import Preview
from db.errors import NotFound
from db.models import Account, Contact, Lead
from tests.db.cast import NOON
from tests.tools.lead.conftest import Desk, shown
from tools.errors import Unanswerable
from tools.lead.assignment import assign_leads
from tools.lead.duplicates import find_duplicates
from tools.lead.enrichment import enrich_record
from tools.lead.merge_duplicates import merge_duplicates
from tools.registry import by_name

pytestmark = pytest.mark.anyio


async def twice(desk: Desk) -> tuple[Contact, Contact]:
    mine = {"owner_id": desk.actor("dach").user_id, "email": "jane@acme.test", "last_name": "Miller"}
    poor, rich = Contact(first_name="J.", **mine), Contact(
        first_name="Jane", title="COO", phone="+49 30 901820", department="Operations", **mine
    )  # fmt: skip
    await desk.add(poor)
    await desk.add(rich)
    return poor, rich


async def test_the_better_kept_record_stays_and_says_why(desk):
    poor, rich = await twice(desk)
    found = await desk.ask(find_duplicates)
    assert found.rows[0]["keep"]["id"] == rich.id and found.rows[0]["merge"][0]["id"] == poor.id
    assert "I would keep the first, it has 6 fields filled in against 3" in shown(found)
    assert [ref.id for ref in found.focus] == [rich.id, poor.id]


async def test_the_first_pair_is_merged_by_the_record_that_is_listed_first(desk):
    poor, rich = await twice(desk)
    record = {"kind": "contact", "id": poor.id, "name": "J. Miller"}
    proposed = await desk.ask(merge_duplicates, record=record)
    assert proposed.arguments["keep"]["id"] == rich.id
    assert "stays because it has 6 fields" in proposed.said
    source = f"contact {rich.id}"
    assert {"field": "first_name", "value": "Jane", "source": source, "instead_of": ["J."]} in proposed.reach["values"]


async def test_a_merge_always_waits_for_a_person(desk):
    poor, _ = await twice(desk)
    done = await desk.carry_out(merge_duplicates, record={"kind": "contact", "id": poor.id, "name": "J."})
    assert done.proposal is not None and not done.changes


async def test_without_a_duplicate_nothing_is_merged_and_hidden_ones_do_not_exist(desk):
    mine, hidden = desk.cast.ids["contact", "dach"], desk.cast.ids["contact", "americas"]
    with pytest.raises(Unanswerable, match="no duplicate"):
        await desk.ask(merge_duplicates, record={"kind": "contact", "id": mine, "name": "x"})
    with pytest.raises(NotFound):
        await desk.ask(merge_duplicates, record={"kind": "contact", "id": hidden, "name": "x"})


async def test_what_is_shown_to_who_decides_fits_the_published_shape(desk):
    poor, _ = await twice(desk)
    await desk.add(Lead(last_name="Fresh", team_id=desk.actor("dach").team_id, arrived_at=NOON))
    await desk.add(Account(name="Acme", domain="acme.test", owner_id=desk.actor("dach").user_id))
    for tool, asked in (
        (merge_duplicates, {"record": {"kind": "contact", "id": poor.id, "name": "J."}}),
        (enrich_record, {"record": {"kind": "contact", "id": poor.id, "name": "J."}}),
        (by_name("create_contact"), {"first_name": "Jane", "last_name": "Miller", "email": "jane@acme.test"}),
        (assign_leads, {}),
    ):
        done = await desk.carry_out(tool, **asked)
        assert done.proposal is not None and Preview(**done.proposal.preview).records


async def test_the_preview_of_a_merge_says_what_is_written_of_wishes_and_lists(desk):
    mine = {"owner_id": desk.actor("dach").user_id, "email": "jane@acme.test", "last_name": "Miller"}
    gone = Contact(first_name="J.", opted_out=True, pain_points=["price"], **mine)
    stays = Contact(first_name="Jane", title="COO", department="Ops", pain_points=["slow"], **mine)
    await desk.add(gone)
    await desk.add(stays)
    proposed = await desk.ask(merge_duplicates, record={"kind": "contact", "id": gone.id, "name": "J. Miller"})
    told = {one["field"]: one for one in proposed.reach["values"]}
    assert (told["opted_out"]["value"], told["opted_out"]["instead_of"]) == ("yes", [])
    assert told["pain_points"]["instead_of"] == [] and "price" in told["pain_points"]["value"]
    assert "opted out" not in proposed.said
