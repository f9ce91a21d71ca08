"""Named things in a text: records, colleagues, values of the workspace's closed lists, countries, references back."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from agent.local.lexicon import concepts, countries, everyday, words_of
from agent.local.schema import Record, Vocabulary
from agent.local.words import Text, Token, tokenise


class Named(StrEnum):
    RECORD = "record"
    VALUE = "value"
    COUNTRY = "country"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named, and the tokens it stands on.

    Attributes:
        records: for RECORD, everything that fits equally well, best kind unknown.
        dimension: for VALUE, the closed list it belongs to.
        value: for VALUE the value, for COUNTRY its name, for REFERENCE the words.
        exact: spelt as the record is; a mended name never changes a record at once.
        negated: "not", "excluding" stands before it.
    """

    what: Named
    first: int
    last: int
    records: tuple[Record, ...] = ()
    dimension: str = ""
    value: str = ""
    exact: bool = True
    negated: bool = False


_LEGAL = frozenset(
    [
        "gmbh",
        "inc",
        "ltd",
        "llc",
        "ag",
        "corp",
        "corporation",
        "co",
        "company",
        "plc",
        "sa",
        "srl",
        "bv",
        "nv",
        "group",
        "holding",
        "holdings",
        "kg",
        "oy",
        "ab",
        "as",
        "spa",
        "limited",
    ]
)
_PEOPLE = frozenset({"contact", "lead", "user"})
_NEGATIONS = re.compile(r"(?:not|excluding|exclude|except|except for|without|other than|apart from|ignoring|ignore|leave out|leaving out|minus|outside|outside of|but not|non|besides|aside from|not counting|anywhere but|skip|skipping|(?:all|every|everyone|everybody|any)(?: \w+){0,2} but)(?: (?:in|for|the|from|of|any|at|anything|leads|deals|those|owned|by|belonging|to))*$")  # fmt: skip
_STAGE_BEFORE = frozenset(
    [
        "in",
        "at",
        "to",
        "into",
        "from",
        "stage",
        "stages",
        "reach",
        "reached",
        "reaching",
        "between",
        "past",
        "through",
        "beyond",
        "hit",
        "on",
        ",",
        "or",
        "and",
    ]
)
_STAGE_AFTER = frozenset(
    ["stage", "stages", "phase", "deals", "opportunities", "deal", "and", "or", "opportunity", "step"]
)
_STAGE_ALONE = frozenset(["", "only", ",", ".", "?", "!", "alone", "instead"])
"""What may stand behind a stage that opens a turn: "Negotiation only", "Proposal, I mean"."""
_NOT_A_VALUE_AFTER = frozenset(["a", "an", "my", "your", "his", "her", "their", "our", "the", "this", "that"])


def name_words(records: Iterable[Record]) -> set[str]:
    """Every word of the names and aliases, for clean-up to leave alone."""
    return {
        token.norm
        for record in records
        for name in (record.name, *record.aliases)
        for token in _tokens(name)
        if token.is_word
    }


def _tokens(name: str) -> tuple[Token, ...]:
    return tuple(
        token for token in tokenise(name).tokens if token.norm not in {"-", ".", ",", "(", ")", "'s", "&", "/"}
    )


def find_values(text: Text, vocabulary: Vocabulary) -> list[Mention]:
    """Values of the closed lists, with the words around deciding where a value is also an everyday word."""
    found: list[Mention] = []
    norms = [token.norm for token in text.tokens]
    for dimension, values in vocabulary.values.items():
        for value, others in values.items():
            for form in {value.lower(), *(other.lower() for other in others)}:
                words = tuple(token.norm for token in _tokens(form))
                for first in _occurrences(norms, words):
                    if _is_meant(text, first, first + len(words), dimension):
                        found.append(Mention(Named.VALUE, first, first + len(words), dimension=dimension, value=value))
    return _longest(found, text)


def _occurrences(norms: Sequence[str], words: tuple[str, ...]) -> list[int]:
    if not words:
        return []
    size = len(words)
    found = []
    for position in range(len(norms) - size + 1):
        last = norms[position + size - 1]
        if tuple(norms[position : position + size - 1]) == words[:-1] and last in {words[-1], words[-1] + "s"}:
            found.append(position)
    return found


_NARROWED = words_of("narrowed")
"""What a value narrows when it stands before: "our partner win rate" is the rate of the source Partner."""


def _is_meant(text: Text, first: int, last: int, dimension: str) -> bool:
    before = text.tokens[first - 1].norm if first else ""
    after = text.tokens[last].norm if last < len(text.tokens) else ""
    proper = text.tokens[first].is_capitalised and first > 0 and not text.shouted
    word = text.norm_between(first, last)
    if after in {"email", "mail", "note", "letter", "call", "covering"} and word in everyday() and dimension == "stage":
        return False
    if dimension == "stage":
        if before == "of" and first > 1 and text.tokens[first - 2].norm in {"stage", "phase", "stages"}:
            return True
        alone = first == 0 and text.tokens[first].is_capitalised and after in _STAGE_ALONE
        return alone or before in _STAGE_BEFORE or after in _STAGE_AFTER or (proper and before not in {"a", "the"})
    if word == "us":
        return text.written_between(first, last) in {"US", "U.S."}
    if word in everyday() and dimension != "product" and not proper:
        return before not in _NOT_A_VALUE_AFTER or after in _NARROWED
    return True


def _longest(found: list[Mention], text: Text) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.first - one.last, one.first)):
        clash = [other for other in kept if mention.first < other.last and other.first < mention.last]
        if not clash:
            kept.append(mention)
        elif len(clash) == 1 and (clash[0].first, clash[0].last) == (mention.first, mention.last):
            around = text.norm_between(max(mention.first - 2, 0), mention.last + 2)
            if mention.dimension.replace("_", " ") in around:
                kept[kept.index(clash[0])] = mention
    return kept


def find_countries(text: Text) -> list[Mention]:
    table = countries()
    found: list[Mention] = []
    for size in (4, 3, 2, 1):
        for first in range(len(text.tokens) - size + 1):
            words = text.norm_between(first, first + size)
            if words not in table or (words in {"us"} and text.tokens[first].raw != "US"):
                continue
            if any(first < other.last and other.first < first + size for other in found):
                continue
            found.append(Mention(Named.COUNTRY, first, first + size, value=table[words]))
    return found


def negated(text: Text, mention: Mention) -> bool:
    return bool(_NEGATIONS.search(text.norm_between(max(mention.first - 6, 0), mention.first)))


@dataclass(frozen=True, slots=True)
class _Form:
    words: tuple[str, ...]
    record: Record
    weight: int


def _forms(record: Record) -> list[_Form]:
    """The ways a record is called: in full, by alias, without its legal form, by first or last name, by first word."""
    forms: dict[tuple[str, ...], int] = {}
    for name, weight in ((record.name, 100), *((alias, 97) for alias in record.aliases)):
        words = tuple(token.norm for token in _tokens(name))
        if not words:
            continue
        forms[words] = max(forms.get(words, 0), weight)
        short = tuple(word for word in words if word not in _LEGAL)
        if short and short != words:
            forms[short] = max(forms.get(short, 0), weight - 2)
        if record.kind in _PEOPLE and len(words) > 1:
            forms.setdefault((words[0],), 90)
            forms.setdefault((words[-1],), 89)
        elif len(short) > 1:
            if len(short[0]) > 3 and short[0] not in everyday():
                forms.setdefault((short[0],), 88 if record.kind == "account" else 85)
            if len(short) > 2:
                forms.setdefault(short[:2], 87)
    return [_Form(words, record, weight) for words, weight in forms.items()]


def find_records(text: Text, records: Sequence[Record], values: Sequence[tuple[int, int]]) -> list[Mention]:
    """Records named in the text, fuzzy in spelling; equally good ones stay together for the caller to ask about.

    Args:
        values: tokens that name a value of a closed list; only a longer name is stronger.
    """
    # A dash or comma inside a name ("Acme – Pro, 40 seats") is no word of it.
    places = [place for place, token in enumerate(text.tokens) if any(map(str.isalnum, token.norm))]
    hits: list[tuple[int, int, float, bool, Record]] = []
    of_names = {word for record in records for word in _name_words(record)}
    for form in (form for record in records for form in _forms(record)):
        size = len(form.words)
        for at in range(len(places) - size + 1):
            first, last = places[at], places[at + size - 1] + 1
            window = [text.tokens[place] for place in places[at : at + size]]
            scored = _score(window, form, text, first)
            if scored is not None and not _names_another(text, last, form.record, of_names):
                hits.append((first, last, *scored, form.record))
    hits.sort(key=lambda hit: (-(hit[1] - hit[0]) * (hit[2] > 80), -hit[2], hit[0]))
    kept: list[Mention] = []
    spans: list[tuple[int, int]] = []
    for first, last, score, exact, _ in hits:
        if any(first < end and start < last for start, end in spans):
            continue
        if any(first < end and start < last and end - start >= last - first for start, end in values):
            continue
        same = {hit[4]: None for hit in hits if hit[:2] == (first, last) and hit[2] >= score - 1.5}
        kept.append(Mention(Named.RECORD, first, last, tuple(same), exact=exact))
        spans.append((first, last))
    return sorted(kept, key=lambda one: one.first)


def _name_words(record: Record) -> frozenset[str]:
    return frozenset(token.norm for name in (record.name, *record.aliases) for token in _tokens(name))


def _names_another(text: Text, last: int, record: Record, of_names: Collection[str]) -> bool:
    """Whether the name goes on with a word that this record's name lacks: "Orion Software" is not Orion Foods."""
    if last >= len(text.tokens):
        return False
    after = text.tokens[last]
    if not after.norm.isalpha() or len(after.norm) < 3 or after.norm in _name_words(record) or after.norm in _CALENDAR:
        return False
    if after.is_capitalised and not text.shouted:
        return True
    return after.norm not in _KNOWN_PLAIN and after.norm in of_names and record.kind not in _PEOPLE


def _score(window: Sequence[Token], form: _Form, text: Text, first: int) -> tuple[float, bool] | None:
    words = tuple(token.norm for token in window)
    raws = tuple(token.raw.lower() for token in window)
    if form.words in (words, raws):
        return (form.weight, True) if _may_be_a_name(window, form, text, first) else None
    total = sum(map(len, form.words))
    if total < 5 or any(word in _KNOWN_PLAIN for word in words if len(form.words) == 1):
        return None
    if any(len(word) <= _LITTLE and word in _KNOWN_PLAIN and word not in form.words for word in words):
        return None  # "has Petra got" misspells no Petra Vogt
    joined = max(("".join(words), "".join(raws)), key=lambda candidate: ratio(candidate, "".join(form.words)))
    allowed = 1 if total < 8 else 2
    distance = OSA.distance(joined, "".join(form.words), score_cutoff=allowed)
    if distance > allowed or (joined[:1] != form.words[0][:1] and distance > 1):
        return None
    return form.weight - 6 * distance, False


_LITTLE = 3
"""Up to this length a word of every day is no misspelt part of a name."""


def _may_be_a_name(window: Sequence[Token], form: _Form, text: Text, first: int) -> bool:
    """Everyday words are names only where they are written like names."""
    if len(form.words) > 1 or not all(word in _KNOWN_PLAIN for word in form.words):
        return True
    token = window[0]
    return token.is_capitalised and not text.shouted and (first > 0 or form.weight >= 97)


_CALENDAR = frozenset(name.lower() for name in (*calendar.day_name, *calendar.month_name, *calendar.day_abbr))
_KNOWN_PLAIN: frozenset[str] = everyday() | frozenset(concepts())

_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
             "5th": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "last": -1, "latter": -1,
             "top": 1, "biggest": 1, "largest": 1, "former": 1, "bottom": -1}  # fmt: skip
_ORDINAL = re.compile(
    rf"(?:the )?(?P<word>{'|'.join(_ORDINALS)})(?: (?:one|deal|lead|opportunity|account|contact|customer|person|name|company|row|item|record|entry|guy|of (?:those|these|them|the list)|on the list|in the list))"
    rf"|(?:the )(?P<word2>{'|'.join(_ORDINALS)})(?= *$| [.,;!?]| and | for | by | on | that | a | an | with | to |$)"
    r"|(?:number|no|#) ?\.? ?(?P<digit>\d{1,2})(?!\w)|(?:number) (?P<spelt>one|two|three|four|five)"
)
_SPELT = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_POINTER = re.compile(
    r"(?<!\w)(?:(?:this|that|the same|the|these|those) (?:deal|opportunity|account|lead|contact|customer|client|company|person|prospect|guy|lady|record|one|deals|leads|accounts|opportunities|customers|prospects|ones|people|companies)(?! (?:rate|source|size|stage|that|who|which|i |we |in |from |with |over ))"
    r"|(?P<plural>them all|all of them|each of them|each one|each|every one of them|every one|them|they|those|these|both of them|both|everyone on it|the lot)"
    r"|(?P<single>it|him|her|he|she|his))(?!\w)"
)


def find_references(norm: str) -> list[tuple[int, int, str, int | None]]:
    """Words that point back: (start, end, words, place in the last list or None)."""
    found: list[tuple[int, int, str, int | None]] = []
    for match in _ORDINAL.finditer(norm):
        word = match["word"] or match["word2"]
        place = _ORDINALS[word] if word else int(match["digit"]) if match["digit"] else _SPELT[match["spelt"]]
        found.append((match.start(), match.end(), match.group(), place))
    for match in _POINTER.finditer(norm):
        if all(match.end() <= start or match.start() >= end for start, end, *_ in found):
            found.append((match.start(), match.end(), match.group(), None))
    return sorted(found)
