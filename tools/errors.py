"""What a tool may refuse, in words the person can act on.

ToolError                 a declared refusal; the only kind a model or a person gets to read
├── Unanswerable          the records cannot answer this (no such period, too few deals)
├── NeedsChoice           several records or values fit; carries the question, the choices and which argument is open
├── BadArgument           an argument does not fit its schema
├── NothingToSend         there is no draft in this conversation
├── CannotBeUndone        the change cannot be taken back
└── DeliveryUnavailable   no way to deliver is configured, or it refused
"""

from __future__ import annotations


class ToolError(Exception):
    code = "tool_error"


class Unanswerable(ToolError):
    code = "unanswerable"


class NeedsChoice(ToolError):
    code = "needs_choice"

    def __init__(self, question: str, choices: tuple[str, ...] = (), *, argument: str | None = None) -> None:
        self.question, self.choices, self.argument = question, choices, argument
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


class DeliveryUnavailable(ToolError):
    code = "delivery_unavailable"
