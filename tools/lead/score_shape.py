"""A score as other programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tools.lead.scores import Answer
from tools.science.lead_score import Reason


def shape(answer: Answer) -> dict[str, Any]:
    """The contract "Lead score": score and tier, the weighted factors for and against, what to do, what scored."""
    found, model = answer.found, answer.model
    return {
        "lead_id": answer.lead.id,
        "score": found.score,
        "tier": found.tier,
        "grade": found.grade,
        "confidence": found.confidence,
        "factors": {"positive": _factors(found.positive), "negative": _factors(found.negative)},
        "suggested_actions": [{"text": one.text, "gain": one.gain} for one in found.suggested_actions],
        "remarks": list(found.remarks),
        "model": {
            "kind": model.kind, "version": model.version, "trained_on": None, "auc": None, "calibrated": False,
        },
        "next_rescore": found.next_rescore.isoformat() if found.next_rescore else None,
    }  # fmt: skip


def _factors(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """The weightiest first; the weights of both lists add up to the score."""
    return [
        {"factor": one.name, "component": one.component, "text": one.text, "weight": one.points, "most": one.most,
         "known": one.known}
        for one in sorted(reasons, key=lambda one: -abs(one.points))
    ]  # fmt: skip
