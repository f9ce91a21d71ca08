"""Answers to what waits or was done last: "no" to a proposal, "yes" to one, "undo the Palewater one"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.local.lexicon import everyday
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
_WORD = re.compile(r"[^\W_]{3,}")
_OWN = frozenset(["undo", "revert", "reverse", "cancel", "remove", "delete", "reminder", "reminders", "task", "tasks", "please", "change"])  # fmt: skip
_THE_ONE = re.compile(r"\b(?:the|my|that) ([^\W\d_]{3,}) (?:one|task|reminder)\b", re.IGNORECASE)
_ORDER = frozenset(
    ["last", "first", "second", "third", "latest", "new", "newest", "other", "same", "previous", "wrong"]
)
_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_WORDS = 8
_LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered, and the reason where nothing could be taken back."""

    text: str
    refused: Refusal | None = None


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

    async def undone(self) -> Said:
        """Takes back the last change, or the one that is named; or says what stands in the way."""
        async with self.database.read() as session:
            changes = UndoRepository(session, self.actor)
            before = await changes.undone_in(self.turn.id)
            standing = _by_call(await changes.standing(self.turn.conversation_id))
            gone = None if standing else await changes.last_undone(self.turn.conversation_id)
        if before:
            # An earlier run of this turn took it back.
            return _taken_back(before[-1])
        if not standing:
            nothing = "There is nothing in this conversation to take back."
            return Said(f"{nothing} {_how_to_have_again(gone)}" if gone else nothing)
        words = named(self.turn.text, standing)
        change = chosen(words, standing)
        if change is None:
            titles = "; ".join(f"“{_title_of(one)}”" for one in standing[:3])
            return Said(
                f"I changed nothing about “{' '.join(words)}” in this conversation. What I can take back: {titles}."
            )
        try:
            return _taken_back(
                await effects.undo(self.database, self.actor, change.id, door=Door.CHAT, turn=self.turn.id)
            )
        except StoreError as error:
            return Said(f"I could not take it back. {error}", Refusal(code=error.code, reason=str(error)))

    async def brought_back(self) -> Said:
        """What was taken back together is done again; of a single change, how to have it again."""
        async with self.database.read() as session:
            changes = UndoRepository(session, self.actor)
            gone = await changes.last_undone(self.turn.conversation_id)
            together = await changes.last_together(self.turn.conversation_id)
        latest = max((one.undone_at or _NEVER for one in together), default=_NEVER)
        if together and (gone is None or latest >= (gone.undone_at or _NEVER)):
            return await self._done_again(together)
        if gone is None:
            return Said("Nothing was taken back in this conversation, so there is nothing to bring back.")
        return Said(_how_to_have_again(gone))

    async def _done_again(self, together: Sequence[ChangeLine]) -> Said:
        if together[0].undone_in is None:
            raise ValueError("what was taken back in words knows the turn")
        try:
            again = await effects.redo(
                self.database, self.actor, together[0].undone_in, door=Door.CHAT, turn=self.turn.id
            )
        except (StoreError, ToolError) as error:
            return Said(f"I could not do it again. {error}", Refusal(code=error.code, reason=str(error)))
        calls = len(_by_call(again))
        return Said(f"Done again: {calls} {plural(calls, 'change')} {plural(calls, 'stands', 'stand')} as before.")

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


def _by_call(changes: Sequence[ChangeLine]) -> list[ChangeLine]:
    """One change for each call, the record it was about first: what follows from it goes back with it."""
    first: dict[tuple[str, int], ChangeLine] = {}
    for change in changes:
        known = first.get((change.turn_id, change.step))
        if known is None or change.part < known.part:
            first[change.turn_id, change.step] = change
    return list(first.values())


def _how_to_approve(proposal: ProposalLine) -> str:
    if proposal.reason:
        return f"{in_words(proposal)} is not yours to approve. {proposal.reason}"
    return (
        f"{in_words(proposal)} waits for your approval: approve it on its card, or with "
        f"`rainmaker proposals approve {proposal.id}`."
    )


def _taken_back(undone: ChangeLine) -> Said:
    what = f"the {undone.kind} “{_title_of(undone)}”"
    if undone.before is None:
        return Said(f"Taken back: {what} was removed again.")
    fields = _fields_of(undone)
    return Said(f"Taken back: {listed(fields)} of {what} {plural(len(fields), 'is', 'are')} as before.")


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


def named(text: str, changes: Sequence[ChangeLine]) -> list[str]:
    """The words that tell which change is meant: those a change speaks of, and names ("the Palewater one")."""
    said = " ".join(_said_of(one) for one in changes)
    words = [word.casefold() for word in _WORD.findall(text)]
    known = [word for word in words if word not in _OWN and word not in everyday() and word in said]
    return known or [match[1].casefold() for match in _THE_ONE.finditer(text) if match[1].casefold() not in _ORDER]


def chosen(words: Sequence[str], changes: Sequence[ChangeLine]) -> ChangeLine | None:
    """The latest change that all the words speak of."""
    return next((one for one in changes if all(word in _said_of(one) for word in words)), None)


def _said_of(change: ChangeLine) -> str:
    values = (change.after or {}).values()
    return " ".join(str(value) for value in values if isinstance(value, str)).casefold()


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
