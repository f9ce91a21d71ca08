"""A seeded corpus for redaction: business sentences with planted personal data, disguised copies, and clean ones.

Everything is generated, so no planted value belongs to anybody.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.redaction import Alone, KnownName, NameKind, RecordRef
from evals.redaction.values import FAMILY, GIVEN, LABELLED, PLAIN, Make, digits, pick, word


@dataclass(frozen=True)
class Planted:
    """A text and the place of the one value planted in it."""

    kind: str
    text: str
    start: int
    end: int


CARRIERS = (
    "Please send the renewal quote to {} before Friday.",
    "{} is what the buyer gave us on the call.",
    "Contact details as of 12 March 2025: {}",
    "Spoke with procurement, they use {}, deal stays at $48,500.",
    "Note from the meeting ({}): budget approved, 35% discount refused.",
    "why is {} on three of my open deals?",
    "- {}\n- next step: demo on 2025-04-02",
    "Updated {}; moved to Negotiation in Q2 2025.",
    "Legal asked for {} and for the MSA v2.1.",
    "can you log {} for the Globex account",
    '{"note": "{}", "amount": 125000}',
    'Their assistant wrote: "{}". Close date 30/06/2025.',
    "new lead, 250 seats, {}",
    "FW: RE: pricing | {} | ticket TCK-48213",
)

NAME_CARRIERS = (
    "Spoke with {} about the renewal.",
    "what did {} say last week?",
    "{}'s budget is $48,500.",
    "draft a follow-up to {}",
    "- {}: wants a demo on 2025-04-02",
    "The champion is {}, the blocker is procurement.",
    "Ask {} and move the deal to Negotiation.",
    "({}) joined the call",
    "meeting with {}; 35% discount refused",
    "notes/{}/2025.pdf",
    '{"owner": "{}"}',
    "FW: {} | pricing",
)


def structured(seed: int, count: int) -> Iterator[Planted]:
    """Sentences with one structured value each, kinds in turn."""
    rnd = random.Random(seed)  # noqa: S311 - a reproducible corpus, no secret
    kinds = [*PLAIN, *(f"labelled {kind}" for kind in LABELLED)]
    for i in range(count):
        kind = kinds[i % len(kinds)]
        if kind in PLAIN:
            yield _planted(kind, rnd.choice(CARRIERS), PLAIN[kind](rnd))
        else:
            labels, make = LABELLED[kind.removeprefix("labelled ")]
            label = rnd.choice(labels)
            yield _planted(kind, rnd.choice(CARRIERS).replace("{}", label), make(rnd))


def _planted(kind: str, carrier: str, value: str) -> Planted:
    before, after = carrier.split("{}", 1)
    return Planted(kind, before + value + after, len(before), len(before) + len(value))


def _sprinkle(rnd: random.Random, text: str, marks: str) -> str:
    return "".join(c + (rnd.choice(marks) if rnd.random() < 0.3 else "") for c in text[:-1]) + text[-1]


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _mathematical(text: str) -> str:
    out = []
    for c in text:
        base = {"a": 0x1D41A, "A": 0x1D400, "0": 0x1D7CE}
        low = "a" if "a" <= c <= "z" else "A" if "A" <= c <= "Z" else "0" if "0" <= c <= "9" else None
        out.append(chr(base[low] + ord(c) - ord(low)) if low else c)
    return "".join(out)


DISGUISES: tuple[Callable[[random.Random, str], str], ...] = (
    lambda rnd, text: _sprinkle(rnd, text, "\u200b\u200c\u200d\u2060\ufeff"),
    lambda rnd, text: _sprinkle(rnd, text, "\u00ad\ufe0f\u180e"),
    lambda rnd, text: f"\u202e\u2066{_sprinkle(rnd, text, chr(0x200E) + chr(0x200F))}\u2069\u202c",
    lambda _, text: _wide(text),
    lambda _, text: _mathematical(text),
    lambda _, text: text.replace("-", "\u2011").replace(" ", "\u00a0").replace(".", "\uff0e").replace("@", "\uff20"),
    lambda rnd, text: text.translate({ord("0") + d: chr(rnd.choice((0x660, 0x966, 0xFF10)) + d) for d in range(10)}),
)


def disguised(seed: int, count: int) -> Iterator[Planted]:
    """The structured corpus with every value under a Unicode trick."""
    rnd = random.Random(seed)  # noqa: S311 - a reproducible corpus, no secret
    for i, planted in enumerate(structured(seed, count)):
        value = DISGUISES[i % len(DISGUISES)](rnd, planted.text[planted.start : planted.end])
        before, after = planted.text[: planted.start], planted.text[planted.end :]
        yield Planted(planted.kind, before + value + after, planted.start, planted.start + len(value))


def people(seed: int, count: int) -> tuple[KnownName, ...]:
    """Contacts with distinct names, every second one known by first and last name alone."""
    rnd = random.Random(seed)  # noqa: S311 - a reproducible corpus, no secret
    names: dict[str, KnownName] = {}
    while len(names) < count:
        given = rnd.choice(GIVEN) if rnd.random() < 0.3 else word(rnd, 5).title()
        family = rnd.choice(FAMILY) if rnd.random() < 0.3 else word(rnd, 6, 9).title()
        alone = Alone.EITHER if len(names) % 2 else Alone.NEITHER
        names[f"{given} {family}"] = KnownName(
            f"{given} {family}", NameKind.PERSON, RecordRef("contact", len(names)), alone
        )
    return tuple(names.values())


def _without_diacritics(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("ł", "l").replace("Ł", "L"))
    return "".join(c for c in folded if not unicodedata.combining(c))


def _reversed(text: str) -> str:
    given, family = text.split(" ", 1)
    return f"{family}, {given}"


NAME_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str.lower,
    str.upper,
    _reversed,
    _without_diacritics,
    lambda name: name.replace(" ", "  "),
    lambda name: name.replace(" ", "\n", 1),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace("-", " ").replace("'", "’"),
    lambda name: f"{name[0]}. {name.split(' ', 1)[1]}",
    lambda name: f"Ms {name.split(' ', 1)[1]}",
    "\u200b".join,
    lambda name: name.replace(" ", "_").lower(),
)


def named(seed: int, count: int, known: tuple[KnownName, ...]) -> Iterator[Planted]:
    """Sentences that name one known person each, in the forms people write names."""
    rnd = random.Random(seed)  # noqa: S311 - a reproducible corpus, no secret
    for i in range(count):
        name = rnd.choice(known)
        form = i % (len(NAME_FORMS) + 2)
        if form < len(NAME_FORMS):
            shown = NAME_FORMS[form](name.text)
            planted = _planted("person", rnd.choice(NAME_CARRIERS), shown)
            title = 3 * shown.startswith("Ms ")
            yield Planted("person", planted.text, planted.start + title, planted.end)
        else:
            name = rnd.choice([one for one in known if one.alone is Alone.EITHER])
            shown = name.text.split(" ", 1)[form - len(NAME_FORMS)]
            yield _planted("person", rnd.choice(NAME_CARRIERS), shown)


COMPANIES = ("Globex", "Initech", "Acme Corp", "Orion Foods", "Stark Industries", "Wayne Logistics", "Umbrella Health")
PRODUCTS = (
    "Insight Pro",
    "GTX-4000",
    "MG Advanced",
    "Cloud Suite 3.2",
    "Starter Pack",
    "ProRouter X1",
    "Analytics Plus",
)
STAGES = ("Qualification", "Discovery", "Proposal", "Negotiation", "Closed Won", "Closed Lost")

SLOTS: dict[str, Make] = {
    "company": lambda rnd: rnd.choice(COMPANIES),
    "product": lambda rnd: rnd.choice(PRODUCTS),
    "stage": lambda rnd: rnd.choice(STAGES),
    "money": lambda rnd: pick(
        rnd,
        f"${rnd.randint(1, 999)},{digits(rnd, 3)}",
        f"€{rnd.randint(1, 99)}.{digits(rnd, 3)},00",
        f"{rnd.randint(10, 900)}k",
        f"USD {rnd.randint(1, 9)},{digits(rnd, 3)},{digits(rnd, 3)}.50",
        f"{rnd.randint(1, 99)} {digits(rnd, 3)} {digits(rnd, 3)} EUR",
        f"£{rnd.randint(1, 9)}.{rnd.randint(1, 9)}m",
        f"₹{rnd.randint(1, 99)},{digits(rnd, 2)},{digits(rnd, 3)}",
        f"{rnd.randint(1000000, 9999999)}",
        f"{rnd.randint(1000000000, 1999999999)} JPY",
        f"{rnd.randint(1, 99)}.{digits(rnd, 3)}.{digits(rnd, 3)},50 EUR",
    ),
    "date": lambda rnd: pick(
        rnd,
        f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}",
        f"{rnd.randint(1, 28):02d}/{rnd.randint(1, 12):02d}/2025",
        f"{rnd.randint(1, 28)} March 2026",
        f"June {rnd.randint(1, 28)}, 2025",
        f"{rnd.randint(1, 28):02d}.{rnd.randint(1, 12):02d}.2025",
        f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}T{rnd.randint(0, 23):02d}:{rnd.randint(0, 59):02d}:00Z",
        f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d} 14:{rnd.randint(0, 59):02d}:07",
        "in May",
        "1 May",
        f"FY{rnd.randint(23, 27)}",
    ),
    "period": lambda rnd: pick(
        rnd, "Q3 2025", "2025Q2", "FY2025/26", "H1 2025", "W32 2025", "2024-2025", "01/2025-06/2025", "9:00-17:30"
    ),
    "percent": lambda rnd: pick(
        rnd,
        f"{rnd.randint(1, 99)}%",
        f"{rnd.randint(1, 99)}.{rnd.randint(0, 9)} %",
        f"+{rnd.randint(1, 9)}.{rnd.randint(10, 99)} pp",
    ),
    "count": lambda rnd: str(rnd.randint(2, 25000)),
    "reference": lambda rnd: pick(
        rnd,
        f"TCK-{digits(rnd, 5)}",
        f"INV-2025-{digits(rnd, 5)}",
        f"#{digits(rnd, 6)}",
        f"order 45{digits(rnd, 8)}",
        f"PO 45{digits(rnd, 8)}",
        f"SKU {digits(rnd, 8)}",
        f"OPP-{digits(rnd, 8)}",
        f"Case 0{digits(rnd, 7)}",
        f"quote Q-{digits(rnd, 6)}",
        f"tracking 1Z999AA1{digits(rnd, 10)}",
        f"ISBN 978{digits(rnd, 10)}",
        f"contract C/{digits(rnd, 4)}/2025",
        f"550e8400-e29b-41d4-a716-{digits(rnd, 12)}",
        f"build 10.{digits(rnd, 2)}.{digits(rnd, 4)}",
    ),
}

CLEAN = (
    "{company} moved to {stage} on {date}, worth {money} ({percent} of pipeline).",
    "Why did the win rate drop from {percent} to {percent} between {period} and {period}?",
    "Deal {company} - {product} - {count} seats, {money}, expected close {date}.",
    "Invoice {reference} of {money} was due {date}; {reference} is still open.",
    "Forecast for {period}: best {money}, likely {money}, worst {money}.",
    "Look at {product} pricing: {money} per seat at {count} seats, {money} above {count}.",
    "Will you mark {company} as won? We grant {percent} at most.",
    "Median cycle {count} days in {period}, {count} days in {period}, n = {count} of {count}.",
    "Shipped {count} units of {product} under {reference}, version 3.2.1, {date}.",
    "They asked for a demo of {product} at {company} at 14:30 on {date}.",
    "Which of my {count} open deals over {money} are at risk, and who do I call first?",
    "Next step: send the proposal, {reference}, before {date}; budget range {money} to {money}.",
    "The buyer compared {product} with {product}; objection: price is {percent} too high.",
    "Pipeline coverage {count}.{count}x, quota {money}, attained {percent}, gap {money}.",
    "Call outcome: no answer, {count} attempts since {date}, next action in {count} days.",
    "Password reset e-mails for the portal are delayed, ticket {reference}, reported {date}.",
    "Account {company} has {count} contacts, {count} interactions, last touch {date}.",
    "See https://www.example.com/pricing/{product} and docs.example.com/v2/deals?page={count}.",
    "Win rate by region: EMEA {percent}, APAC {percent}, India {percent}, North America {percent}.",
    "Campaign {product} launch: cost {money}, {count} leads, {count} won, return {percent}.",
    "amounts: {money} {money} {money}; counts: {count} {count} {count}; dates: {date} {date}",
    "id,amount,stage,close_date\n{count},{money},{stage},{date}\n{count},{money},{stage},{date}",
    "The account number of {company} grew: {count} accounts in {period} against {count} in {period}.",
    "Main Street banks and the road to {period}: {count} new logos, {percent} churn.",
    "Her birthday present budget is out; the token count was {count} and the key driver is price.",
    "{money} ARR, {money} MRR, NRR {percent}, CAC {money}, payback {count} months.",
)

_SLOT = re.compile(r"\{(\w+)\}")


def clean_business_text(seed: int, count: int) -> Iterator[str]:
    """Sentences of a sales team without any personal data."""
    rnd = random.Random(seed)  # noqa: S311 - a reproducible corpus, no secret
    for i in range(count):
        yield _SLOT.sub(lambda match: SLOTS[match[1]](rnd), CLEAN[i % len(CLEAN)])
