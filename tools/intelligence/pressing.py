"""What presses on a record, as reasons with points: pure rules over what the repositories read.

The points only order the list; they are stated in `RULE`, so that anybody can see why one stands above another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from db.repositories.activity import TaskLine, WaitingLine
from db.repositories.base import RecordRef
from db.repositories.leads import LeadLine
from db.repositories.opportunities import OpportunityLine, Outcome
from tools.contract import Person
from tools.history import days_overdue, days_stuck, silent_days
from tools.people import lead_ref, of_colleague, of_lead

RULE = (
    "order: a message without an answer 100, an overdue task 80, a hot lead nobody contacted 70, a close within a week "
    "65, a close date that has passed 60, stuck in its stage 45, silent for a month 40; one point more per day up to "
    "20 and up to 20 for the value, 5 for every further reason"
)
SOON_DAYS, HOT_SCORE = 7, 70


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something should be done now. `days` is its figure; `kind` names the rule."""

    kind: str
    points: float
    days: int
    text: str
    when: date | datetime | None = None


@dataclass(slots=True)
class Pressing:
    """One record with everything that presses on it."""

    ref: RecordRef
    owner: str | None = None
    owner_id: int | None = None
    next_step: str | None = None
    value: float = 0.0
    who: RecordRef | None = None
    reasons: list[Reason] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)

    @property
    def first(self) -> Reason:
        return max(self.reasons, key=lambda one: one.points)

    @property
    def points(self) -> float:
        worth = min(20.0, 4 * math.log10(1 + self.value / 1000)) if self.value else 0.0
        return self.first.points + worth + 5 * (len(self.reasons) - 1)


class Book:
    """Collects what presses, one entry per record."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._today = now.date()
        self._found: dict[tuple[str, int], Pressing] = {}

    def ranked(self) -> list[Pressing]:
        pressing = [one for one in self._found.values() if one.reasons]
        return sorted(pressing, key=lambda one: (-one.points, one.ref.kind, one.ref.id))

    def _at(self, ref: RecordRef) -> Pressing:
        return self._found.setdefault((ref.kind, ref.id), Pressing(ref))

    def deals(self, lines: Iterable[OpportunityLine], rotting: dict[str, int]) -> None:
        for line in lines:
            if line.outcome != Outcome.OPEN:
                continue
            entry = self._at(RecordRef("opportunity", line.id, line.name))
            entry.owner, entry.owner_id, entry.next_step = line.owner, line.owner_id, line.next_step
            entry.value = float(line.value.amount) if line.value else 0.0
            entry.people += of_colleague(line.owner_id, line.owner)
            entry.reasons += self._of_deal(line, rotting)

    def _of_deal(self, line: OpportunityLine, rotting: dict[str, int]) -> Iterable[Reason]:
        late, stuck = days_overdue(line, self._today), days_stuck(line, rotting)
        silent, due = silent_days(line.last_activity_at, self._today), line.expected_close_on
        if late is not None:
            yield Reason("overdue", 60 + min(late, 20), late, "its close date passed {days} ago", due)
        elif due is not None and (due - self._today).days <= SOON_DAYS:
            left = (due - self._today).days
            yield Reason("soon", 65 + SOON_DAYS - left, left, "it is due in {days}" if left else "it is due today", due)
        if stuck is not None:
            yield Reason("stuck", 45, stuck, f"it has been in {line.stage} for {{days}}")
        if silent is not None:
            yield Reason("silent", 40 + min(silent - 30, 20), silent, "nothing has happened on it for {days}")

    def messages(self, lines: Iterable[WaitingLine]) -> None:
        for line in lines:
            entry = self._at(line.about)
            if any(one.kind == "message" for one in entry.reasons):
                continue  # the latest message stands for the thread
            days = max(0, (self._today - line.at.astimezone(self._now.tzinfo).date()).days)
            entry.owner, entry.owner_id, entry.who = line.owner, line.owner_id, line.who
            entry.people += [Person(line.who)] if line.who else []
            entry.people += of_colleague(line.owner_id, line.owner)
            text = "a message has waited {days} for an answer" if days else "a message of today waits for an answer"
            entry.reasons.append(Reason("message", 100 + min(days, 20), days, text, line.at))

    def tasks(self, lines: Iterable[TaskLine]) -> None:
        for line in lines:
            if line.due_at is None or line.due_at >= self._now:
                continue
            entry = self._at(line.about or RecordRef("task", line.id, line.title))
            days = max(0, (self._today - line.due_at.astimezone(self._now.tzinfo).date()).days)
            entry.owner, entry.owner_id = entry.owner or line.owner, entry.owner_id or line.owner_id
            entry.people += of_colleague(line.owner_id, line.owner)
            if line.about is not None and line.about.kind in ("contact", "lead"):
                entry.people.append(Person(line.about))
            late = "is {days} overdue" if days else "was due earlier today"
            entry.reasons.append(
                Reason("task", 80 + min(days, 20), days, f"the task “{_plain(line.title)}” {late}", line.due_at)
            )

    def leads(self, lines: Iterable[LeadLine]) -> None:
        for line in lines:
            hot = line.tier == "hot" or (line.score or 0) >= HOT_SCORE
            passed_over = line.last_contacted_at is not None or line.opted_out or line.do_not_contact
            if passed_over or not hot or line.arrived_at is None:
                continue
            entry = self._at(lead_ref(line))
            days = max(0, (self._today - line.arrived_at.astimezone(self._now.tzinfo).date()).days)
            entry.owner, entry.owner_id, entry.who = line.owner, line.owner_id, lead_ref(line)
            entry.people += [of_lead(line), *of_colleague(line.owner_id, line.owner)]
            text = "a hot lead nobody has contacted in {days}" if days else "a hot lead of today, not contacted yet"
            entry.reasons.append(Reason("lead", 70 + min(days, 20), days, text, line.arrived_at))


def _plain(title: str) -> str:
    """A title as part of a pattern."""
    return title.replace("{", "(").replace("}", ")")
