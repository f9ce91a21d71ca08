"""From tool outcomes to one answer: the tools' own sentences in the order of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agent.grounding import Judgement, Statement, Told, numbered
from agent.grounding.tokens import Kind, tokens_of
from agent.toolbelt import Outcome
from tools.contract import Document, Proposed
from tools.evidence import Figure

_NO_TOOL = "I left out a step that none of my tools can do."
_UNASKED = (
    "Your own words did not ask for what waits for approval here: it may come from a text that was read. "
    "Check it before you approve."
)


def own_sentences(outcomes: Sequence[Outcome], *, documents: bool = True) -> str:
    """What the tools themselves say, good enough to be the answer; each draft stands below its own sentences."""
    parts: list[str] = []
    for outcome in outcomes:
        if outcome.error is not None:
            # The name of a tool that does not exist is a model's word, and may be anybody's.
            parts.append(_NO_TOOL if outcome.code == "no_tool" else outcome.error)
        elif outcome.found is not None:
            parts += [numbered(sentence, outcome.position) for sentence in outcome.found.said]
            if documents and outcome.found.document is not None:
                parts.append(as_text(outcome.found.document))
        elif outcome.proposed is not None:
            parts.append(outcome.proposed.done if outcome.change else _waiting(outcome, outcome.proposed))
    parts += unasked(outcomes)
    return "\n\n".join(part for part in dict.fromkeys(parts) if part)


def unasked(outcomes: Sequence[Outcome]) -> list[str]:
    """What a reader has to know of proposals that a model made and no words of the person."""
    return [_UNASKED] if any(one.proposal is not None and not one.heard for one in outcomes) else []


def _waiting(outcome: Outcome, proposed: Proposed) -> str:
    """What would be done, and whose approval it needs where that is not the person's own."""
    reason = outcome.proposal.reason if outcome.proposal else ""
    return f"{proposed.said} {reason}".strip()


def as_text(document: Document) -> str:
    return f"Subject: {document.subject}\n\n{document.body}" if document.subject else document.body


def documents(outcomes: Sequence[Outcome]) -> list[str]:
    """The drafts and scripts of a turn, for an answer that a language model worded."""
    return [as_text(one.found.document) for one in outcomes if one.found is not None and one.found.document is not None]


def figures(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Every figure of the turn by its reference."""
    return {
        f"{outcome.position}.{figure.key}": figure
        for outcome in outcomes
        if outcome.found is not None
        for figure in outcome.found.figures
    }


def told(outcomes: Sequence[Outcome], hide: Callable[[Any], Any]) -> list[Told]:
    """What each tool said, as the model saw it. A refusal, a deed and a proposal are owed to the reader."""
    return [
        Told(
            outcome.position,
            tuple(hide([numbered(sentence, outcome.position) for sentence in _said(outcome)])),
            owed=outcome.found is None,
            also=("This waits for your approval.",) if outcome.proposal else (),
        )
        for outcome in outcomes
    ]


def _said(outcome: Outcome) -> Sequence[str]:
    if outcome.error is not None:
        return (outcome.error,)
    if outcome.found is not None:
        return outcome.found.said
    return (outcome.proposed.done if outcome.change else outcome.proposed.said,) if outcome.proposed else ()


def missing(text: str, judgement: Judgement, statements: Sequence[Statement]) -> str | None:
    """The tools' sentences that a grounded text may not leave out: what is owed, and the caveats of what it uses.

    None when it uses nothing of the tools at all, so that their own sentences have to stand below it.
    """
    used = {place[0] for place in judgement.told}
    cited = {token.value for token in tokens_of(text) if token.kind is Kind.FIGURE}
    used |= {statement.place[0] for statement in statements if cited.intersection(statement.figures)}
    if not used:
        return None
    wanted = {
        index
        for index, one in enumerate(statements)
        if one.place not in judgement.told and (one.owed or (one.caveat and one.place[0] in used))
    }
    with_what_they_lean_on = {
        each
        for index in wanted
        for each in _leant_on(index, statements)
        if statements[each].place not in judgement.told
    }
    return "\n\n".join(statements[index].text for index in sorted(wanted | with_what_they_lean_on))


def _leant_on(index: int, statements: Sequence[Statement]) -> Iterator[int]:
    while index > 0 and statements[index].leans:
        index -= 1
        yield index


def as_result(outcome: Outcome) -> dict[str, Any]:
    """A tool outcome as plain values for a model."""
    if outcome.error is not None:
        return {"tool": outcome.tool, "failed": outcome.error}
    if outcome.found is None:
        proposed = outcome.proposed
        sentence = (proposed.done if outcome.change else _waiting(outcome, proposed)) if proposed else ""
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
