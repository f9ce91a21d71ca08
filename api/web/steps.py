"""What a specialist is doing, in words, from the names of its tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_VOWELS = "aeiou"
_DOUBLED = frozenset({"get", "set", "plan", "run", "win", "put", "drop", "stop", "refer", "let", "cut"})
_VERBS = frozenset(
    {
        "add", "advise", "analyse", "analyze", "answer", "ask", "assign", "book", "brief", "build", "check", "close",
        "compare", "complete", "compute", "count", "create", "decline", "delete", "diagnose", "draft", "enrich",
        "escalate", "estimate", "explain", "export", "fetch", "find", "forecast", "get", "import", "list", "log",
        "look", "make", "mark", "match", "measure", "merge", "move", "open", "plan", "prepare", "propose", "qualify",
        "rank", "read", "recommend", "record", "remind", "report", "schedule", "score", "search", "send", "set",
        "show", "simulate", "split", "start", "suggest", "summarise", "summarize", "sweep", "track", "undo", "update",
        "write",
    }
)  # fmt: skip


def doing(tool: str) -> str:
    """`explain_win_rate` -> `explaining win rate`; a noun is looked at: `looking at pipeline`."""
    first, _, rest = tool.partition("_")
    words = rest.replace("_", " ")
    if first in _VERBS:
        return f"{_gerund(first)} {words}".strip()
    return f"looking at {tool.replace('_', ' ')}"


def named(tool: str) -> str:
    """`create_task` -> `Create task`."""
    words = tool.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def running(event: Mapping[str, Any]) -> str:
    """A step event as one line."""
    return f"{event['agent']} – {doing(str(event['tool']))}"


def summary(steps: Sequence[Mapping[str, Any]], model: str) -> str:
    """`2 steps, local model`."""
    count = len(steps)
    who = "local model" if model == "local" else model
    return f"{count} {'step' if count == 1 else 'steps'}, {who}" if count else who


def _gerund(verb: str) -> str:
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ing"
    return f"{verb}ing"
