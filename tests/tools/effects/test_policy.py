"""What the policy says of a call, and how it is edited."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from db.access import Role, Scope
from db.deeds import Deed
from db.errors import NotPermitted
from db.models import Proposal
from db.policy import GOVERNED, Policies, Rule
from db.repositories.policies import PolicyRepository
from tests.tools.effects.office import Office
from tools.contract import Effect
from tools.effects import Asked, Verdict, decide, set_rule
from tools.errors import BadArgument, UnsafePolicy

anyio = pytest.mark.anyio
NONE = Policies()


@pytest.mark.parametrize(("own_words", "by_program"), list(product([True, False], repeat=2)))
def test_only_a_persons_own_words_do_something_at_once(*, own_words: bool, by_program: bool) -> None:
    asked = Asked(Effect.WRITE, "create_task", Role.REP, own_words=own_words, by_program=by_program)
    assert decide(asked, NONE) is (Verdict.APPLY if own_words and not by_program else Verdict.PROPOSE)


@pytest.mark.parametrize("effect", [one for one in Effect if one not in (Effect.READ, Effect.WRITE)])
@pytest.mark.parametrize("rule", [None, "apply_own_words"])
def test_no_words_and_no_row_do_anything_else_at_once(effect: Effect, rule: str | None) -> None:
    policies = Policies({(effect, ""): (rule, "manager")}) if rule else NONE
    assert decide(Asked(effect, "any", Role.ADMIN, own_words=True), policies) is Verdict.PROPOSE


@pytest.mark.parametrize("role", list(Role))
def test_a_setting_is_for_administrators_and_managers(role: Role) -> None:
    verdict = decide(Asked(Effect.POLICY, "any", role), NONE)
    assert verdict is (Verdict.PROPOSE if role in (Role.ADMIN, Role.MANAGER) else Verdict.FORBID)


def test_reading_needs_nobody() -> None:
    assert decide(Asked(Effect.READ, "pipeline", Role.REP, by_program=True), NONE) is Verdict.APPLY


@anyio
async def test_a_rule_is_recorded_with_what_held_before_and_set_back(office: Office) -> None:
    admin = office.cast.actors["admin"]
    before, now = await set_rule(office.database, admin, "write", "four_eyes", approver="executive")
    entry = office.entries[-1]
    assert (entry.deed, entry.subject) == (Deed.POLICY, "policy:WRITE")
    assert entry.details["before"] == {"rule": "apply_own_words", "approver": "manager"}
    assert entry.details["after"] == {"rule": "four_eyes", "approver": "executive"}
    back = await set_rule(office.database, admin, "WRITE", before.rule, approver=before.approver)
    assert back == (now, before)


@anyio
@pytest.mark.parametrize("effect", [one for one in GOVERNED if one != "WRITE"])
async def test_no_edit_lets_it_happen_without_approval(office: Office, effect: str) -> None:
    with pytest.raises(UnsafePolicy, match="always needs a person's approval"):
        await set_rule(office.database, office.cast.actors["admin"], effect, "apply_own_words")
    assert office.entries == []


@anyio
async def test_administrators_do_not_approve_messages_of_others(office: Office) -> None:
    with pytest.raises(UnsafePolicy, match="not approved by administrators"):
        await set_rule(office.database, office.cast.actors["admin"], "OUTWARD", "four_eyes", approver="admin")


@anyio
@pytest.mark.parametrize(
    ("effect", "rule", "more", "said"),
    [
        ("READ", "forbid", {}, "READ"), ("SHOUT", "forbid", {}, "SHOUT"), ("WRITE", "perhaps", {}, "perhaps"),
        ("WRITE", "forbid", {"tool": "launch"}, "launch"), ("WRITE", "forbid", {"tool": "pipeline"}, "pipeline"),
        ("WRITE", "forbid", {"tool": "send_email"}, "does OUTWARD"), ("WRITE", "forbid", {"approver": "cat"}, "cat"),
    ],
)  # fmt: skip
async def test_what_does_not_exist_is_named(
    office: Office, effect: str, rule: str, more: dict[str, str], said: str
) -> None:
    with pytest.raises(BadArgument, match=said):
        await set_rule(office.database, office.cast.actors["admin"], effect, rule, **more)


@anyio
@pytest.mark.parametrize("who", ["executive", "manager", "dach"])
async def test_only_an_administrator_edits_or_reads_it(office: Office, who: str) -> None:
    actor = office.cast.actors[who]
    with pytest.raises(NotPermitted):
        await set_rule(office.database, actor, "WRITE", "forbid")
    async with office.plain.read() as session:
        with pytest.raises(NotPermitted):
            await PolicyRepository(session, actor).lines()


@anyio
async def test_the_list_shows_every_effect_and_the_tools_with_a_rule_of_their_own(office: Office) -> None:
    admin = office.cast.actors["admin"]
    await set_rule(office.database, admin, "OUTWARD", "four_eyes", tool="send_email")
    async with office.plain.read() as session:
        lines = await PolicyRepository(session, admin).lines()
    assert [one.effect for one in lines if not one.tool] == list(GOVERNED)
    assert [(one.tool, one.ruling.rule, one.changed_by) for one in lines if one.tool] == [
        ("send_email", Rule.FOUR_EYES, admin.name)
    ]


@anyio
async def test_what_a_program_asks_for_waits_whatever_its_words(office: Office) -> None:
    program = replace(office.rep, scope=Scope.PROGRAM)
    done = await office.carry_out(office.task("Call"), await office.turn(), 0, by=program, own_words=True)
    assert (done.changes, done.proposal is not None) == ((), True)


@anyio
async def test_four_eyes_hold_for_own_words_and_the_proposal_keeps_what_was_read_before(office: Office) -> None:
    await set_rule(office.database, office.cast.actors["admin"], "WRITE", "four_eyes", tool="create_task")
    done = await office.carry_out(
        office.task("Call"), await office.turn(), 0, own_words=True, read_before=("client_brief",)
    )
    assert done.proposal is not None
    assert (done.proposal.rule, done.proposal.mine) == (Rule.FOUR_EYES, False)
    async with office.plain.read() as session:
        stored = await session.get_one(Proposal, done.proposal.id)
    assert stored.read_before == ["client_brief"]
