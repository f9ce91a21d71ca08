"""What a turn refuses before or while it is answered.

AgentError
├── EmptyQuestion         nothing was written
├── QuestionTooLong       more text than a turn may carry
├── ConversationBusy      earlier turns did not finish in time
├── TurnStopped           the person asked it to stop
├── KeyReused             an idempotency key came with another request before
├── NothingToRetry        the turn is still being answered, or was carried out
├── ModelUnavailable      the configured endpoint failed; the turn goes on with the local model
│   └── BudgetExhausted   a purse has not enough left for a call
├── QuoteNeeded           the turn may cost more than is spent without asking
├── SecretMissing         the workspace was sealed with a key that is not there
└── SecretUnreadable      the secret key does not open what was sealed with it
"""

from __future__ import annotations

from decimal import Decimal


class AgentError(Exception):
    code = "agent_error"


class EmptyQuestion(AgentError):
    code = "empty_question"

    def __init__(self) -> None:
        super().__init__("Please write a question.")


class KeyReused(AgentError):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("This idempotency key was used for another request before. Give each request its own.")


class QuestionTooLong(AgentError):
    code = "question_too_long"

    def __init__(self, length: int, limit: int) -> None:
        self.length, self.limit = length, limit
        super().__init__(
            f"The question has {length:,} characters; a turn takes {limit:,}. Shorten it, or import the text as a file."
        )


class ConversationBusy(AgentError):
    code = "conversation_busy"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Earlier messages of this conversation were not finished within {seconds:.0f} seconds. Try again."
        )


class TurnStopped(AgentError):
    code = "stopped"

    def __init__(self) -> None:
        super().__init__("Stopped.")


class NothingToRetry(AgentError):
    code = "nothing_to_retry"

    def __init__(self, reason: str) -> None:
        super().__init__(f"This message cannot be asked again: {reason}.")


class ModelUnavailable(AgentError):
    """`reason` is fit for the person who asked; the raw error stays in the trace, redacted."""

    code = "model_unavailable"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The language model {reason}; the local model answered instead.")


class BudgetExhausted(ModelUnavailable):
    """`said` names the purse."""

    code = "budget_exhausted"

    def __init__(self, said: str) -> None:
        self.reason = "is not paid for"
        AgentError.__init__(self, said)


class QuoteNeeded(AgentError):
    code = "quote_needed"

    def __init__(self, calls: int, dollars: Decimal) -> None:
        self.calls, self.dollars = calls, dollars
        super().__init__(f"This may cost up to ${dollars:.2f} ({calls} calls of the language model). Go ahead?")


class SecretUnreadable(AgentError):
    code = "secret_unreadable"

    def __init__(self) -> None:
        super().__init__("RAINMAKER_SECRET_KEY is not the key this workspace was sealed with.")


class SecretMissing(AgentError):
    code = "secret_missing"

    def __init__(self, path: object) -> None:
        self.path = path
        super().__init__(f"{path} is missing. Put it back, or set RAINMAKER_SECRET_KEY to the key it held.")
