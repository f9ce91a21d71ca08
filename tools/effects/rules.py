"""Editing the policy: one way for every door, recorded with what held before."""

from __future__ import annotations

from db.access import Actor
from db.deeds import Deed, Kind, about
from db.policy import GOVERNED, OUTWARD, Approver, Rule, Ruling, least, stricter
from db.repositories.policies import PolicyRepository
from db.session import Database
from tools.contract import Effect
from tools.errors import BadArgument, UnsafePolicy
from tools.recording import Entry, record


async def set_rule(
    database: Database, actor: Actor, effect: str, rule: str, *, tool: str = "", approver: str | None = None
) -> tuple[Ruling, Ruling]:
    """The rule before and now. It is taken back by setting the one before again.

    Args:
        effect: what the tools do (`OUTWARD`), or with `tool` what that one does.
        approver: who decides under `four_eyes`; left out, whoever the rule named before.

    Raises:
        BadArgument: there is no such effect, tool, rule or approver.
        UnsafePolicy: the effect would happen without an approval, or an administrator would approve others' messages.
        NotPermitted: not an administrator.
    """
    kind, wanted = _effect(effect), _rule(rule)
    if tool:
        _require_tool(tool, kind)
    if stricter(wanted, least(kind)) is not wanted:
        raise UnsafePolicy(kind, f"always needs a person's approval, so {wanted} is refused")
    async with database.write() as session:
        policies = PolicyRepository(session, actor)
        held = (await policies.policies()).ruling(kind, tool)
        who = _approver(approver) if approver else held.approver
        if kind == OUTWARD and who is Approver.ADMIN:
            raise UnsafePolicy(kind, "of others is not approved by administrators; choose manager or executive")
        before = await policies.set(kind, tool, wanted, who)
        now = (await policies.policies()).ruling(kind, tool)
        subject = about(Kind.POLICY, f"{kind} {tool}".strip())
        await record(session, Entry(Deed.POLICY, subject, details=_compared(before, now)))
    return before, now


def _compared(before: Ruling, now: Ruling) -> dict[str, dict[str, str]]:
    return {
        "before": {"rule": before.rule.value, "approver": before.approver.value},
        "after": {"rule": now.rule.value, "approver": now.approver.value},
    }


def _effect(said: str) -> str:
    effect = said.strip().upper()
    if effect not in GOVERNED:
        raise BadArgument("effect", f"“{said}” is none that changes something; there is {', '.join(GOVERNED)}")
    return effect


def _rule(said: str) -> Rule:
    try:
        return Rule(said.strip().lower())
    except ValueError as error:
        raise BadArgument("rule", f"“{said}” is none; there is {', '.join(Rule)}") from error


def _approver(said: str) -> Approver:
    try:
        return Approver(said.strip().lower())
    except ValueError as error:
        raise BadArgument("approver", f"“{said}” is none; there is {', '.join(Approver)}") from error


def _require_tool(name: str, effect: str) -> None:
    # The roster imports every tool, which nobody needs who edits no rule.
    from tools.registry import TOOLS

    known = {tool.name: tool.effect for tool in TOOLS if tool.effect is not Effect.READ}
    if name not in known:
        raise BadArgument("tool", f"“{name}” is none that changes something; there is {', '.join(sorted(known))}")
    if known[name] != effect:
        raise BadArgument("tool", f"{name} does {known[name].value}, not {effect}")
