"""Known names found in a text, with the evidence an ambiguous one needs.

Longest form first. A name of several words counts wherever its words stand together; a single word that is also an
ordinary one ("Will", "Mark", "Grant") counts only with a title, with a surname, or with a capital inside a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.redaction.kinds import Kind, RecordRef, Sighting
from agent.redaction.names import UNLINKED, Form, KnownName, NameIndex, NameKind, initial_of
from agent.redaction.words import MONTHS, NEVER_ALONE, ORDINARY, TITLES, WORD, fold, listed

_GAP = re.compile(r"[ \t]{0,3}\n?[ \t]{0,3}|[ \t]?[-'_·][ \t]?|\.[ \t]?")
_COMMA = re.compile(r"\s?,\s{0,3}")
_AFTER_TITLE = re.compile(r"\.?\s{0,2}")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\r•|>\"(\[*-])\s*$")
_BEFORE_A_MONTH = listed(
    "in since by until till through during from before after last next this every each early late mid of for between "
    "on to and or end beginning start per vs"
)
_MOST_RECORDS = 8


@dataclass(frozen=True, slots=True)
class _Page:
    """The cleaned text as words."""

    text: str
    spans: list[tuple[int, int]]
    folded: list[str]

    def shown(self, i: int) -> str:
        return self.text[self.spans[i][0] : self.spans[i][1]]

    def gap(self, i: int) -> str:
        """What stands between word i and the next."""
        return self.text[self.spans[i][1] : self.spans[i + 1][0]]

    def is_capitalised(self, i: int) -> bool:
        return 0 <= i < len(self.folded) and self.shown(i)[0].isupper()


@dataclass(frozen=True, slots=True)
class _Hit:
    first: int
    last: int
    end: int
    names: list[KnownName]


def find_names(text: str, indexes: Iterable[NameIndex], *, hide_accounts: bool) -> Iterator[Sighting]:
    """Known names in cleaned text; a sighting without kind is a name to link and leave readable."""
    used = [index for index in indexes if index]
    if not used:
        return
    words = list(WORD.finditer(text))
    page = _Page(text, [word.span() for word in words], [fold(word.group()) for word in words])
    i = 0
    while i < len(words):
        hit = _best(page, i, used)
        if hit is None:
            i += 1
            continue
        sighting = _sighting(page, hit, hide_accounts=hide_accounts)
        if sighting.kind is Kind.PERSON and _is_somebody_else(page, hit, used):
            end = page.spans[hit.last + 1][1]
            sighting = Sighting(sighting.start, end, Kind.PERSON, text[sighting.start : end].casefold())
        yield sighting
        i = hit.last + 1


def _best(page: _Page, i: int, indexes: list[NameIndex]) -> _Hit | None:
    hits = [hit for index in indexes if (hit := _longest(page, i, index))]
    if not hits:
        return None
    reach = max(hit.end for hit in hits)
    longest = [hit for hit in hits if hit.end == reach]
    return _Hit(longest[0].first, longest[0].last, reach, [name for hit in longest for name in hit.names])


def _longest(page: _Page, i: int, index: NameIndex) -> _Hit | None:
    word = page.folded[i]
    reach = index.longest.get(word, 0)
    if word.endswith("s"):
        reach = max(reach, index.longest.get(word[:-1], 0))
    for length in range(min(reach, len(page.folded) - i), 0, -1):
        if hit := _at(page, i, i + length - 1, index):
            return hit
    return _over_initial(page, i, index) if reach else None


def _at(page: _Page, first: int, last: int, index: NameIndex) -> _Hit | None:
    """The names that stand exactly on words first..last; a trailing s may be a genitive without apostrophe."""
    key = " ".join(page.folded[first : last + 1])
    if names := _counting(page, first, last, index, key):
        return _Hit(first, last, page.spans[last][1], names)
    if not key.endswith("s") or len(page.folded[last]) <= 3 or key in index.forms:
        return None
    names = _counting(page, first, last, index, key[:-1])
    return _Hit(first, last, page.spans[last][1] - 1, names) if names else None


def _counting(page: _Page, first: int, last: int, index: NameIndex, key: str) -> list[KnownName]:
    return [
        index.names[position]
        for position, form in index.forms.get(key, ())
        if _counts(page, first, last, form, index.names[position])
    ]


def _counts(page: _Page, first: int, last: int, form: Form, name: KnownName) -> bool:
    if form is Form.REVERSED:
        return _counts_reversed(page, first, last)
    if not all(_joins(page, i) for i in range(first, last)):
        return False
    if name.kind is NameKind.PERSON and form is not Form.FIRST and _is_introduced(page, first, name):
        return True
    if form is Form.SURNAME:
        return False
    if first == last:
        return _counts_alone(page, first, name.kind)
    ordinary = all(page.folded[i] in ORDINARY or page.folded[i] in NEVER_ALONE for i in range(first, last + 1))
    return not ordinary or (page.is_capitalised(first) and page.is_capitalised(last))


def _counts_reversed(page: _Page, first: int, last: int) -> bool:
    """ "Doe, John", or "Doe John" with capitals."""
    gaps = [page.gap(i) for i in range(first, last)]
    if sum(_COMMA.fullmatch(gap) is not None for gap in gaps) == 1:
        return all(_COMMA.fullmatch(gap) or _GAP.fullmatch(gap) for gap in gaps)
    capitalised = all(page.is_capitalised(i) for i in range(first, last + 1))
    return capitalised and all(_joins(page, i) for i in range(first, last))


def _joins(page: _Page, i: int) -> bool:
    """Whether words i and i+1 may be one name: nothing else between them, a dot after an initial or in a login."""
    gap = page.gap(i)
    if _GAP.fullmatch(gap) is None:
        return False
    return "." not in gap or len(page.folded[i]) <= 2 or gap == "."


def _is_introduced(page: _Page, i: int, name: KnownName) -> bool:
    """Whether a title ("Ms Doe") or the person's own initial ("J. Doe") stands before a surname."""
    if i == 0 or not page.is_capitalised(i) or not _AFTER_TITLE.fullmatch(page.gap(i - 1)):
        return False
    before = page.folded[i - 1]
    if before in TITLES:
        return True
    return len(before) == 1 and page.is_capitalised(i - 1) and initial_of(name) == before


def _over_initial(page: _Page, i: int, index: NameIndex) -> _Hit | None:
    """ "Anna M. Lee" for the known "Anna Lee"."""
    if i + 2 >= len(page.folded) or len(page.folded[i + 1]) != 1 or page.folded[i + 1].isdigit():
        return None
    if not all(_joins(page, j) for j in (i, i + 1)):
        return None
    names = [
        index.names[position]
        for position, form in index.forms.get(f"{page.folded[i]} {page.folded[i + 2]}", ())
        if form is Form.FULL and index.names[position].kind is NameKind.PERSON
    ]
    return _Hit(i, i + 2, page.spans[i + 2][1], names) if names else None


def _counts_alone(page: _Page, i: int, kind: NameKind) -> bool:
    word = page.folded[i].removesuffix("s") if page.folded[i][:-1] in ORDINARY else page.folded[i]
    if i > 0 and page.folded[i - 1] in TITLES and _AFTER_TITLE.fullmatch(page.gap(i - 1)):
        return True
    if word in MONTHS and _reads_as_month(page, i):
        return False
    if len(word) <= 2 and word.isascii():
        return page.is_capitalised(i) and not page.shown(i).isupper()
    if word in ORDINARY:
        return _is_capital_inside_sentence(page, i, needs_plain_next=kind is NameKind.PERSON)
    return True


def _reads_as_month(page: _Page, i: int) -> bool:
    before = page.folded[i - 1] if i else ""
    after = page.folded[i + 1] if i + 1 < len(page.folded) else ""
    return (
        before in _BEFORE_A_MONTH or before in MONTHS or before[:1].isdigit() or after[:1].isdigit() or after in MONTHS
    )


def _is_capital_inside_sentence(page: _Page, i: int, *, needs_plain_next: bool) -> bool:
    """A capital that grammar did not ask for: inside a sentence, and not in a run of capitals such as a headline."""
    shown = page.shown(i)
    if not page.is_capitalised(i) or (shown.isupper() and len(shown) > 1):
        return False
    if i == 0 or _SENTENCE_END.search(page.text[max(0, page.spans[i][0] - 6) : page.spans[i][0]]):
        return i + 1 < len(page.folded) and (_is_person_verb(page, i + 1) or _is_possessive(page, i))
    follows_capital = i + 1 < len(page.folded) and page.is_capitalised(i + 1) and page.gap(i) == " "
    return not (needs_plain_next and follows_capital)


def _is_person_verb(page: _Page, i: int) -> bool:
    return page.folded[i] in _PERSON_VERBS and not page.is_capitalised(i)


def _is_possessive(page: _Page, i: int) -> bool:
    return page.gap(i) == "'" and page.folded[i + 1] == "s" and page.folded[i] not in MONTHS


_PERSON_VERBS = listed(
    "said says called asked asks wants wanted replied replies signed told thinks thought agreed confirmed "
    "mentioned prefers "
    "prefer likes liked joined works worked met wrote emailed phoned rang promised insists insisted hates loves "
    "is was has "
    "had left objected hesitated suggested introduced forwarded"
)


def _sighting(page: _Page, hit: _Hit, *, hide_accounts: bool) -> Sighting:
    people = [name for name in hit.names if name.kind is NameKind.PERSON]
    people = [name for name in people if name.record.kind != UNLINKED] or people
    accounts = [name for name in hit.names if name.kind is NameKind.ACCOUNT]
    start = page.spans[hit.first][0]
    if people:
        start = _start_with_initial(page, hit.first)
        return _made(page, start, hit.end, Kind.PERSON, people)
    if accounts:
        return _made(page, start, hit.end, Kind.ACCOUNT if hide_accounts else None, accounts)
    return _made(page, start, hit.end, None, hit.names)


def _is_somebody_else(page: _Page, hit: _Hit, indexes: list[NameIndex]) -> bool:
    """Whether a first name goes on with a family name nobody known has ("Anna Smith" where only Anna Lee is known)."""
    after = hit.last + 1
    if hit.first != hit.last or after >= len(page.folded) or page.gap(hit.last) != " ":
        return False
    if not page.is_capitalised(hit.first) or not page.is_capitalised(after) or len(page.folded[after]) < 3:
        return False
    in_headline = after + 1 < len(page.folded) and page.is_capitalised(after + 1) and page.gap(after) == " "
    follow = page.folded[after]
    if in_headline or page.shown(after).isupper() or follow in ORDINARY or follow in MONTHS or not follow.isalpha():
        return False
    return not any(follow in index.longest for index in indexes)


def _start_with_initial(page: _Page, first: int) -> int:
    """Where the name starts; an initial before a surname belongs to it ("J. Doe"), a title does not."""
    before = first - 1
    is_initial = before >= 0 and len(page.folded[before]) == 1 and page.is_capitalised(before)
    if is_initial and re.fullmatch(r"\.\s{0,2}", page.gap(before)):
        return page.spans[before][0]
    return page.spans[first][0]


def _made(page: _Page, start: int, end: int, kind: Kind | None, names: list[KnownName]) -> Sighting:
    records = tuple(dict.fromkeys(name.record for name in names))
    key = (
        _record_key(records[0]) if len(records) == 1 else " ".join(fold(w) for w in WORD.findall(page.text[start:end]))
    )
    return Sighting(start, end, kind, key, records if len(records) <= _MOST_RECORDS else ())


def _record_key(record: RecordRef) -> str:
    return f"{record.kind}:{record.id}"
