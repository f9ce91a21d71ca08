"""What a script of replies and the program under test can disagree about.

ScriptError
├── UnscriptedRequest   the program asked more often than the script has replies
├── UnusedReplies       the program asked less often than the script has replies
├── RuleFailed          a rule of the script raised while it was choosing a reply
└── NotStarted          the server did not come up
"""

from __future__ import annotations


class ScriptError(AssertionError):
    """The conversation did not go the way the script says."""


class UnscriptedRequest(ScriptError):
    def __init__(self, *, request: int, replies: int, asked: str) -> None:
        self.request = request
        super().__init__(f"Request {request} has no reply: the script holds {replies}. It asked: {asked[:300]!r}")


class UnusedReplies(ScriptError):
    def __init__(self, *, unused: tuple[str, ...], requests: int) -> None:
        self.unused = unused
        super().__init__(f"{len(unused)} replies were never asked for in {requests} requests: {'; '.join(unused)}")


class RuleFailed(ScriptError):
    def __init__(self, *, request: int, error: Exception) -> None:
        self.request = request
        super().__init__(f"The rule that answers request {request} raised {type(error).__name__}: {error}")


class NotStarted(ScriptError):
    def __init__(self) -> None:
        super().__init__("The scripted server did not start listening.")
