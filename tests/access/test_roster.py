"""Every entry point is classified, and the table names none that is gone."""

from __future__ import annotations

import pytest

from agent.settings import AgentSettings
from api.app import build
from api.settings import ServerSettings
from db.access import Grant
from db.records import KINDS
from tests.access import rosters, table
from tests.access.conftest import NO_MODEL, Seeded
from tools.registry import TOOLS, by_name


@pytest.mark.anyio
async def test_every_route_is_classified(on_sqlite: Seeded) -> None:
    """Of the application at work: some routes come with its start."""
    app = build(on_sqlite.settings, AgentSettings(**NO_MODEL), ServerSettings())
    async with app.router.lifespan_context(app):
        found = rosters.routes(app)
    assert (found - table.ROUTES.keys(), table.ROUTES.keys() - found) == (set(), set())


def test_every_terminal_verb_is_classified() -> None:
    assert (rosters.verbs() ^ table.VERBS.keys()) == set()


def test_every_tool_is_classified_with_the_permission_it_asks_for() -> None:
    by_hand = {tool.name for tool in TOOLS if tool.on is None}
    assert (by_hand ^ table.TOOLS.keys()) == set()
    assert {name: by_name(name).requires for name in table.TOOLS} == {name: one[0] for name, one in table.TOOLS.items()}


def test_every_kind_of_record_is_classified_and_each_of_its_tools_asks_for_the_verb_on_that_kind() -> None:
    assert (KINDS.keys() ^ table.KINDS.keys()) == set()
    for tool in TOOLS:
        if tool.on is not None:
            assert tool.requires == Grant(tool.on.kind, table.VERBS_OF_RECORDS[tool.on.verb]), tool.name


def test_every_door_for_programs_is_classified() -> None:
    assert (rosters.others() ^ table.OTHERS.keys()) == set()
