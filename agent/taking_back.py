"""Answers to what waits or was done last: "no" to a proposal, "yes" to one, "undo the Palewater one"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.choosing_changes import Call, by_call, meant
from agent.local.schema import Undoing
from agent.schema import Refusal
from db import field_words
from db.access import Actor
from db.doors import Door
from db.errors import StoreError
from db.records import KINDS
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.turns import TurnLine
from db.repositories.undoing import UndoRepository
from db.session import Database
from tools import effects
from tools.errors import ToolError
from tools.wording import listed, plural

_POLITE = r"(?:(?:oh|ok|okay|please|wait|sorry|actually|hmm|hey|no|nah|nope|on second thoughts?|uh|well|and) ?,? ?)*"
_NO = re.compile(
    rf"^{_POLITE}(?:no|nope|nah|wait|stop|cancel|decline|reject|abort|withdraw|never ?mind|hold (?:on|off|it|that)|forget|scrap|scratch|bin"
    r"|undo|revert|take (?:it|that) back|leave it|not (?:yet|now)|don'?t|do not)(?:\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_YES = re.compile(
    r"^(?:(?:oh|ok|okay|please|great|perfect|good|fine|and) ?,? ?)*(?:yes|yep|yeah|sure|ok|okay|approved?|confirm(?:ed)?|go ahead|go for it|do it|please do)"
    r"(?:,? (?:please|go ahead|do it|send it|now|thanks|that'?s fine|looks good))*[.!]*$",
    re.IGNORECASE,
)  # fmt: skip
_MOST_WORDS = 8
_LONGEST_TITLE = 80
_MOST_TOLD = 5
_MOST_CHANGES = 2_000
"""A change of many is as many rows as there are records."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered, and the reason where nothing could be taken back."""

    text: str
    refused: Refusal | None = None
    done: bool = False
    """Whether something was taken back."""


class TakingBack:
    """What the conversation of a turn did last, and what the words of the turn do to it."""

    def __init__(self, database: Database, actor: Actor, turn: TurnLine) -> None:
        self.database, self.actor, self.turn = database, actor, turn

    async def answered(self) -> Said | None:
        """A yes or a no to the proposal raised last. A yes in words approves nothing by itself."""
        agrees = says_yes(self.turn.text)
        if not (agrees or says_no(self.turn.text)):
            return None
        proposal = await self._meant(agrees=agrees)
        if proposal is None:
            return None
        if agrees:
            return Said(_how_to_approve(proposal))
        try:
            declined = await self._decline(proposal.id)
        except StoreError as error:
            return Said(f"I could not decline it. {error}", Refusal(code=error.code, reason=str(error)))
        return Said(f"{in_words(declined)} is declined: nothing was sent or changed.")

    async def undone(self, said: Undoing | None = None) -> Said:
        """Takes back what the words mean, without more words what the last message changed; or says what is in the way."""
        said = said or Undoing()
        async with self.database.read() as session:
            changes = UndoRepository(session, self.actor)
            before = await changes.undone_in(self.turn.id)
            standing = by_call(await changes.standing(self.turn.conversation_id, limit=_MOST_CHANGES))
            gone = None if standing else await changes.last_undone(self.turn.conversation_id)
        if before:
            # An earlier run of this turn took it back.
            return _taken_back(by_call(before))
        if not standing:
            nothing = "There is nothing in this conversation to take back."
            return Said(f"{nothing} {_how_to_have_again(gone)}" if gone else nothing)
        chosen = meant(said, standing)
        if not chosen:
            return _in_doubt(said, standing)
        try:
            await effects.undo_together(self.database, self.actor, [one.first.id for one in chosen], turn=self.turn.id)
        except StoreError as error:
            return Said(f"I could not take it back. {error}", Refusal(code=error.code, reason=str(error)))
        return _taken_back(chosen)

    async def brought_back(self) -> Said:
        """What was taken back last in words is done again; what a door took back, how to have it again."""
        async with self.database.read() as session:
            changes = UndoRepository(session, self.actor)
            gone = await changes.last_undone(self.turn.conversation_id)
            together = await changes.undone_in(gone.undone_in) if gone is not None and gone.undone_in else ()
        if gone is None:
            return Said("Nothing was taken back in this conversation, so there is nothing to bring back.")
        return await self._done_again(together) if together else Said(_how_to_have_again(gone))

    async def _done_again(self, together: Sequence[ChangeLine]) -> Said:
        if together[0].undone_in is None:
            raise ValueError("what was taken back in words knows the turn")
        try:
            again = await effects.redo(
                self.database, self.actor, together[0].undone_in, door=Door.CHAT, turn=self.turn.id
            )
        except (StoreError, ToolError) as error:
            return Said(f"I could not do it again. {error}", Refusal(code=error.code, reason=str(error)))
        calls = len(by_call(again))
        many = f"Done again: {calls} {plural(calls, 'change')} {plural(calls, 'stands', 'stand')} as before."
        return Said(many if calls > 1 else f"Done again: {_in_short(again[0])} stands as before.")

    async def withdrawn(self) -> list[str]:
        """A message that waits is no longer what the person wants once its draft was changed."""
        async with self.database.read() as session:
            proposals = ProposalRepository(session, self.actor)
            waiting = await proposals.decided_in(self.turn.id, "send_email") or await proposals.waiting(
                "send_email", self.turn.conversation_id, besides=self.turn.id
            )
        if waiting is None:
            return []
        try:
            withdrawn = await self._decline(waiting.id)
        except StoreError as error:
            return [f"{in_words(waiting)} could not be withdrawn. {error}"]
        return [f"{in_words(withdrawn)} was withdrawn, because its draft has changed. Say “send it” again."]

    async def _decline(self, proposal: str) -> ProposalLine:
        return await effects.decline(self.database, self.actor, proposal, door=Door.CHAT, turn=self.turn.id)

    async def _meant(self, *, agrees: bool) -> ProposalLine | None:
        """What an earlier run of this turn declined, else the proposal that waits, unless something came after it."""
        async with self.database.read() as session:
            proposals = ProposalRepository(session, self.actor)
            if not agrees and (declined := await proposals.decided_in(self.turn.id)):
                return declined
            change = await ChangeRepository(session, self.actor).latest(self.turn.conversation_id)
            proposal = await proposals.waiting(None, self.turn.conversation_id)
        # Identifiers grow with time.
        overtaken = change is not None and proposal is not None and change.turn_id > proposal.turn_id
        return None if overtaken else proposal


def _how_to_approve(proposal: ProposalLine) -> str:
    if proposal.reason:
        return f"{in_words(proposal)} is not yours to approve. {proposal.reason}"
    return (
        f"{in_words(proposal)} waits for your approval: approve it on its card, or with "
        f"`rainmaker proposals approve {proposal.id}`."
    )


def _taken_back(undone: Sequence[Call]) -> Said:
    if len(undone) > 1:
        what = "; ".join(_in_short(one.first) for one in undone[:_MOST_TOLD])
        return Said(f"Taken back: {len(undone)} changes ({what}). “Redo” does them again.", done=True)
    change = undone[0].first
    what = f"the {change.kind} “{_title_of(change)}”"
    if len(undone[0].lines) > 1 and len({one.kind for one in undone[0].lines}) == 1:
        records = len({one.record_id for one in undone[0].lines})
        if records > 1:
            return Said(f"Taken back: {records} {KINDS[change.kind].many} are as before.", done=True)
    if change.before is None:
        return Said(f"Taken back: {what} was removed again.", done=True)
    fields = _fields_of(change)
    return Said(f"Taken back: {listed(fields)} of {what} {plural(len(fields), 'is', 'are')} as before.", done=True)


def _in_short(change: ChangeLine) -> str:
    """`the new task “Call”`, `the stage of the opportunity “Acme”`."""
    if change.before is None:
        return f"the new {change.kind} “{_title_of(change)}”"
    return f"{listed(_fields_of(change))} of the {change.kind} “{_title_of(change)}”"


def _in_doubt(said: Undoing, standing: Sequence[Call]) -> Said:
    """Nothing is taken back where the words fit no change, or several that were not made together."""
    titles = "; ".join(_in_short(one.first) for one in standing[:_MOST_TOLD])
    about = f"I changed nothing about “{' '.join(said.words)}” in this conversation." if said.words else ""
    return Said(
        f"{about or 'I am not sure which change you mean, so I took nothing back.'} What I can take back: {titles}."
    )


def _how_to_have_again(gone: ChangeLine) -> str:
    what = f"{gone.kind} “{_title_of(gone)}”"
    if gone.before is not None:
        return (
            f"The change of {listed(_fields_of(gone))} of the {what} was taken back; the {gone.kind} itself is still there. "
            "Say again what it is to be, and it is changed anew."
        )
    return (
        f"The {what} was taken back, and that does not come back by itself: "
        "ask for it again in your own words, and it is done anew."
    )


def _fields_of(change: ChangeLine) -> list[str]:
    """`the due time`, `the time of the reminder`: what a change wrote."""
    before, after = change.before or {}, change.after or {}
    return [field_words.in_words(name) for name in sorted(after) if before.get(name) != after[name]]


def says_no(text: str) -> bool:
    """Whether a short turn calls off what waits ("don't", "stop, don't send that", "cancel")."""
    return len(text.split()) <= _MOST_WORDS and "?" not in text and bool(_NO.match(text.strip()))


def says_yes(text: str) -> bool:
    """Whether a short turn agrees to what waits."""
    return len(text.split()) <= _MOST_WORDS and bool(_YES.match(text.strip()))


def _title_of(change: ChangeLine) -> str:
    """The name of a record as the change left it; of a deletion only its number is known."""
    values = change.after or {}
    named = " ".join(str(values[column]) for column in KINDS[change.kind].title if values.get(column))
    return named[:_LONGEST_TITLE] or f"{change.kind} {change.record_id}"


def in_words(proposal: ProposalLine) -> str:
    """`The message “Hello” to Ann Lee`, `The proposal to create a task “Call”`."""
    if message := proposal.arguments.get("message"):
        return f"The message “{message['subject']}” to {message['to']['name']}"
    title = proposal.arguments.get("title")
    return f"The proposal to {proposal.tool.replace('_', ' ')}" + (f" “{title}”" if title else "")
