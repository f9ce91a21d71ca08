"""A scripted model behind a real OpenAI-compatible endpoint, for tests and evaluations."""

from evals.doubles.openai.behaviours import Liar, Obedient, recite, recite_results
from evals.doubles.openai.errors import NotStarted, RuleFailed, ScriptError, UnscriptedRequest, UnusedReplies
from evals.doubles.openai.lies import LIES
from evals.doubles.openai.replies import (
    Always,
    Answer,
    Call,
    Calls,
    CutStream,
    Empty,
    Endless,
    Fail,
    Finish,
    Hang,
    Malformed,
    Refuse,
    Reply,
    Rule,
    Say,
    Step,
    Usage,
    say_json,
)
from evals.doubles.openai.request import ChatRequest, ToolCallMade
from evals.doubles.openai.server import Leak, ScriptedOpenAI

__all__ = [
    "LIES",
    "Always",
    "Answer",
    "Call",
    "Calls",
    "ChatRequest",
    "CutStream",
    "Empty",
    "Endless",
    "Fail",
    "Finish",
    "Hang",
    "Leak",
    "Liar",
    "Malformed",
    "NotStarted",
    "Obedient",
    "Refuse",
    "Reply",
    "Rule",
    "RuleFailed",
    "Say",
    "ScriptError",
    "ScriptedOpenAI",
    "Step",
    "ToolCallMade",
    "UnscriptedRequest",
    "UnusedReplies",
    "Usage",
    "recite",
    "recite_results",
    "say_json",
]
