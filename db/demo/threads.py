"""When people spoke about a deal: which kind of contact, in which stage, at what hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from db.demo.calendar import Span, weekday
from db.demo.deals import Deals
from db.demo.draw import Draw, Floats, Ints
from db.demo.firm import Firm
from db.demo.pipeline import LOST, WON, Pipeline
from db.demo.words import words

HOUR = 3_600
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Slot:
    """A contact that happens in a stage (4 = won, 5 = lost, -1 = in a deal that went quiet).

    `at` is the part of the stay after which it happens, `chance` how often it happens at all.
    """

    name: str
    stage: int
    at: float
    chance: float
    channel: str
    direction: str
    mood: float
    minutes: tuple[int, int] = (0, 0)


SLOTS = (
    Slot("intro_out", 0, 0.05, 0.9, "email", "out", 0.1),
    Slot("reply_in", 0, 0.35, 0.7, "email", "in", 0.35),
    Slot("discovery_call", 0, 0.6, 0.8, "call", "out", 0.3, (12, 38)),
    Slot("qualify_meeting", 1, 0.25, 0.8, "meeting", "out", 0.35, (40, 90)),
    Slot("question_in", 1, 0.5, 0.65, "email", "in", 0.15),
    Slot("answer_out", 1, 0.62, 0.65, "email", "out", 0.2),
    Slot("proposal_out", 2, 0.08, 0.95, "email", "out", 0.2),
    Slot("objection_in", 2, 0.4, 0.75, "email", "in", -0.3),
    Slot("proposal_call", 2, 0.65, 0.7, "call", "out", 0.0, (10, 32)),
    Slot("terms_in", 3, 0.2, 0.75, "email", "in", 0.2),
    Slot("terms_meeting", 3, 0.45, 0.7, "meeting", "out", 0.15, (30, 60)),
    Slot("terms_out", 3, 0.6, 0.75, "email", "out", 0.2),
    Slot("won_in", WON, 0.0, 0.85, "email", "in", 0.85),
    Slot("lost_in", LOST, 0.0, 0.8, "email", "in", -0.55),
    Slot("nudge_out", -1, 0.45, 0.9, "email", "out", 0.0),
    Slot("quiet_call", -1, 0.75, 0.8, "call", "out", -0.15, (1, 3)),
)


@dataclass(frozen=True, slots=True)
class Threads:
    """One entry per contact, ordered by deal and time: row of the deal, slot, moment in seconds UTC."""

    deal: Ints
    slot: Ints
    moment: Ints


def talk(firm: Firm, deals: Deals, pipeline: Pipeline) -> Threads:
    """Every open deal, most of those that ended lately and a few of the old ones are written about."""
    span, draw, n = firm.span, firm.draw("threads"), len(deals.kind)
    age = span.today - deals.ends
    kept = ~deals.closed | draw.chance(np.where(age < 120, 0.6, np.where(age < 400, 0.1, 0.03)), n)
    hours = np.array([one["hours"] for one in words("territory")["country"]], dtype=np.int64)[firm.accounts.country]
    found: list[tuple[Ints, Ints, Ints]] = []
    for index, slot in enumerate(SLOTS):
        begin, finish = _stay(span, deals, pipeline, slot)
        happens = kept & (begin >= 0) & draw.chance(slot.chance, n)
        shift = np.clip(slot.at + 0.08 * draw.normal(n), 0.0, 0.95)
        clock = 9 * HOUR + np.floor(draw.uniform(n) * 8 * HOUR).astype(np.int64)
        day = _workday_from(begin + np.floor(shift * np.maximum(finish - begin, 0)).astype(np.int64), finish)
        moment = day * DAY + clock - hours[deals.account] * HOUR
        latest = np.minimum(np.where(deals.closed, deals.ends + 1, span.today), span.today) * DAY - HOUR
        rows = np.flatnonzero(happens & (moment < latest) & (day >= deals.opened))
        found.append((rows, np.full(len(rows), index, dtype=np.int64), moment[rows]))
    deal, kind, moment = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((kind, moment, deal))
    return Threads(deal[order], kind[order], moment[order])


def _stay(span: Span, deals: Deals, pipeline: Pipeline, slot: Slot) -> tuple[Ints, Ints]:
    """First and last day of the stay the slot belongs to, -1 where the deal had none."""
    if slot.stage >= WON:
        ended = np.where(pipeline.stage == slot.stage, deals.ends, -1)
        return ended, ended
    if slot.stage < 0:
        quiet = np.where(~deals.closed & (span.today - pipeline.stage_entered > 30), pipeline.stage_entered, -1)
        return quiet, np.full(len(quiet), span.today - 1, dtype=np.int64)
    begin = np.where(pipeline.reached[:, slot.stage], pipeline.entered[:, slot.stage], -1)
    left = pipeline.left[:, slot.stage]
    planned = np.minimum(begin + np.where(deals.stuck, 20, 25), span.today - 1)
    return begin, np.where(left < 0, np.maximum(planned, begin), left)


def _workday_from(day: Ints, latest: Ints) -> Ints:
    """The day, or the Monday after a weekend unless that is too late."""
    monday = day + np.where(weekday(day) > 4, 7 - weekday(day), 0)
    return np.where(monday <= latest, monday, day)


def last_moment(threads: Threads, n: int) -> Ints:
    """Moment of the last contact of each deal, -1 without any."""
    latest = np.full(n, -1, dtype=np.int64)
    np.maximum.at(latest, threads.deal, threads.moment)
    return latest


def moods(draw: Draw, threads: Threads, deals: Deals) -> Floats:
    """Sentiment from -1 to 1: that of the occasion, better in deals that are won."""
    usual = np.array([slot.mood for slot in SLOTS])[threads.slot]
    fate = np.where(deals.won, 0.1, np.where(deals.closed | deals.stuck, -0.12, 0.0))[threads.deal]
    mood = np.clip(usual + fate + 0.12 * draw.normal(len(usual)), -1.0, 1.0)
    return np.asarray(np.round(mood, 3), dtype=np.float64)
