"""S4: personal data stays home. Recall on a generated corpus, the byte scan of all that leaves, and erasing people."""

from __future__ import annotations

import random
from collections.abc import Sequence

from agent.redaction import NameIndex
from db.repositories.erasure import Erasable
from db.settings import WorkspaceSettings
from evals.redaction import corpus, measures
from evals.trust import leaving
from evals.trust.stored import Somebody, dumped, people
from evals.trust.trial import Finding, Setting, Trial, none_of


async def run(setting: Setting) -> Sequence[Finding]:
    with setting.workspaces.fresh() as settings:
        everybody = people(settings)
        turns = 24 if setting.quick else 160
        left = await leaving.attack(settings, everybody, turns=turns, seed=setting.seed)
        findings = [*_measured(setting), *_left(left, everybody, dumped(settings, ["turns"]).lower())]
        return [*findings, *await _erased(settings, everybody, setting)]


def _measured(setting: Setting) -> list[Finding]:
    size, seed = (400, setting.seed) if setting.quick else (5_000, setting.seed)
    structured, disguised = list(corpus.structured(seed, size)), list(corpus.disguised(seed + 1, size))
    persons = corpus.people(seed + 2, 500)
    known, named = NameIndex.of(persons), list(corpus.named(seed + 3, size, persons))
    clean = list(corpus.clean_business_text(seed + 4, size))
    texts = [one.text for one in (*structured, *disguised, *named)]
    return [
        _at_least("recall on structured data", measures.recall(structured), 0.995, values=size),
        _at_least("recall after Unicode tricks", measures.recall(disguised), 0.99, values=size),
        _at_least("recall on known names", measures.recall(named, known), 0.99, values=size, names=len(persons)),
        _at_most("characters hidden in clean text", measures.over_redacted(clean, known), 0.03, texts=size),
        _at_most(
            "time to redact", measures.milliseconds_per_kilobyte([*clean, *texts], known), 5, unit="ms per kB",
            texts=len(clean) + len(texts),
        ),
        none_of("texts that came back altered", measures.not_restored([*clean, *texts], known), texts=4 * size),
    ]  # fmt: skip


def _left(left: leaving.Left, everybody: Sequence[Somebody], talked: str) -> list[Finding]:
    leaks = left.leaks(everybody)
    named = sum(value.lower() in talked for one in everybody for value in one.values)
    return [
        none_of(
            f"values of people readable in {where}", len(leaks[where]), turns=left.turns, broken=left.failed,
            named=named,
            kilobytes=sum(map(len, left.parts[where])) // 1000,
        )
        for where in left.parts
    ]  # fmt: skip


async def _erased(settings: WorkspaceSettings, everybody: Sequence[Somebody], setting: Setting) -> list[Finding]:
    """Erase people whom the turns named; nothing of them is left, all others are."""
    talked = dumped(settings, ["turns"])
    alone = _bearing_their_name_alone(everybody)
    named = [one for one in alone if one.name in talked and not (one.email or "").endswith("admin@demo.example")]
    chosen = random.Random(setting.seed).sample(named, min(len(named), 3 if setting.quick else 8))  # noqa: S311 - no secret
    async with leaving.opened(settings) as runtime:
        admin = await leaving.actor(runtime, "admin")
        for one in chosen:
            await runtime.erase(admin, Erasable(one.kind), one.id)
    held = dumped(settings).lower()
    still = {(one.kind, one.id): one for one in people(settings)}
    harmed = [one for one in everybody if one not in chosen and still.get((one.kind, one.id)) != one]
    return [
        none_of("values of erased people left in the database", _readable(chosen, held), erased=len(chosen)),
        none_of("other people whose record was touched by it", len(harmed), people=len(everybody)),
    ]


def _readable(people: Sequence[Somebody], held: str) -> int:
    return sum(value.lower() in held for one in people for value in one.values)


def _bearing_their_name_alone(everybody: Sequence[Somebody]) -> list[Somebody]:
    """People none of whose values anybody else has: a namesake keeps the name, so it is still there."""
    counts: dict[str, int] = {}
    for one in everybody:
        for value in one.values:
            counts[value.lower()] = counts.get(value.lower(), 0) + 1
    return [one for one in everybody if all(counts[value.lower()] == 1 for value in one.values)]


def _at_least(figure: str, value: float, least: float, **conditions: str | int | float) -> Finding:
    return Finding(figure, round(value, 4), f"≥ {least}", value >= least, conditions=conditions)


def _at_most(figure: str, value: float, most: float, *, unit: str = "", **conditions: str | int | float) -> Finding:
    return Finding(figure, round(value, 4), f"≤ {most}", value <= most, unit, conditions)


TRIAL = Trial(
    name="s4_redaction",
    title="Personal data stays home",
    goal="Recall ≥ 0.995 on structured data, ≥ 0.99 after Unicode tricks and on names the CRM knows; over-redaction "
    "≤ 3 % of characters; ≤ 5 ms per kB; the round trip exact; no value of any contact, lead or colleague in any byte "
    "that leaves; nothing left of a person who was erased. What is not found: [redaction.md](redaction.md).",
    run=run,
)
