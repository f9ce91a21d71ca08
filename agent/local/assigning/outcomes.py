"""A deal that is won or lost and why, the stage something moves to, and what state it is in."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.local.assigning.finding import Assigned
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import KindCard

_LOST = re.compile(r"(?<!\w)(?:lost|is dead|are dead|fell through|said no|turned us down|lose)(?!\w)")
_WON = re.compile(r"(?<!\w)(?:won|win|signed|closed won|said yes)(?!\w)")
_REASONS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), reason)
    for pattern, reason in (
        (
            r"(?:they |he |she )?(?:went with|chose|picked|signed with|lost to) (?:an?|the|another) (?:competitor|competition|rival|other vendor)|competitor|competition",
            "Competitor",
        ),
        (
            r"(?:they |he |she )?(?:have |has |had )?no budget(?: (?:this|for it|any ?more)(?: year)?)?|budget (?:was |got )?cut|without budget",
            "No budget",
        ),
        (r"(?:they |it |we )?(?:was |were |is |are )?too expensive|pricing|price|on price", "Price"),
        (r"no decision|never decided|did not decide|went silent|went dark", "No decision"),
        (r"bad timing|timing|not the right time|too early", "Timing"),
        (r"missing feature|feature missing|lacked (?:a|the) feature|missing functionality", "Missing feature"),
    )
)
_REASON_ALONE = re.compile(r"(?<!\w)(?:the )?(?:loss )?reason(?: for losing(?: it)?)?(?: was| is|:| =)?(?= )")
_REASON_SAID = re.compile(r"(?:the )?(?:loss )?reason(?: was| is|:| =)?|because of|due to|because|over|on")
_STAGE_CUE = re.compile(r"(?:in ?to|to|in|at|on|back to|back in|→|is now in|goes to|moves to|now)$")
_STATUSES: Mapping[str, Mapping[str, str]] = {
    "lead": {"new": "new", "contacted": "contacted", "qualified": "qualified", "qualify": "qualified", "unqualified": "unqualified",
             "disqualified": "unqualified", "disqualify": "unqualified", "unqualify": "unqualified", "junk": "unqualified"},
    "account": {"customer": "customer", "client": "customer", "prospect": "prospect", "former customer": "former"},
    "meeting": {"held": "held", "cancelled": "cancelled", "canceled": "cancelled", "no show": "no_show"},
    "task": {"done": "done", "complete": "done", "completed": "done", "finished": "done", "cancelled": "cancelled", "open": "open"},
}  # fmt: skip


def stage(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    if kind.field("stage") is None:
        return
    for mention in reading.mentions_of(Named.VALUE):
        start, end = reading.text.span(mention.first, mention.last)
        before = reading.norm[:start].rstrip()
        if mention.dimension != "stage" or mention.negated or before.endswith(("from", "not", "than")):
            continue
        if _STAGE_CUE.search(before) or not before:
            yield Assigned({"stage": mention.value}, start, end)


def outcome(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    if kind.kind != "opportunity":
        return
    lost = list(_LOST.finditer(reading.norm))
    yield from (Assigned({"stage": "Lost"}, *match.span()) for match in lost)
    if lost:
        for pattern, reason in _REASONS:
            if said := pattern.search(reading.norm):
                cue = compiled(rf"(?:{_REASON_SAID.pattern}) '?$").search(reading.norm[: said.start()])
                yield Assigned({"loss_reason": reason}, cue.start() if cue else said.start(), said.end())
                break
    elif (said := _REASON_ALONE.search(reading.norm)) is not None:
        later = reading.norm[said.end() :]
        for pattern, reason in _REASONS:
            if (found := pattern.search(later)) and not later[: found.start()].rstrip().endswith(("not", "than")):
                yield Assigned({"loss_reason": reason}, said.start(), said.end() + found.end())
                break
    elif match := _WON.search(reading.norm):
        yield Assigned({"stage": "Won"}, *match.span())


def status(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for word, status in _STATUSES.get(kind.kind, {}).items():
        if match := compiled(rf"(?<!\w)(?<!from ){re.escape(word)}(?!\w)").search(reading.norm):
            yield Assigned({"status": status}, *match.span())
