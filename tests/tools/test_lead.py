import pytest

from db.errors import NotFound
from tools.contract import RecordArgument
from tools.errors import BadArgument
from tools.evidence import references, rendered
from tools.lead.brief import BriefRecord, brief_record
from tools.lead.find import FindLeads, find_leads

pytestmark = pytest.mark.anyio


def shown(found):
    return "\n".join(rendered(part, found.figures) for part in found.said)


def record(kind, number):
    return BriefRecord(record=RecordArgument(kind=kind, id=number))


async def test_leads_come_best_score_first_and_only_from_ones_scope(as_person):
    async with as_person() as at:
        found = await find_leads.run(FindLeads(), at)
    assert [ref.name for ref in found.focus] == ["Nora Blum", "Otis Out", "Pete Old"]
    assert "Hidden" not in shown(found)
    assert shown(found).startswith("3 leads in your own leads:")


async def test_a_lead_list_is_narrowed_in_any_spelling(as_person):
    async with as_person() as at:
        found = await find_leads.run(FindLeads(source=["paid SEARCH"], country=["ireland"]), at)
        single = await find_leads.run(FindLeads(status="new", uncontacted=True, min_score=90), at)
    assert [ref.id for ref in found.focus] == [2]
    assert [ref.id for ref in single.focus] == [1]


async def test_an_empty_lead_list_says_what_there_is_instead(as_person):
    async with as_person() as at:
        found = await find_leads.run(FindLeads(country=["Japan"]), at)
    assert "There are no leads in Japan in your own leads." in shown(found)
    assert "Germany or Ireland" in shown(found)


async def test_arrival_counts_in_the_zone_of_the_person(as_person):
    async with as_person() as at:
        found = await find_leads.run(FindLeads(created="2025-06-10/2025-06-10"), at)
    assert [ref.id for ref in found.focus] == [1]


async def test_a_colleague_who_is_not_visible_is_not_known(as_person):
    async with as_person() as at:
        with pytest.raises(BadArgument, match="no colleague"):
            await find_leads.run(FindLeads(owner="Kim"), at)


async def test_a_deal_brief_tells_stage_people_question_task_risk_and_gap(as_person):
    async with as_person() as at:
        text = shown(await brief_record.run(record("opportunity", 1), at))
    for part in (
        "Acme Planner at Acme Industrial, owned by Sam Carter: Proposal for 60 days, $50,000, was due 8 June 2025",
        "Jane Miller (COO, decision maker)",
        "“how long does the roll-out take for a site of our size?” (Jane Miller, 9 June 2025)",
        "Send roll-out plan (due Tuesday 10 June at 09:00, overdue",
        "Acme Planner is 3 days past its expected close",
        "has not been answered",
        "schedules are rebuilt by hand",
    ):
        assert part in text


async def test_every_reference_of_a_brief_is_a_figure_even_when_a_name_looks_like_one(as_person):
    async with as_person() as at:
        found = await brief_record.run(record("account", 1), at)
    keys = {figure.key for figure in found.figures}
    assert set(references(" ".join(found.said))) <= keys
    assert "total.USD" not in keys


async def test_private_notes_and_hidden_records_stay_out(as_person):
    async with as_person() as at:
        text = shown(await brief_record.run(record("account", 1), at))
        with pytest.raises(NotFound):
            await brief_record.run(record("opportunity", 3), at)
        with pytest.raises(NotFound):
            await brief_record.run(record("lead", 3), at)
    assert "Private thought" not in text


async def test_contact_and_lead_have_briefs_and_name_everybody(as_person):
    async with as_person() as at:
        contact = await brief_record.run(record("contact", 3), at)
        lead = await brief_record.run(record("lead", 4), at)
    assert "has opted out of messages" in shown(contact)
    assert "qualified lead, score 70" in shown(lead)
    assert ("contact", 3, "luc@globex.example") in {(p.ref.kind, p.ref.id, p.email) for p in contact.people}


async def test_an_account_without_anything_says_so(as_person):
    async with as_person() as at:
        text = shown(await brief_record.run(record("account", 5), at))
    assert "Last exchanges: none on record." in text
    assert "Missing: a contact." in text


async def test_a_product_has_no_brief(as_person):
    async with as_person() as at:
        with pytest.raises(BadArgument, match="no history"):
            await brief_record.run(record("product", 1), at)


@pytest.mark.parametrize(
    ("ask", "ids"),
    [
        (FindLeads(silent_days=10), [2]),
        (FindLeads(max_score=50), [2]),
        (FindLeads(sort="lowest_score"), [2, 4, 1]),
    ],
)
async def test_leads_gone_quiet_and_the_lowest_first(as_person, ask, ids):
    async with as_person() as at:
        found = await find_leads.run(ask, at)
    assert [ref.id for ref in found.focus] == ids
