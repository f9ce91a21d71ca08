"""Frameworks of qualification: BANT, MEDDIC, and those a workspace keeps as `qualification_criterion` records."""

from __future__ import annotations

from dataclasses import dataclass

from db.repositories.qualification import QualificationRepository
from tools.contract import ToolContext
from tools.errors import BadArgument

USUAL = "bant"


@dataclass(frozen=True, slots=True)
class Criterion:
    """`reads` names the rules that find it in texts and records; empty where only a person can settle it."""

    name: str
    label: str
    question: str
    reads: str


@dataclass(frozen=True, slots=True)
class Framework:
    name: str
    label: str
    criteria: tuple[Criterion, ...]

    def criterion(self, name: str) -> Criterion | None:
        wanted = name.casefold().replace("_", " ")
        return next(
            (one for one in self.criteria if wanted in (one.name.replace("_", " "), one.label.casefold())), None
        )


_BUILT_IN = (
    Framework("bant", "BANT", (
        Criterion("budget", "budget", "What have you set aside for this, and is it approved?", "budget"),
        Criterion("authority", "authority", "Who signs, and who else has a say?", "authority"),
        Criterion("need", "need", "What happens today that should not, and what does it cost you?", "need"),
        Criterion("timeline", "timeline", "By when does it have to work, and what happens if it does not?", "timeline"),
    )),
    Framework("meddic", "MEDDIC", (
        Criterion("metrics", "metrics", "Which figure has to move, and from where to where?", "metrics"),
        Criterion("economic_buyer", "economic buyer", "Whose money is it, and when do we meet?", "economic_buyer"),
        Criterion("decision_criteria", "decision criteria", "What will you compare offers by?", "decision_criteria"),
        Criterion("decision_process", "decision process", "Which steps lie between a yes and a signature?",
                  "decision_process"),
        Criterion("identify_pain", "identified pain", "Which problem hurts most, and whom?", "need"),
        Criterion("champion", "champion", "Who inside wants this, and what do they gain by it?", "champion"),
    )),
)  # fmt: skip
BUILT_IN = {one.name: one for one in _BUILT_IN}


async def frameworks(at: ToolContext) -> dict[str, Framework]:
    """By name in small letters. A workspace's own framework of a built-in name takes its place."""
    own: dict[str, list[Criterion]] = {}
    labels: dict[str, str] = {}
    for line in await QualificationRepository(at.session, at.actor).criteria():
        key = line.framework.casefold()
        labels.setdefault(key, line.framework)
        name = line.name.casefold().replace(" ", "_")
        own.setdefault(key, []).append(Criterion(name, line.name, line.question, line.reads or ""))
    return BUILT_IN | {key: Framework(key, labels[key], tuple(criteria)) for key, criteria in own.items()}


async def framework_named(name: str, at: ToolContext) -> Framework:
    """Raises `BadArgument` with those there are."""
    known = await frameworks(at)
    found = known.get(name.casefold().strip())
    if found is None:
        raise BadArgument(
            "framework", f"there is no “{name[:40]}”; there are {', '.join(one.label for one in known.values())}"
        )
    return found
