"""A seeded corpus for redaction: business sentences with planted personal data, disguised copies, and clean ones.

Everything is generated: numbers with their check digits, addresses and keys from alphabets, names from syllables.
No planted value belongs to anybody.
"""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn, verhoeff
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale

from agent.redaction import Alone, KnownName, NameKind, RecordRef


@dataclass(frozen=True)
class Planted:
    """A text and the place of the one value planted in it."""

    kind: str
    text: str
    start: int
    end: int


Make = Callable[[random.Random], str]

GIVEN = ["Anna", "John", "María", "Søren", "Wei", "Fatima", "Jean-Luc", "Zoë", "Łukasz", "Priya", "Björn", "Aiko", "Renée"]
FAMILY = ["Lindqvist", "O'Sullivan", "Müller", "Nakamura", "de la Cruz", "Kowalczyk", "Patel", "Fernández", "van den Berg"]
HOSTS = ["example.com", "acme-corp.co.uk", "mail.globex.de", "initech.io", "stark.example.org", "uni.edu.au", "firm.fr"]


def _pick(rnd: random.Random, *choices: str) -> str:
    return rnd.choice(choices)


def _digits(rnd: random.Random, count: int) -> str:
    return "".join(rnd.choices(string.digits, k=count))


def _word(rnd: random.Random, low: int = 3, high: int = 8) -> str:
    consonants, vowels = "bcdfghklmnprstvz", "aeiou"
    return "".join(rnd.choice((consonants, vowels)[i % 2]) for i in range(rnd.randint(low, high)))


def email(rnd: random.Random) -> str:
    local = _pick(rnd, "{a}.{b}", "{a}_{b}", "{a}", "{a}{n}", "{a}.{b}+crm", "{a}-{b}", "{a[0]}{b}").format(
        a=_word(rnd), b=_word(rnd), n=rnd.randint(1, 99)
    )
    return f"{local}@{rnd.choice(HOSTS)}"


def spelled_email(rnd: random.Random) -> str:
    local, host = email(rnd).split("@")
    form = rnd.choice((" at ", " [at] ", "[at]", " (at) ", " @ ", "(at)", " {at} ", " AT ", "@\n", "\n@"))
    dot = rnd.choice((" dot ", " [dot] ", "(dot)")) if form.strip() in {"at", "AT"} or rnd.random() < 0.5 else "."
    return local + form + host.replace(".", dot if "\n" not in form and form != " @ " else ".")


def phone(rnd: random.Random) -> str:
    area, exchange, line = rnd.choice(("212", "415", "312", "646", "202")), rnd.randint(210, 989), _digits(rnd, 4)
    mobile = _digits(rnd, 7)
    return _pick(
        rnd,
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"+1-{area}-{exchange}-{line}",
        f"+1{area}{exchange}{line}",
        f"+44 20 7946 {line}",
        f"+44 7911 {rnd.randint(120, 189)}{_digits(rnd, 3)}",
        f"07911 {rnd.randint(120, 189)}{_digits(rnd, 3)}",
        f"+49 171 {mobile}",
        f"0171 {mobile}",
        f"+49 (0)30 {rnd.randint(200000, 899999)}",
        f"0049 30 {rnd.randint(200000, 899999)}",
        f"+33 6 {' '.join(_digits(rnd, 2) for _ in range(4))}",
        f"06 {' '.join(_digits(rnd, 2) for _ in range(4))}",
        f"+91 98{_digits(rnd, 3)} {_digits(rnd, 5)}",
        f"98{_digits(rnd, 3)} {_digits(rnd, 5)}",
        f"+61 4{rnd.randint(10, 29)} {_digits(rnd, 3)} {_digits(rnd, 3)}",
        f"+34 6{rnd.randint(10, 89)} {_digits(rnd, 3)} {_digits(rnd, 3)}",
        f"+55 11 9{rnd.randint(5000, 9899)}-{line}",
        f"+65 8{rnd.randint(100, 699)} {line}",
        f"({area}) {exchange}-{line} ext. {rnd.randint(10, 999)}",
    )


_IBANS = {
    "DE": "n18", "GB": "WEST n14", "FR": "n20 n1 n2", "ES": "n20", "IT": "X n10 n12", "NL": "ABNA n10", "CH": "n17",
    "AT": "n16", "PL": "n24", "SE": "n20", "NO": "n11", "PT": "n21", "IE": "AIBK n14", "DK": "n14", "BE": "n12",
}  # fmt: skip


def iban(rnd: random.Random) -> str:
    country = rnd.choice(list(_IBANS))
    body = "".join(_digits(rnd, int(p[1:])) if p[0] == "n" else p for p in _IBANS[country].split())
    whole = country + mod_97_10.calc_check_digits(body + country) + body
    grouped = " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))
    return _pick(rnd, whole, grouped, grouped.replace(" ", "-"), grouped.lower())


def card(rnd: random.Random) -> str:
    prefix, length = rnd.choice((("4", 16), ("52", 16), ("2345", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14)))
    body = prefix + _digits(rnd, length - len(prefix) - 1)
    whole = body + luhn.calc_check_digit(body)
    cuts = (4, 10) if length in {14, 15} else (4, 8, 12)
    pieces = [whole[a:b] for a, b in zip((0, *cuts), (*cuts, length), strict=True)]
    return _pick(rnd, whole, " ".join(pieces), "-".join(pieces))


def national_id(rnd: random.Random) -> str:
    number = _digits(rnd, 8)
    birth = f"{rnd.randint(1, 28):02d}{rnd.randint(1, 12):02d}{rnd.randint(60, 99)}"
    insee = f"{rnd.randint(1, 2)}{rnd.randint(50, 99)}{rnd.randint(1, 12):02d}{rnd.randint(10, 89)}{_digits(rnd, 6)}"
    fiscal = f"RSSMRA{rnd.randint(40, 99)}{rnd.choice('ABCDEHLMPRST')}{rnd.randint(1, 28):02d}H501"
    control = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(birth + "123") % 31]
    aadhaar = f"{rnd.randint(2, 9)}{_digits(rnd, 10)}"
    aadhaar += verhoeff.calc_check_digit(aadhaar)
    return _pick(
        rnd,
        f"{rnd.randint(100, 665)}-{rnd.randint(10, 99)}-{rnd.randint(1000, 9999)}",
        number + dni.calc_check_digit(number),
        insee + nir.calc_check_digits(insee),
        fiscal + codicefiscale.calc_check_digit(fiscal),
        f"AB{_digits(rnd, 6)}C",
        f"{birth}-123{control}",
        f"{aadhaar[:4]} {aadhaar[4:8]} {aadhaar[8:]}",
    )


def ip_address(rnd: random.Random) -> str:
    octets = ".".join(str(rnd.randint(1, 254)) for _ in range(4))
    return _pick(rnd, octets, f"2001:db8::{rnd.randint(1, 9999):x}", "fe80::" + ":".join(f"{rnd.randint(1, 65535):x}" for _ in range(4)))


def secret(rnd: random.Random) -> str:
    letters = string.ascii_letters + string.digits

    def some(count: int) -> str:
        return "".join(rnd.choices(letters, k=count))

    return _pick(
        rnd, f"sk-proj-{some(32)}", f"sk-{some(40)}", f"xoxb-{_digits(rnd, 12)}-{some(24)}", f"ghp_{some(36)}",
        f"AKIA{some(16).upper()}", f"eyJ{some(20)}.eyJ{some(30)}.{some(40)}", f"glpat-{some(20)}", f"sk_live_{some(24)}",
        f"AIza{some(35)}", f"hf_{some(34)}", f"SG.{some(22)}.{some(43)}", f"github_pat_{some(40)}",
    )  # fmt: skip


def profile(rnd: random.Random) -> str:
    who = f"{_word(rnd)}-{_word(rnd)}"
    return _pick(
        rnd, f"https://www.linkedin.com/in/{who}", f"linkedin.com/in/{who}-{_digits(rnd, 5)}/", f"https://x.com/{_word(rnd)}",
        f"https://calendly.com/{who}/30min", f"https://de.linkedin.com/in/{who}?trk=abc", f"https://www.xing.com/profile/{_word(rnd)}",
    )  # fmt: skip


def street_address(rnd: random.Random) -> str:
    name, number = _word(rnd, 4).title(), rnd.randint(1, 998)
    return _pick(
        rnd, f"{number} {name} Street, Springfield, IL {_digits(rnd, 5)}", f"{number} {name} Avenue, Apt 4B", f"{number} {name} Rd",
        f"{number} West {name} Blvd, Suite 200, Austin, TX {_digits(rnd, 5)}", f"{name}straße {number}, 10115 Berlin",
        f"{number} rue de {name}, 75002 Paris", f"Calle de {name} {number}, 28013 Madrid", f"{name}straat {number}",
        f"{number} {name} Lane, London NW1 6XE", f"Via {name} {number}, 20121 Milano",
    )  # fmt: skip


def _date(rnd: random.Random) -> str:
    year, month, day = rnd.randint(1945, 2004), rnd.randint(1, 12), rnd.randint(1, 28)
    return _pick(rnd, f"{year}-{month:02d}-{day:02d}", f"{day:02d}.{month:02d}.{year}", f"{month}/{day}/{year}", f"{day} March {year}", f"June {day}, {year}")


# Values that need their label: the carrier holds it, the value is what must go.
LABELLED: dict[str, tuple[tuple[str, ...], Make]] = {
    "birth_date": (("date of birth: {}", "DOB {}", "she was born on {}", "Geburtsdatum: {}", "d.o.b. is {}"), _date),
    "password": (
        ("password: {}", "Passwort: {}", "pwd={}", "the password is {}", 'password = "{}"', "login password: {}"),
        lambda rnd: _word(rnd, 5, 9).title() + _digits(rnd, 2) + rnd.choice("!?$%#&"),
    ),
    "account_number": (
        ("account number {}", "acct no. {}", "customer ID: {}", "policy number is {}", "account #{}", "Kontonummer: {}"),
        lambda rnd: _pick(rnd, _digits(rnd, 10), f"{_digits(rnd, 4)}-{_digits(rnd, 6)}", f"C-{_digits(rnd, 7)}"),
    ),
    "national_id": (
        ("SSN: {}", "passport no {}", "tax id is {}", "Steuer-ID: {}", "driver's license {}", "national ID number {}"),
        lambda rnd: _pick(rnd, _digits(rnd, 9), f"AB{_digits(rnd, 7)}", f"{_digits(rnd, 3)} {_digits(rnd, 3)} {_digits(rnd, 3)}"),
    ),
    "phone": (("phone: {}", "call her on {}", "mobile {}", "Tel. {}", "WhatsApp: {}"), lambda rnd: f"555-0{_digits(rnd, 3)}"),
    "secret": (("api_key = {}", "client secret: {}", "Authorization: Bearer {}", "access token is {}"), lambda rnd: f"{_word(rnd)}{_digits(rnd, 6)}{_word(rnd)}{_digits(rnd, 9)}"),
}  # fmt: skip

PLAIN: dict[str, Make] = {
    "email": email, "phone": phone, "iban": iban, "card": card, "national_id": national_id, "ip_address": ip_address,
    "secret": secret, "link": profile, "street_address": street_address, "spelled_email": spelled_email,
}  # fmt: skip

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
    "Their assistant wrote: \"{}\". Close date 30/06/2025.",
    "new lead, 250 seats, {}",
    "FW: RE: pricing | {} | ticket TCK-48213",
)

NAME_CARRIERS = (
    "Spoke with {} about the renewal.", "what did {} say last week?", "{}'s budget is $48,500.", "draft a follow-up to {}",
    "- {}: wants a demo on 2025-04-02", "The champion is {}, the blocker is procurement.", "Ask {} and move the deal to Negotiation.",
    "({}) joined the call", "meeting with {}; 35% discount refused", "notes/{}/2025.pdf", '{"owner": "{}"}', "FW: {} | pricing",
)  # fmt: skip


def structured(seed: int, count: int) -> Iterator[Planted]:
    """Sentences with one structured value each, kinds in turn."""
    rnd = random.Random(seed)
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
    rnd = random.Random(seed)
    for i, planted in enumerate(structured(seed, count)):
        value = DISGUISES[i % len(DISGUISES)](rnd, planted.text[planted.start : planted.end])
        before, after = planted.text[: planted.start], planted.text[planted.end :]
        yield Planted(planted.kind, before + value + after, planted.start, planted.start + len(value))


def people(seed: int, count: int) -> tuple[KnownName, ...]:
    """Contacts with distinct names, every second one known by first and last name alone."""
    rnd = random.Random(seed)
    names: dict[str, KnownName] = {}
    while len(names) < count:
        given = rnd.choice(GIVEN) if rnd.random() < 0.3 else _word(rnd, 5).title()
        family = rnd.choice(FAMILY) if rnd.random() < 0.3 else _word(rnd, 6, 9).title()
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
    lambda name: "\u200b".join(name),
    lambda name: name.replace(" ", "_").lower(),
)


def named(seed: int, count: int, known: tuple[KnownName, ...]) -> Iterator[Planted]:
    """Sentences that name one known person each, in the forms people write names."""
    rnd = random.Random(seed)
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
PRODUCTS = ("Insight Pro", "GTX-4000", "MG Advanced", "Cloud Suite 3.2", "Starter Pack", "ProRouter X1", "Analytics Plus")
STAGES = ("Qualification", "Discovery", "Proposal", "Negotiation", "Closed Won", "Closed Lost")

SLOTS: dict[str, Make] = {
    "company": lambda rnd: rnd.choice(COMPANIES),
    "product": lambda rnd: rnd.choice(PRODUCTS),
    "stage": lambda rnd: rnd.choice(STAGES),
    "money": lambda rnd: _pick(
        rnd, f"${rnd.randint(1, 999)},{_digits(rnd, 3)}", f"€{rnd.randint(1, 99)}.{_digits(rnd, 3)},00", f"{rnd.randint(10, 900)}k",
        f"USD {rnd.randint(1, 9)},{_digits(rnd, 3)},{_digits(rnd, 3)}.50", f"{rnd.randint(1, 99)} {_digits(rnd, 3)} {_digits(rnd, 3)} EUR",
        f"£{rnd.randint(1, 9)}.{rnd.randint(1, 9)}m", f"₹{rnd.randint(1, 99)},{_digits(rnd, 2)},{_digits(rnd, 3)}", f"{rnd.randint(1000000, 9999999)}",
        f"{rnd.randint(1000000000, 1999999999)} JPY", f"{rnd.randint(1, 99)}.{_digits(rnd, 3)}.{_digits(rnd, 3)},50 EUR",
    ),
    "date": lambda rnd: _pick(
        rnd, f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}", f"{rnd.randint(1, 28):02d}/{rnd.randint(1, 12):02d}/2025",
        f"{rnd.randint(1, 28)} March 2026", f"June {rnd.randint(1, 28)}, 2025", f"{rnd.randint(1, 28):02d}.{rnd.randint(1, 12):02d}.2025",
        f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}T{rnd.randint(0, 23):02d}:{rnd.randint(0, 59):02d}:00Z",
        f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d} 14:{rnd.randint(0, 59):02d}:07", "in May", "1 May", f"FY{rnd.randint(23, 27)}",
    ),
    "period": lambda rnd: _pick(rnd, "Q3 2025", "2025Q2", "FY2025/26", "H1 2025", "W32 2025", "2024-2025", "01/2025-06/2025", "9:00-17:30"),
    "percent": lambda rnd: _pick(rnd, f"{rnd.randint(1, 99)}%", f"{rnd.randint(1, 99)}.{rnd.randint(0, 9)} %", f"+{rnd.randint(1, 9)}.{rnd.randint(10, 99)} pp"),
    "count": lambda rnd: str(rnd.randint(2, 25000)),
    "reference": lambda rnd: _pick(
        rnd, f"TCK-{_digits(rnd, 5)}", f"INV-2025-{_digits(rnd, 5)}", f"#{_digits(rnd, 6)}", f"order 45{_digits(rnd, 8)}", f"PO 45{_digits(rnd, 8)}",
        f"SKU {_digits(rnd, 8)}", f"OPP-{_digits(rnd, 8)}", f"Case 0{_digits(rnd, 7)}", f"quote Q-{_digits(rnd, 6)}", f"tracking 1Z999AA1{_digits(rnd, 10)}",
        f"ISBN 978{_digits(rnd, 10)}", f"contract C/{_digits(rnd, 4)}/2025", f"550e8400-e29b-41d4-a716-{_digits(rnd, 12)}", f"build 10.{_digits(rnd, 2)}.{_digits(rnd, 4)}",
    ),
}  # fmt: skip

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
    rnd = random.Random(seed)
    for i in range(count):
        yield _SLOT.sub(lambda match: SLOTS[match[1]](rnd), CLEAN[i % len(CLEAN)])
