"""From tool outcomes to one answer: the tools' own sentences in the order of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.grounding import numbered
from agent.toolbelt import Outcome
from tools.evidence import Figure


def own_sentences(outcomes: Sequence[Outcome]) -> str:
    """What the tools themselves say, good enough to be the answer."""
    parts = []
    for outcome in outcomes:
        if outcome.error is not None:
            parts.append(outcome.error)
        elif outcome.found is not None:
            parts.append("\n\n".join(numbered(sentence, outcome.position) for sentence in outcome.found.said))
        elif outcome.proposed is not None:
            parts.append(outcome.proposed.done if outcome.change else outcome.proposed.said)
    return "\n\n".join(part for part in parts if part)


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Every figure of the turn by its reference."""
    return {
        f"{outcome.position}.{figure.key}": figure
        for outcome in outcomes
        if outcome.found is not None
        for figure in outcome.found.figures
    }


def as_result(outcome: Outcome) -> dict[str, Any]:
    """A tool outcome as plain values for a model."""
    if outcome.error is not None:
        return {"tool": outcome.tool, "failed": outcome.error}
    if outcome.found is None:
        sentence = (outcome.proposed.done if outcome.change else outcome.proposed.said) if outcome.proposed else ""
        return {
            "tool": outcome.tool,
            "event": "carried out" if outcome.change else "waits for approval",
            "said": sentence,
        }
    found = outcome.found
    return {
        "tool": outcome.tool,
        "said": [numbered(sentence, outcome.position) for sentence in found.said],
        "figures": {
            f"[[{outcome.position}.{figure.key}]]": f"{figure.label}: {figure.text}" for figure in found.figures
        },
        "records": [{"kind": ref.kind, "id": ref.id, "name": ref.name} for ref in found.focus[:20]],
        "document": found.document.title if found.document else None,
        "scope": found.scope,
    }
