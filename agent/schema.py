"""The shapes of a turn: its plan, its steps, its answer. `TurnAnswer` is what every door returns."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PlannedStep(Shape):
    """One piece of work for one specialist. `needs` are positions of earlier steps whose results it uses."""

    specialist: Literal["lead", "opportunity", "communication", "analytics", "automation", "intelligence"]
    task: str
    needs: tuple[int, ...] = ()


class Plan(Shape):
    """What a turn does. A plan without steps is answered by `reply` (small talk, help, out of scope)."""

    steps: tuple[PlannedStep, ...] = ()
    reply: str | None = None


class Step(Shape):
    """A tool call as it happened."""

    agent: str
    tool: str
    args: dict[str, Any]
    effect: str
    ok: bool
    error: str | None = None
    change: str | None = None


class Citation(Shape):
    n: int
    figure: str
    label: str
    evidence: str


class OwnerShare(Shape):
    owner: str
    records: int


class LeftOutShape(Shape):
    reason: str
    records: int


class LikeShape(Shape):
    """A record that is there already and may be the same one, with the reasons."""

    kind: str
    id: int
    name: str
    reasons: list[str] = Field(default_factory=list)


class ValueShape(Shape):
    """A value that a field would have: where it comes from, how sure that is, and which values it stands for."""

    field: str
    value: str
    source: str
    reason: str = ""
    confidence: float | None = None
    instead_of: list[str] = Field(default_factory=list)


class Preview(Shape):
    """What a decision is about. `looks_like` are records that may be the same one as that which is entered, `values`
    what a merge or an enrichment would fill in, `because` why this record stays.

    Where it is about many records: whose they are, some of their names, what is left out and why, what moves along
    with a record that is merged, and which figures would come out otherwise. `own_words`: the person's own words led
    to it; `read_before`: what was read in the turn before it was proposed, and may have suggested it.
    """

    before: dict[str, Any] = Field(default_factory=dict)
    after: dict[str, Any] = Field(default_factory=dict)
    records: int = 0
    whose: list[OwnerShare] = Field(default_factory=list)
    examples: list[str] = Field(default_factory=list)
    left_out: list[LeftOutShape] = Field(default_factory=list)
    moves: list[str] = Field(default_factory=list)
    figures: list[str] = Field(default_factory=list)
    looks_like: list[LikeShape] = Field(default_factory=list)
    values: list[ValueShape] = Field(default_factory=list)
    because: str = ""
    own_words: bool = False
    read_before: list[str] = Field(default_factory=list)


class ProposalShape(Shape):
    """`digest` binds an approval to what is shown; `waits_for` names whose approval it takes."""

    id: str
    tool: str
    effect: str
    args: dict[str, Any]
    preview: Preview
    expires_at: str
    digest: str = ""
    waits_for: list[str] = Field(default_factory=list)


class ChartShape(Shape):
    title: str
    kind: str
    alt: str
    data: list[dict[str, Any]]


class ClarifyShape(Shape):
    question: str
    choices: list[str] = Field(default_factory=list)


class Refusal(Shape):
    code: str
    reason: str


class UsageShape(Shape):
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: str = "0.00"
    model: str = "local"


class TurnAnswer(Shape):
    """The answer of a turn, the same at every door."""

    answer: str
    agents: list[str] = Field(default_factory=list)
    conversation: str
    turn: str
    trace_id: str
    steps: list[Step] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    proposals: list[ProposalShape] = Field(default_factory=list)
    charts: list[ChartShape] = Field(default_factory=list)
    clarify: ClarifyShape | None = None
    refused: Refusal | None = None
    usage: UsageShape = Field(default_factory=UsageShape)
