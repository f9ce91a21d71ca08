"""What was found is told with its kind, where it was found, and in the order that “the second one” needs."""

from __future__ import annotations

import pytest

from tests.tools.test_lead import shown
from tools.errors import BadArgument
from tools.lead.search import SearchRecords, search_records

pytestmark = pytest.mark.anyio


async def test_hits_are_numbered_in_focus_and_within_ones_scope(as_person):
    async with as_person() as at:
        found = await search_records.run(SearchRecords(words="acme"), at)
    said = shown(found)
    assert "records with “acme” in your own records" in said
    assert [ref.name for ref in found.focus] == [row["name"] for row in found.rows]
    assert {"account", "opportunity"} <= {ref.kind for ref in found.focus}
    assert "Hidden" not in said


async def test_one_kind_is_asked_for_by_its_name(as_person):
    async with as_person() as at:
        found = await search_records.run(SearchRecords(words="acme", kind="opportunity"), at)
    assert {ref.kind for ref in found.focus} == {"opportunity"}


async def test_nothing_found_is_said_without_telling_of_others(as_person):
    async with as_person() as at:
        found = await search_records.run(SearchRecords(words="hidden"), at)
    assert shown(found) == "There are no records with “hidden” in your own records."


async def test_marks_alone_are_no_question(as_person):
    async with as_person() as at:
        with pytest.raises(BadArgument, match="at least one word"):
            await search_records.run(SearchRecords(words="-- ?"), at)
