"""Personal data made up: numbers with their check digits, addresses and keys from alphabets, words from syllables."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from stdnum import luhn, verhoeff
from stdnum.es import dni
from stdnum.fr import nir
from stdnum.iso7064 import mod_97_10
from stdnum.it import codicefiscale

Make = Callable[[random.Random], str]

GIVEN = [
    "Anna",
    "John",
    "María",
    "Søren",
    "Wei",
    "Fatima",
    "Jean-Luc",
    "Zoë",
    "Łukasz",
    "Priya",
    "Björn",
    "Aiko",
    "Renée",
]
FAMILY = [
    "Lindqvist",
    "O'Sullivan",
    "Müller",
    "Nakamura",
    "de la Cruz",
    "Kowalczyk",
    "Patel",
    "Fernández",
    "van den Berg",
]
HOSTS = ["example.com", "acme-corp.co.uk", "mail.globex.de", "initech.io", "stark.example.org", "uni.edu.au", "firm.fr"]


def pick(rnd: random.Random, *choices: str) -> str:
    return rnd.choice(choices)


def digits(rnd: random.Random, count: int) -> str:
    return "".join(rnd.choices(string.digits, k=count))


def word(rnd: random.Random, low: int = 3, high: int = 8) -> str:
    consonants, vowels = "bcdfghklmnprstvz", "aeiou"
    return "".join(rnd.choice((consonants, vowels)[i % 2]) for i in range(rnd.randint(low, high)))


def email(rnd: random.Random) -> str:
    local = pick(rnd, "{a}.{b}", "{a}_{b}", "{a}", "{a}{n}", "{a}.{b}+crm", "{a}-{b}", "{a[0]}{b}").format(
        a=word(rnd), b=word(rnd), n=rnd.randint(1, 99)
    )
    return f"{local}@{rnd.choice(HOSTS)}"


def spelled_email(rnd: random.Random) -> str:
    local, host = email(rnd).split("@")
    form = rnd.choice((" at ", " [at] ", "[at]", " (at) ", " @ ", "(at)", " {at} ", " AT ", "@\n", "\n@"))
    dot = rnd.choice((" dot ", " [dot] ", "(dot)")) if form.strip() in {"at", "AT"} or rnd.random() < 0.5 else "."
    return local + form + host.replace(".", dot if "\n" not in form and form != " @ " else ".")


def phone(rnd: random.Random) -> str:
    area, exchange, line = rnd.choice(("212", "415", "312", "646", "202")), rnd.randint(210, 989), digits(rnd, 4)
    mobile = digits(rnd, 7)
    return pick(
        rnd,
        f"({area}) {exchange}-{line}",
        f"{area}-{exchange}-{line}",
        f"{area}.{exchange}.{line}",
        f"+1 {area} {exchange} {line}",
        f"+1-{area}-{exchange}-{line}",
        f"+1{area}{exchange}{line}",
        f"+44 20 7946 {line}",
        f"+44 7911 {rnd.randint(120, 189)}{digits(rnd, 3)}",
        f"07911 {rnd.randint(120, 189)}{digits(rnd, 3)}",
        f"+49 171 {mobile}",
        f"0171 {mobile}",
        f"+49 (0)30 {rnd.randint(200000, 899999)}",
        f"0049 30 {rnd.randint(200000, 899999)}",
        f"+33 6 {' '.join(digits(rnd, 2) for _ in range(4))}",
        f"06 {' '.join(digits(rnd, 2) for _ in range(4))}",
        f"+91 98{digits(rnd, 3)} {digits(rnd, 5)}",
        f"98{digits(rnd, 3)} {digits(rnd, 5)}",
        f"+61 4{rnd.randint(10, 29)} {digits(rnd, 3)} {digits(rnd, 3)}",
        f"+34 6{rnd.randint(10, 89)} {digits(rnd, 3)} {digits(rnd, 3)}",
        f"+55 11 9{rnd.randint(5000, 9899)}-{line}",
        f"+65 8{rnd.randint(100, 699)} {line}",
        f"({area}) {exchange}-{line} ext. {rnd.randint(10, 999)}",
    )


_IBANS = {
    "DE": "n18",
    "GB": "WEST n14",
    "FR": "n20 n1 n2",
    "ES": "n20",
    "IT": "X n10 n12",
    "NL": "ABNA n10",
    "CH": "n17",
    "AT": "n16",
    "PL": "n24",
    "SE": "n20",
    "NO": "n11",
    "PT": "n21",
    "IE": "AIBK n14",
    "DK": "n14",
    "BE": "n12",
}


def iban(rnd: random.Random) -> str:
    country = rnd.choice(list(_IBANS))
    body = "".join(digits(rnd, int(p[1:])) if p[0] == "n" else p for p in _IBANS[country].split())
    whole = country + mod_97_10.calc_check_digits(body + country) + body
    grouped = " ".join(whole[i : i + 4] for i in range(0, len(whole), 4))
    return pick(rnd, whole, grouped, grouped.replace(" ", "-"), grouped.lower())


def card(rnd: random.Random) -> str:
    prefix, length = rnd.choice(
        (("4", 16), ("52", 16), ("2345", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14))
    )
    body = prefix + digits(rnd, length - len(prefix) - 1)
    whole = body + luhn.calc_check_digit(body)
    cuts = (4, 10) if length in {14, 15} else (4, 8, 12)
    pieces = [whole[a:b] for a, b in zip((0, *cuts), (*cuts, length), strict=True)]
    return pick(rnd, whole, " ".join(pieces), "-".join(pieces))


def national_id(rnd: random.Random) -> str:
    number = digits(rnd, 8)
    birth = f"{rnd.randint(1, 28):02d}{rnd.randint(1, 12):02d}{rnd.randint(60, 99)}"
    insee = f"{rnd.randint(1, 2)}{rnd.randint(50, 99)}{rnd.randint(1, 12):02d}{rnd.randint(10, 89)}{digits(rnd, 6)}"
    fiscal = f"RSSMRA{rnd.randint(40, 99)}{rnd.choice('ABCDEHLMPRST')}{rnd.randint(1, 28):02d}H501"
    control = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(birth + "123") % 31]
    aadhaar = f"{rnd.randint(2, 9)}{digits(rnd, 10)}"
    aadhaar += verhoeff.calc_check_digit(aadhaar)
    return pick(
        rnd,
        f"{rnd.randint(100, 665)}-{rnd.randint(10, 99)}-{rnd.randint(1000, 9999)}",
        number + dni.calc_check_digit(number),
        insee + nir.calc_check_digits(insee),
        fiscal + codicefiscale.calc_check_digit(fiscal),
        f"AB{digits(rnd, 6)}C",
        f"{birth}-123{control}",
        f"{aadhaar[:4]} {aadhaar[4:8]} {aadhaar[8:]}",
    )


def ip_address(rnd: random.Random) -> str:
    octets = ".".join(str(rnd.randint(1, 254)) for _ in range(4))
    return pick(
        rnd,
        octets,
        f"2001:db8::{rnd.randint(1, 9999):x}",
        "fe80::" + ":".join(f"{rnd.randint(1, 65535):x}" for _ in range(4)),
    )


def secret(rnd: random.Random) -> str:
    letters = string.ascii_letters + string.digits

    def some(count: int) -> str:
        return "".join(rnd.choices(letters, k=count))

    return pick(
        rnd,
        f"sk-proj-{some(32)}",
        f"sk-{some(40)}",
        f"xoxb-{digits(rnd, 12)}-{some(24)}",
        f"ghp_{some(36)}",
        f"AKIA{some(16).upper()}",
        f"eyJ{some(20)}.eyJ{some(30)}.{some(40)}",
        f"glpat-{some(20)}",
        f"sk_live_{some(24)}",
        f"AIza{some(35)}",
        f"hf_{some(34)}",
        f"SG.{some(22)}.{some(43)}",
        f"github_pat_{some(40)}",
    )


def profile(rnd: random.Random) -> str:
    who = f"{word(rnd)}-{word(rnd)}"
    return pick(
        rnd,
        f"https://www.linkedin.com/in/{who}",
        f"linkedin.com/in/{who}-{digits(rnd, 5)}/",
        f"https://x.com/{word(rnd)}",
        f"https://calendly.com/{who}/30min",
        f"https://de.linkedin.com/in/{who}?trk=abc",
        f"https://www.xing.com/profile/{word(rnd)}",
    )


def street_address(rnd: random.Random) -> str:
    name, number = word(rnd, 4).title(), rnd.randint(1, 998)
    return pick(
        rnd,
        f"{number} {name} Street, Springfield, IL {digits(rnd, 5)}",
        f"{number} {name} Avenue, Apt 4B",
        f"{number} {name} Rd",
        f"{number} West {name} Blvd, Suite 200, Austin, TX {digits(rnd, 5)}",
        f"{name}straße {number}, 10115 Berlin",
        f"{number} rue de {name}, 75002 Paris",
        f"Calle de {name} {number}, 28013 Madrid",
        f"{name}straat {number}",
        f"{number} {name} Lane, London NW1 6XE",
        f"Via {name} {number}, 20121 Milano",
    )


def _date(rnd: random.Random) -> str:
    year, month, day = rnd.randint(1945, 2004), rnd.randint(1, 12), rnd.randint(1, 28)
    return pick(
        rnd,
        f"{year}-{month:02d}-{day:02d}",
        f"{day:02d}.{month:02d}.{year}",
        f"{month}/{day}/{year}",
        f"{day} March {year}",
        f"June {day}, {year}",
    )


# Values that need their label: the carrier holds it, the value is what must go.
LABELLED: dict[str, tuple[tuple[str, ...], Make]] = {
    "birth_date": (("date of birth: {}", "DOB {}", "she was born on {}", "Geburtsdatum: {}", "d.o.b. is {}"), _date),
    "password": (
        ("password: {}", "Passwort: {}", "pwd={}", "the password is {}", 'password = "{}"', "login password: {}"),
        lambda rnd: word(rnd, 5, 9).title() + digits(rnd, 2) + rnd.choice("!?$%#&"),
    ),
    "account_number": (
        (
            "account number {}",
            "acct no. {}",
            "customer ID: {}",
            "policy number is {}",
            "account #{}",
            "Kontonummer: {}",
        ),
        lambda rnd: pick(rnd, digits(rnd, 10), f"{digits(rnd, 4)}-{digits(rnd, 6)}", f"C-{digits(rnd, 7)}"),
    ),
    "national_id": (
        ("SSN: {}", "passport no {}", "tax id is {}", "Steuer-ID: {}", "driver's license {}", "national ID number {}"),
        lambda rnd: pick(
            rnd, digits(rnd, 9), f"AB{digits(rnd, 7)}", f"{digits(rnd, 3)} {digits(rnd, 3)} {digits(rnd, 3)}"
        ),
    ),
    "phone": (
        ("phone: {}", "call her on {}", "mobile {}", "Tel. {}", "WhatsApp: {}"),
        lambda rnd: f"555-0{digits(rnd, 3)}",
    ),
    "secret": (
        ("api_key = {}", "client secret: {}", "Authorization: Bearer {}", "access token is {}"),
        lambda rnd: f"{word(rnd)}{digits(rnd, 6)}{word(rnd)}{digits(rnd, 9)}",
    ),
}

PLAIN: dict[str, Make] = {
    "email": email,
    "phone": phone,
    "iban": iban,
    "card": card,
    "national_id": national_id,
    "ip_address": ip_address,
    "secret": secret,
    "link": profile,
    "street_address": street_address,
    "spelled_email": spelled_email,
}
