"""What a tool may refuse, in words the person can act on.

ToolError                 a declared refusal; the only kind a model or a person gets to read
├── Unanswerable          the records cannot answer this (no such period, too few deals)
│   └── NothingToChange   the record has exactly these values already
├── NeedsChoice           several records or values fit; carries the question, the choices and which argument is open
├── BadArgument           an argument does not fit its schema
├── NothingToSend         there is no draft in this conversation
├── CannotBeUndone        the change cannot be taken back
│   ├── MessageWasSent    a sent message stays sent
│   └── NothingChanged    the proposal was not carried out, or failed
├── NothingToRedo         nothing that was taken back is left to be done again
├── AlreadySent           exactly this message went out before
├── UnsafePolicy          a rule that would let an effect happen without approval
├── NotKept               it tells of health, belief, politics, a union, sexuality or origin, which is not stored
├── NotAskedFor           the person's own words neither name this record nor ask for this
├── ToolRetired           the tool behind a figure is gone or no longer only reads
└── DeliveryUnavailable   the mail server cannot be reached, or it refused
    ├── NoMailServer      none is set up
    ├── NoProvider        no enrichment provider is set up
    └── ProviderAway      the enrichment provider could not be asked
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.repositories.base import RecordRef


class ToolError(Exception):
    code = "tool_error"


class Unanswerable(ToolError):
    code = "unanswerable"


class NothingToChange(Unanswerable):
    """`record` is what it would have changed."""

    def __init__(self, record: str) -> None:
        super().__init__(f"{record} already has exactly these values, so there is nothing to change.")


class NeedsChoice(ToolError):
    code = "needs_choice"

    """`records` are those behind the choices, in their order, where the choices are records."""

    def __init__(
        self, question: str, choices: tuple[str, ...] = (), *, argument: str | None = None,
        records: tuple[RecordRef, ...] = (),
    ) -> None:  # fmt: skip
        self.question, self.choices, self.argument, self.records = question, choices, argument, records
        super().__init__(question)


class BadArgument(ToolError):
    code = "bad_argument"

    def __init__(self, argument: str, problem: str) -> None:
        self.argument, self.problem = argument, problem
        super().__init__(f"{argument}: {problem}")


class NothingToSend(ToolError):
    code = "nothing_to_send"

    def __init__(self) -> None:
        super().__init__("There is no draft in this conversation yet. Ask me to draft the message first.")


class CannotBeUndone(ToolError):
    code = "cannot_be_undone"

    def __init__(self, proposal: str, reason: str) -> None:
        self.proposal = proposal
        super().__init__(f"Proposal {proposal} {reason}.")


class MessageWasSent(CannotBeUndone):
    def __init__(self, proposal: str) -> None:
        super().__init__(proposal, "was sent; a sent message cannot be taken back")


class NothingChanged(CannotBeUndone):
    def __init__(self, proposal: str) -> None:
        super().__init__(proposal, "changed nothing")


class NothingToRedo(ToolError):
    code = "nothing_to_redo"

    def __init__(self) -> None:
        super().__init__("What was taken back there has been done again already.")


class AlreadySent(ToolError):
    code = "already_sent"

    def __init__(self, proposal: str) -> None:
        self.proposal = proposal
        super().__init__("Exactly this message was sent before. Change the draft if you want to send another one.")


class UnsafePolicy(ToolError):
    code = "unsafe_policy"

    def __init__(self, effect: str, problem: str) -> None:
        self.effect = effect
        super().__init__(f"{effect} {problem}. Nothing was changed.")


class NotAskedFor(ToolError):
    code = "not_asked_for"

    def __init__(self, tool: str) -> None:
        self.tool = tool
        super().__init__(f"I left out a step ({tool.replace('_', ' ')}) that your own words do not ask for.")


class NotKept(ToolError):
    """`category` is what it tells of, in words."""

    code = "not_kept"

    def __init__(self, category: str) -> None:
        self.category = category
        super().__init__(
            f"I do not keep this: it tells of {category}, which article 9 of the GDPR protects, and a sales team has "
            "no ground to store it. Nothing was saved."
        )


class ToolRetired(ToolError):
    code = "tool_retired"

    def __init__(self, tool: str) -> None:
        self.tool = tool
        super().__init__(f"The tool {tool} that produced this figure does not exist any more.")


class DeliveryUnavailable(ToolError):
    code = "delivery_unavailable"


class NoMailServer(DeliveryUnavailable):
    def __init__(self, *, may_set_up: bool) -> None:
        how = (
            "Set SMTP_URL (smtp://user:password@host:587) for the server and start it again."
            if may_set_up
            else "An administrator can set one up."
        )
        super().__init__(f"No mail server is set up, so nothing was sent. {how} The draft and the proposal are kept.")


class NoProvider(DeliveryUnavailable):
    def __init__(self) -> None:
        super().__init__("No enrichment provider is set up, so nothing was sent. An administrator can set one up.")


class ProviderAway(DeliveryUnavailable):
    code = "provider_away"

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"The provider {host} {why}. Nothing was changed; ask again later.")
