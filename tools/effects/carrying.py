"""The gate: what becomes of one call of a turn that would change something."""

from __future__ import annotations

from dataclasses import dataclass, replace

from db.access import Actor, Permission
from db.errors import Forbidden
from db.policy import Rule
from db.repositories.changes import ChangeLine
from db.repositories.policies import PolicyRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.writing import WriteRepository
from db.session import WriteSession
from tools.contract import Effect, Proposed, Tool
from tools.effects.applying import apply
from tools.effects.correcting import correcting
from tools.effects.policy import Asked, Verdict, decide
from tools.effects.proposing import propose
from tools.effects.stored import call_of


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a turn.

    Attributes:
        step: its position in the turn; the same when the turn is run again.
        own_words: whether the person's own words, read by the parser alone, ask for exactly this.
        led_by_words: whether the parser came to this at all; it may be a guess, where `own_words` are none.
        corrects: whether it corrects what was asked before ("make it 11").
        read_before: the tools whose results the turn had read by then.
        taken: changes and proposals of the turn that this run has met already.
    """

    tool: Tool
    turn: str
    conversation: str
    step: int
    own_words: bool = False
    led_by_words: bool = True
    corrects: bool = False
    read_before: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of it: `changes` that were made, or the `proposal` that waits; `proposed` in its final form."""

    proposed: Proposed
    changes: tuple[ChangeLine, ...] = ()
    proposal: ProposalLine | None = None


async def carry_out(session: WriteSession, actor: Actor, proposed: Proposed, call: Call) -> Carried:
    """Apply it, propose it or refuse it, as the policy says; what an earlier run of the turn did stands.

    Raises:
        Forbidden: the policy rules it out.
    """
    known = await _known(session, actor, proposed, call)
    if known is not None:
        return known
    verdict = await _verdict(session, actor, call)
    if verdict is Verdict.FORBID:
        raise Forbidden(call.tool.name.replace("_", " "))
    at_once, asked_for = verdict is Verdict.APPLY and not proposed.held, call_of(call.tool.name, proposed)
    if call.corrects:
        update = await correcting(
            session, actor, proposed, tool=call.tool.name, conversation=call.conversation, turn=call.turn,
        )  # fmt: skip
        # What waited for a person's decision still does, in its new form.
        proposed, at_once = update or proposed, at_once and update is not None
    if at_once:
        changes = await apply(
            session, actor, proposed, tool=call.tool.name, turn=call.turn, conversation=call.conversation,
            step=call.step, call=asked_for, taken=call.taken,
        )  # fmt: skip
        return Carried(proposed, changes=changes)
    proposal = await propose(
        session, actor, proposed, tool=call.tool.name, effect=call.tool.effect, turn=call.turn, step=call.step,
        read_before=list(call.read_before), taken=call.taken, own_words=call.led_by_words,
        rule=Rule.FOUR_EYES if verdict is Verdict.FOUR_EYES else Rule.PROPOSE,
    )  # fmt: skip
    return Carried(proposed, proposal=proposal)


async def _known(session: WriteSession, actor: Actor, proposed: Proposed, call: Call) -> Carried | None:
    """What an earlier run of the turn did with this call."""
    changes, asked_for = WriteRepository(session, actor), call_of(call.tool.name, proposed)
    await changes.hold(call.turn)
    done = await changes.of_call(call.turn, call.step, asked_for, taken=call.taken)
    if done:
        # The first run may have corrected a record instead of making one.
        corrected = proposed.corrected if call.corrects and done[0].before is not None else ""
        return Carried(replace(proposed, done=corrected or proposed.done), changes=done)
    waits = await ProposalRepository(session, actor).of_call(call.turn, call.step, asked_for, taken=call.taken)
    return Carried(proposed, proposal=waits) if waits else None


async def _verdict(session: WriteSession, actor: Actor, call: Call) -> Verdict:
    # A credential that may only propose is a program's.
    by_program = not actor.may(Permission.EFFECTS_APPLY)
    asked = Asked(Effect(call.tool.effect), call.tool.name, actor.role, own_words=call.own_words, by_program=by_program)
    return decide(asked, await PolicyRepository(session, actor).policies())
