"""Phrase files expanded into labelled examples: alternatives, placeholders, registers and slips of the finger.

A file holds sections `[tool]` with one phrase a line. `(a|b|)` offers alternatives, `{name}` draws from a class of
`classes.txt` or from a small practice workspace, `*60 ` in front asks for sixty examples of a line.
Every choice is drawn from a generator seeded by the phrase itself,
so the same files always give the same examples.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.local.errors import UnreadablePhrase
from agent.local.schema import Record, Vocabulary

FOLDER = Path(__file__).parent / "phrases"
SAMPLES = 8

PRACTICE = Vocabulary(
    {
        "stage": {"Discovery": (), "Qualification": (), "Proposal": (), "Negotiation": (), "Prospecting": ()},
        "region": {"EMEA": (), "North America": ("NA", "US", "americas"), "APAC": (), "LATAM": (), "DACH": ()},
        "product": {"Core": (), "Pro": (), "Enterprise": (), "Starter": ()},
        "industry": {"FinTech": (), "Healthcare": (), "Retail": (), "Manufacturing": (), "SaaS": (), "Logistics": ()},
        "lead_source": {"Referral": (), "Inbound": (), "Outbound": (), "Partner": (), "Event": (), "Website": ()},
        "team": {"Team North": (), "Enterprise Team": (), "Mid Market": ()},
        "campaign": {"Spring Webinar": ()},
    },
    people=tuple(
        Record("user", f"u{place}", name)
        for place, name in enumerate(("Tom Baker", "Ines Duarte", "Rahul Mehta", "Katja Brandt"))
    ),
)
RECORDS = {
    "account": ("Acme GmbH", "Globex", "Orion Foods", "Nordwind Logistik", "Zenith Labs Inc"),
    "contact": ("Maria Lopez", "John Carver", "Aiko Tanaka", "Pierre Dubois", "Svenja Roth"),
    "lead": ("Peter Novak", "Lena Fischer", "Omar Haddad", "Grace Okafor"),
    "opportunity": ("Acme Renewal", "Globex Expansion", "Orion Rollout", "Nordwind Upgrade"),
}
_UNKNOWN = ("Tessaro", "Brackwell", "Quillon", "Vantor", "Hesperia", "Molnar", "Adeyemi", "Kowalczyk")
_COUNTRIES = ("Germany", "France", "India", "Spain", "Brazil", "Japan", "the UK", "Poland")
_OPENERS = tuple(
    f"{words} "
    for line in (
        "hey,|please|pls|ok,|ok so|quick question:|hi,|so|and|can you tell me|hmm,|now|hello,|kindly|right,|just|yo",
        "also|sorry,|well|actually|good morning,|um,|so like|okay so|i was wondering,|if you do not mind,|quick one:",
        "i guess|when you have a minute,|i think|you know",
    )
    for words in line.split("|")
)
_CLOSERS = (" please", " pls", " thanks", "?", "??", "!", ".", " for me", " asap", " now", "...", " today", " again")
_COUNT = re.compile(r"\*(\d+) ")
_PLACE = re.compile(r"\{(\w+)\}")
_GROUP = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Example:
    """One phrase with its label; `line` names the line it came from, so that folds never share one."""

    label: str
    text: str
    line: str


def practice_records() -> tuple[Record, ...]:
    """The records of the practice workspace."""
    return tuple(
        Record(kind, f"{kind[0]}{place}", name) for kind, names in RECORDS.items() for place, name in enumerate(names)
    )


def fingerprint(extra: Mapping[str, Iterable[str]] | None = None) -> str:
    """A hash of everything the artefact is made from: phrases, lexicon, and the code that turns them into features."""
    here = Path(__file__).parent
    files = [*sorted(FOLDER.glob("*.txt")), *sorted((here / "lexicon").glob("*.txt"))]
    code = (
        "phrasebook",
        "features",
        "words",
        "cleanup",
        "reading",
        "mentions",
        "content",
        "periods",
        "when",
        "moments",
        "quantities",
        "lapses",
        "train",
    )
    digest = hashlib.sha256()
    for file in (*files, *(here / f"{name}.py" for name in code)):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    for label, phrases in sorted((extra or {}).items()):
        digest.update("\n".join((label, *phrases)).encode())
    return digest.hexdigest()


def lines() -> Iterator[tuple[str, str, str]]:
    """(label, phrase, file) for every line of every phrase file."""
    for file in sorted(FOLDER.glob("*.txt")):
        if file.stem == "classes":
            continue
        label = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            text = line.strip()
            if text.startswith("[") and text.endswith("]"):
                label = text[1:-1]
            elif text and not text.startswith("#"):
                yield label, text, file.name


def examples(extra: Mapping[str, Iterable[str]] | None = None) -> list[Example]:
    """Every phrase several times over, in different words. `extra` adds phrases by label, as the tools declare them."""
    choices = classes()
    found: dict[tuple[str, str], Example] = {}
    own = ((label, phrase, "tool cards") for label, phrases in (extra or {}).items() for phrase in phrases)
    for label, phrase, file in (*lines(), *own):
        for sample in _samples(phrase, choices, file):
            found.setdefault((label, sample), Example(label, sample, f"{label}:{phrase}"))
    return list(found.values())


def classes() -> dict[str, tuple[str, ...]]:
    """Placeholder -> what may stand in its place."""
    rows = (FOLDER / "classes.txt").read_text(encoding="utf-8").splitlines()
    pairs = (row.split(" = ") for row in rows if " = " in row and not row.startswith("#"))
    classes = {name.strip(): tuple(word.strip() for word in words.split("|")) for name, words in pairs}
    named = {"country": _COUNTRIES, "user": tuple(one.name for one in PRACTICE.people)}
    values = {"source": "lead_source"} | {
        name: name for name in ("stage", "region", "product", "industry", "team", "campaign")
    }
    return classes | named | RECORDS | {name: tuple(PRACTICE.values[key]) for name, key in values.items()}


def _samples(phrase: str, classes: Mapping[str, tuple[str, ...]], file: str) -> Iterator[str]:
    draw = random.Random(phrase)  # noqa: S311  reproducible choices, nothing secret
    count = _COUNT.match(phrase)
    phrase = phrase[count.end() :] if count else phrase
    plain = _expand(phrase, classes, draw, file)
    yield plain
    wanted = int(count[1]) if count else SAMPLES if "(" in phrase or "{" in phrase else 4
    for place in range(1, wanted):
        text = _expand(phrase, classes, draw, file)
        yield _dressed(text, draw) if place % 2 else text


def _expand(phrase: str, classes: Mapping[str, tuple[str, ...]], draw: random.Random, file: str) -> str:
    text = phrase
    while match := _GROUP.search(text):
        text = text[: match.start()] + draw.choice(match[1].split("|")) + text[match.end() :]
    while match := _PLACE.search(text):
        name = match[1]
        if name not in classes:
            raise UnreadablePhrase(file, phrase)
        chosen = draw.choice(classes[name])
        if name in RECORDS and draw.random() < 0.12:
            chosen = draw.choice(_UNKNOWN)
        elif name in {"contact", "lead", "user"} and draw.random() < 0.4:
            chosen = chosen.split()[0]
        text = text[: match.start()] + chosen + text[match.end() :]
    return " ".join(text.split())


def _dressed(text: str, draw: random.Random) -> str:
    """The same phrase in another register: opened or closed differently, shouted, or mistyped."""
    if draw.random() < 0.35:
        text = draw.choice(_OPENERS) + text
    if draw.random() < 0.35:
        text += draw.choice(_CLOSERS)
    manner = draw.random()
    if manner < 0.15:
        return text.upper()
    if manner < 0.5:
        text = text.lower()
    return _mistyped(text, draw) if manner > 0.8 else text


def _mistyped(text: str, draw: random.Random) -> str:
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long:
        return text
    place = draw.choice(long)
    word, at = words[place], draw.randrange(1, len(words[place]) - 1)
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        word[:at] + word[at] + word[at:],
    )
    words[place] = draw.choice(slips)
    return " ".join(words)
