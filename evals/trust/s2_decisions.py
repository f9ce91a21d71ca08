"""S2: a proposal is decided once, from any door, by who may, for exactly what was shown."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from db.repositories.proposals import ProposalLine, ProposalRepository
from db.settings import WorkspaceSettings
from evals.doubles.mail import MailServer, mail_server
from evals.trust import s2_wrong_hands as wrong
from evals.trust.s2_clicker import clicked
from evals.trust.s2_office import Office, office
from evals.trust.trial import Finding, Setting, Trial, none_of

_DECISIONS = ("approved", "declined")


async def run(setting: Setting) -> Sequence[Finding]:
    with setting.workspaces.fresh() as settings, mail_server() as mail:
        async with office(settings, mail.url) as one:
            clicks = await _clicks(one, settings, mail, setting)
            return [*clicks, *await _refusals(one, mail, setting)]


async def _clicks(one: Office, settings: WorkspaceSettings, mail: MailServer, setting: Setting) -> list[Finding]:
    proposals, clicks, others = (6, 20, 2) if setting.quick else (50, 100, 4)
    share = clicks // (2 * others)
    chance = random.Random(setting.seed)  # noqa: S311 - which click, not a secret
    decided, outcomes = [], Counter[str]()
    async with _processes(settings, mail.url, one.rep.email, others, share, setting.seed) as clickers:
        for number in range(proposals):
            proposal = await (one.message(number) if number % 2 else one.task(number))
            here = clicked(one.runtime, one.rep, proposal.id, clicks=clicks - share * others, chance=chance)
            results = await asyncio.gather(here, *(_answer(process, proposal.id) for process in clickers))
            total = sum(results, Counter[str]())
            outcomes += total
            decided.append((proposal, total))
    facts: dict[str, str | int | float] = {
        "proposals": proposals, "clicks": clicks, "processes": others + 1,
        "refusals": ", ".join(sorted(set(outcomes) - set(_DECISIONS))),
    }  # fmt: skip
    wrongly = [await _wrongly_done(one, mail, proposal, total) for proposal, total in decided]
    return [
        none_of("clicks lost", proposals * clicks - sum(outcomes.values())),
        none_of("proposals not decided exactly once", sum(_counted(total) != 1 for _, total in decided), **facts),
        none_of("proposals whose effect is not what was decided", sum(wrongly), approved=outcomes["approved"]),
    ]


def _counted(total: Counter[str]) -> int:
    return sum(total[decision] for decision in _DECISIONS)


async def _wrongly_done(one: Office, mail: MailServer, proposal: ProposalLine, total: Counter[str]) -> bool:
    """Whether it was not carried out once where it was approved, or at all where it was declined."""
    async with one.runtime.database.read() as session:
        stored = await ProposalRepository(session, one.rep).get(proposal.id)
    sent, written = mail.by_id[f"<{proposal.id}@rainmaker>"], await one.tasks_of(proposal)
    wanted = 1 if total["approved"] else 0
    done = sent if proposal.effect == "OUTWARD" else written
    return done != wanted or sent + written != wanted or stored.status != ("applied" if wanted else "declined")


async def _refusals(one: Office, mail: MailServer, setting: Setting) -> list[Finding]:
    numbers = range(100, 101 if setting.quick else 110)
    before = len(mail.messages), await one.count("SELECT count(*) FROM tasks")
    findings = []
    for effect, make in (("WRITE", one.task), ("OUTWARD", one.message)):
        for figure, attempts in (
            ("changed after it was shown", await wrong.tampered(one, make, numbers)),
            ("record changed, or expired", await wrong.outdated(one, make, numbers)),
            ("by the wrong person", await wrong.wrong_people(one, make, numbers)),
            ("four eyes, by the wrong person", await wrong.four_eyes(one, make, numbers, effect)),
        ):
            findings.append(none_of(f"{effect} decided, {figure}", attempts.counted, attempts=attempts.made))
    rules = await wrong.unsafe_rules(one)
    after = len(mail.messages), await one.count("SELECT count(*) FROM tasks")
    controls = [
        await wrong.rightful(one, make, 100_000, effect)
        for effect, make in (("WRITE", one.task), ("OUTWARD", one.message))
    ]
    return [
        *findings,
        none_of("unsafe rules accepted", rules.counted, attempts=rules.made),
        none_of("effects of refused decisions", sum(after) - sum(before)),
        none_of("rightful decisions refused", sum(control.made - control.counted for control in controls)),
    ]


@asynccontextmanager
async def _processes(
    settings: WorkspaceSettings, smtp_url: str, email: str, count: int, clicks: int, seed: int
) -> AsyncIterator[list[Process]]:
    """Other processes on the same workspace, ready to click."""
    environment = {
        **os.environ, "RAINMAKER_DATABASE_URL": settings.database_url, "SMTP_URL": smtp_url,
        "RAINMAKER_SECRET_KEY": settings.secret_key or "",
    }  # fmt: skip
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "evals.trust.s2_clicker", email, str(clicks), str(seed + number + 1),
            stdin=PIPE, stdout=PIPE, env=environment,
        )
        for number in range(count)
    ]  # fmt: skip
    try:
        for process in started:
            await _line(process)
        yield started
    finally:
        for process in started:
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()


async def _answer(process: Process, proposal: str) -> Counter[str]:
    if process.stdin is None:
        raise RuntimeError("a clicking process has no input")
    process.stdin.write(f"{proposal}\n".encode())
    await process.stdin.drain()
    return Counter(json.loads(await _line(process)))


async def _line(process: Process) -> bytes:
    if process.stdout is None:
        raise RuntimeError("a clicking process has no output")
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a clicking process has ended")
    return line


TRIAL = Trial(
    name="s2",
    title="S2 Decisions",
    goal="100 simultaneous clicks on each of 50 proposals: one decision, one effect; nothing else is ever carried out.",
    run=run,
)
