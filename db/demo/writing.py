"""The sentences: what was said about a deal, filled with what is true of that deal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from db.demo.accounts import NAMED
from db.demo.calendar import EPOCH
from db.demo.deals import PRODUCTS, Deals
from db.demo.draw import Draw, Ints
from db.demo.firm import Firm
from db.demo.pipeline import COMPETITORS, REASONS, STAGES, Pipeline, money
from db.demo.threads import DAY, SLOTS, Threads, moods
from db.demo.words import LANGUAGES, words

UNNAMED_COMPETITOR = "another supplier"


@dataclass(frozen=True, slots=True)
class Scene:
    """What the texts may mention, as plain lists so that filling them in is fast."""

    accounts: list[str]
    firsts: list[str]
    lasts: list[str]
    titles: list[str]
    languages: list[str]
    reps: list[str]
    deals: Deals
    pipeline: Pipeline

    @classmethod
    def of(cls, firm: Firm, deals: Deals, pipeline: Pipeline) -> Scene:
        accounts, contacts = firm.accounts.frame, firm.contacts.frame
        name_of = dict(firm.staff.users.select("id", "name").iter_rows())
        first, last, title, language = (
            contacts[name].to_list() for name in ("first_name", "last_name", "title", "language")
        )
        sellers = [name_of[int(user)].split(" ")[0] for user in firm.staff.reps.user]
        return cls(accounts["name"].to_list(), first, last, title, language, sellers, deals, pipeline)

    def facts(self, deal: int, day: int, language: str, *, inside: bool) -> dict[str, str]:
        """The fields of a text about a deal written on a day; `inside` = for colleagues, not for the customer."""
        d, p = self.deals, self.pipeline
        contact = int(d.contact[deal])
        material, talk = words(language), words("internal") if inside else words(language)
        rival = int(p.competitor[deal])
        fields = {
            "first": self.firsts[contact],
            "full": f"{self.firsts[contact]} {self.lasts[contact]}",
            "title": self.titles[contact],
            "rep": self.reps[int(d.rep[deal])],
            "account": self.accounts[int(d.account[deal])],
            "product": PRODUCTS[int(d.product[deal])],
            "amount": money(int(p.amount[deal])),
            "seats": str(p.seats[deal]),
            "competitor": COMPETITORS[rival] if rival >= 0 else UNNAMED_COMPETITOR,
            "day": _day(material, day),
            "pain": talk["pains"][p.pain[deal]],
        }
        fields["objection"] = talk["objections"][p.objection[deal]].format(**fields)
        fields["promise"] = talk["promises"][p.promise[deal]].format(**fields)
        if inside:
            return fields | {"ask": talk["asks"][p.ask[deal]]}
        return fields | {"question": talk["questions"][p.ask[deal]], "answer": talk["answers"][p.ask[deal]]}

    def reason(self, deal: int) -> str:
        """Key of the texts about a loss."""
        code = int(self.pipeline.reason[deal])
        name = REASONS[code] if code >= 0 else "No decision"
        return "Price alone" if name == "Price" and self.pipeline.competitor[deal] < 0 else name


def _day(material: Mapping[str, Any], day: int) -> str:
    """The day in words; a weekend becomes the Monday after it, because nobody promises anything for a Sunday."""
    moment = EPOCH + timedelta(days=day)
    moment += timedelta(days=7 - moment.weekday() if moment.weekday() > 4 else 0)
    return str(material["day"].format(number=moment.day, month=material["months"][moment.month - 1]))


def write_interactions(seed: int, scene: Scene, threads: Threads) -> pl.DataFrame:
    """Mails in the customer's language, summaries of calls and meetings in the company's."""
    draw, n = Draw(seed, "writing"), len(threads.deal)
    variant, ahead = draw.uniform(n), 3 + draw.whole(n, 0, 9)
    texts = [
        _interaction(scene, int(deal), int(slot), int(moment) // DAY + int(days), float(luck))
        for deal, slot, moment, days, luck in zip(
            threads.deal, threads.slot, threads.moment, ahead, variant, strict=True
        )
    ]
    shortest, longest = (np.array([slot.minutes[k] for slot in SLOTS])[threads.slot] for k in (0, 1))
    seconds = ((shortest + draw.uniform(n) * (longest - shortest)) * 60).astype(np.int64)
    subjects, bodies, outcomes, nexts = zip(*texts, strict=True) if texts else ((), (), (), ())
    return pl.DataFrame(
        {
            "deal": threads.deal,
            "channel": pl.Series([slot.channel for slot in SLOTS]).gather(threads.slot),
            "direction": pl.Series([slot.direction for slot in SLOTS]).gather(threads.slot),
            "moment": threads.moment,
            "subject": pl.Series(subjects, dtype=pl.String),
            "body": pl.Series(bodies, dtype=pl.String),
            "sentiment": moods(draw, threads, scene.deals),
            "duration_seconds": pl.Series(seconds).replace(0, None),
            "outcome": pl.Series(outcomes, dtype=pl.String),
            "next_action": pl.Series(nexts, dtype=pl.String),
        }
    )


def _interaction(scene: Scene, deal: int, slot: int, day: int, luck: float) -> tuple[str, str, str | None, str | None]:
    kind = SLOTS[slot]
    mail = kind.channel == "email"
    language = scene.languages[int(scene.deals.contact[deal])] if mail else LANGUAGES[0]
    fields = scene.facts(deal, day, language, inside=not mail)
    entry = words(language if mail else "internal")[kind.name]
    bodies = entry["bodies"]
    body = bodies[scene.reason(deal)] if isinstance(bodies, dict) else _choice(bodies, luck)
    subject = _choice(entry["subjects"], luck)
    if mail:
        return subject.format(**fields), body.format(**fields), None, None
    outcome = "no answer" if kind.name == "quiet_call" else "held"
    step = _choice(words("internal")["next_steps"][STAGES[max(kind.stage, 0)]], luck)
    return subject.format(**fields), body.format(**fields), outcome, step.format(**fields)


def _choice(options: list[str], luck: float) -> str:
    return options[int(luck * len(options))]


def fill(scene: Scene, deal: int, day: int, text: str) -> str:
    """A text for colleagues about a deal."""
    return text.format(**scene.facts(deal, day, LANGUAGES[0], inside=True))


def next_steps(seed: int, scene: Scene, today: int) -> list[str | None]:
    """The next step of every open deal; one deal in eight has none."""
    deals, stage = scene.deals, scene.pipeline.stage
    draw, n = Draw(seed, "next steps"), len(deals.kind)
    luck, ahead, missing = draw.uniform(n), draw.whole(n, 1, 12), draw.chance(0.125, n)
    forms = words("internal")["next_steps"]
    steps: list[str | None] = [None] * n
    for deal in np.flatnonzero(~deals.closed & (~missing | (deals.account < len(NAMED)))):
        text = _choice(forms[STAGES[int(stage[deal])]], float(luck[deal]))
        steps[deal] = fill(scene, int(deal), today + int(ahead[deal]), text)
    return steps


def write_notes(seed: int, scene: Scene, threads: Threads, today: int) -> pl.DataFrame:
    """Notes on deals that are talked about: how it stands, why it was won or lost, what threatens it."""
    draw = Draw(seed, "notes")
    spoken, first = np.unique(threads.deal, return_index=True)
    last = threads.moment[np.append(first[1:], len(threads.deal)) - 1]
    rows = [
        (int(deal), int(moment) + 1_800 + int(wait), fill(scene, int(deal), int(moment) // DAY + 7, text), private)
        for deal, moment, wait, private, text in _noted(draw, scene, spoken, last, today)
    ]
    return pl.DataFrame(rows, schema=["deal", "moment", "body", "private"], orient="row")


def _noted(draw: Draw, scene: Scene, spoken: Ints, last: Ints, today: int) -> Iterator[tuple[int, int, int, bool, str]]:
    n, inside = len(spoken), words("internal")
    noted, luck = draw.chance(0.45, n), draw.uniform(n)
    wait, private = draw.whole(n, 0, 14_000), draw.chance(0.04, n)
    for k in np.flatnonzero(noted):
        deal = int(spoken[k])
        options = _note_forms(scene, deal, inside)
        moment = min(int(last[k]), (today - 1) * DAY + 15 * 3_600)
        yield deal, moment, int(wait[k]), bool(private[k]), _choice(options, float(luck[k]))


def _note_forms(scene: Scene, deal: int, inside: Mapping[str, Any]) -> list[str]:
    deals = scene.deals
    forms: Callable[[str], list[str]] = lambda name: list(inside[name]["bodies"])  # noqa: E731 - a shorthand for four look-ups
    if deals.won[deal]:
        return forms("won_note")
    if deals.closed[deal]:
        return list(inside["lost_note"]["bodies"][scene.reason(deal)])
    if deals.stuck[deal]:
        return forms("stuck_note")
    threatened = deals.pressed[deal] and scene.pipeline.objection[deal] == 1
    return forms("threat_note") if threatened else forms("open_note")
