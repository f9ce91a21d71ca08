"""Changes and proposals of an earlier revision keep what belongs together."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from db import revisions
from db.models import Change, Proposal
from db.repositories.conversations import ConversationRepository
from db.repositories.proposals import ProposalRepository
from db.repositories.turns import TurnRepository
from db.session import Database
from db.workspace import actor_by_email

pytestmark = pytest.mark.anyio
AT = "'2025-06-01 10:00:00+00:00'"
PROPOSALS = f"""
INSERT INTO proposals (id, created_at, turn_id, step, asked_by, tool, effect, arguments, preview, versions, read_before,
    digest, status, expires_at, change_id)
SELECT 'pr_' || one, {AT}, :turn, CAST(one AS INTEGER), :user, 't', 'WRITE', '{{}}', '{{}}', '{{}}', '[]', 'x', status,
    '2099-01-01 00:00:00+00:00', change_id
FROM (SELECT '1' AS one, 'applied' AS status, 'ch_2' AS change_id UNION ALL SELECT '2', 'waiting', NULL) AS made
"""  # noqa: S608 - constants of this file
CHANGES = f"""
INSERT INTO changes (id, created_at, turn_id, conversation_id, user_id, tool, record_kind, record_id, version_after)
SELECT 'ch_' || one, {AT}, :turn, :conversation, :user, 't', 'task', 1, 1
FROM (SELECT '1' AS one UNION ALL SELECT '2' UNION ALL SELECT '3') AS made
"""  # noqa: S608 - constants of this file


async def test_each_change_gets_a_place_and_its_proposal_and_what_waits_has_to_be_asked_again(
    database: Database,
) -> None:
    async with database.write() as session:
        admin = await actor_by_email(session, None)
        assert admin is not None
        conversation = await ConversationRepository(session, admin).start("web")
        turn, _ = await TurnRepository(session, admin).open(conversation.id, "…", trace_id="t", key=None)
    values = {"turn": turn.id, "conversation": conversation.id, "user": admin.user_id}
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="0003", down=True))
        for statement in (PROPOSALS, CHANGES):
            await connection.execute(
                text(statement), {name: values[name] for name in values if f":{name}" in statement}
            )
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="head"))
    async with database.read() as session:
        changes = (await session.execute(select(Change).order_by(Change.id))).scalars().all()
        assert [(one.step, one.part, one.proposal_id) for one in changes] == [
            (0, 0, None), (1, 0, "pr_1"), (2, 0, None),
        ]  # fmt: skip
        lines = {one.id: one for one in await ProposalRepository(session, admin).visible()}
        assert (lines["pr_1"].changes, lines["pr_2"].mine) == (("ch_2",), False)
    async with database.connection() as connection:
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="0003", down=True))
        kept = (await connection.execute(text("SELECT change_id FROM proposals ORDER BY id"))).scalars().all()
        assert kept == ["ch_2", None]
        await connection.run_sync(lambda sync: revisions.migrate(sync, to="head"))
    async with database.read() as session:
        assert len((await session.execute(select(Proposal))).scalars().all()) == 2
