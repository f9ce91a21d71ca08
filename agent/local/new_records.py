"""New records of any kind as people order them: "new lead Gary Stubbs, Stubbs Haulage, 07700 900611, met at an event"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from agent.local.lexicon import everyday
from agent.local.made import About, Creation, stripped, written_at
from agent.local.mentions import Named
from agent.local.new_details import company_in, details, job_begins, linked, role_in
from agent.local.reading import Reading
from agent.local.schema import KindCard
from agent.local.selecting import singular

_STEP = re.compile(r"^(?:(?:step|point|no|number)? ?\d{1,2} ?[:.)] ?)?")
_NEW = re.compile(
    r"^(?:(?:create|add|make|do|set up|open(?= (?:up )?(?:a|an|another|the)(?!\w))|register|enter|log|record|put in|put|insert|lay on|start|book|schedule|plan|give|get|enrol|enroll|i have|i have got|i got|we have|we have got|we got|we want|we need|as(?= (?:an? |the |our |my )?[a-z]+)|there is|there 's|i want|i need|i would like|i should like|let us have|found|met)(?: (?:me|us))?(?: (?:up|in|down))?(?: (?:a|an|the|another|one|two|new|brand new|pipeline|also|as|and))*|(?:a |an |another |brand )?new|another|an?(?= [a-z]+(?: [a-z]+)? (?:for|at|with|there|here|over|worth|called|named)(?!\w))) (?P<rest>.+)$"
)
_BARE = re.compile(r"^an? ")
_SEVERAL = re.compile(
    r"^(?:create|add|make|set up|open|register|enter|new|put in|i have|we have)(?: (?:me|us|the following|these|two|three|four|five|six|\d|some|several|new|more))* (?P<rest>.+)$"
)
_EACH = re.compile(r",? ?(?:with |all )?(?P<said>[^,;']+?) each ?\.?$")
_TELLS = re.compile(r"^(?:i have|i have got|i got|we have|we have got|we got|there is|there 's|found|met)(?!\w)")
_AS = re.compile(
    r"^(?:create|add|enter|register|save|put) (?P<name>[^,:]+?) (?:in )?as (?:a |an |our )?(?:new )?(?P<rest>.+)$"
)
_OF_COMPANY = re.compile(r"(?<=\w )(?:of|from|at) (?=\S)")
_CALLED = re.compile(
    r"^(?: ?(?:please|there|here|is |called|named|by the name of|name is|name|whose name is|titled|:|,|-|!|=|\.)(?!\w))+ ?"
)
_NAME_ENDS = re.compile(
    r" ?(?:[,;:(!?]|\.(?= |$)|(?<!\w)(?:at|for|from|of|with|worth|in|into|closing|closes|close|due|who|whose|which|on|starting|she|he|they|email|mail|phone|mobile|tel|telephone|code|channel|her|his|and|under|to|as|by|title|number|amount|source|speciality|cat|category|response|subject|body|language|position|industry|country|branch|employees|seats|budget|is|it|that|that's|until|till|family|list price|price|name)(?!\w)|(?<=\w )\S+@|(?<=\w )[$€£+]? ?\d)"
)
_QUOTED = re.compile(r"['\"“‘’]([^'\"”“\n]{1,120})['\"”’]")
_NAMED_LATER = re.compile(
    r"(?<!\w)(?<!no )(?:(?:her|his|their|the|its) (?:full )?name(?: is|'s|:| =)|(?:called|named|call (?:it|him|her|them)|name (?:it|him|her)?|by the name of|goes by)) ?:? ?(?=\S)"
)
_COLON = re.compile(r"[^,;.:]{1,60}: ?")
_PEOPLE = frozenset({"contact", "lead", "learner"})
_TELL_WHO = {"first_name", "last_name", "company", "email", "phone"}
_PERSONS = ("first_name", "last_name")
_NAMELESS = frozenset({"quota", "enrolment", "campaign_member", "objection_use"})
_NOT_MADE_SO = frozenset({"note", "task", "call", "email", "sms", "whatsapp", "interaction", "meeting"})
"""Kinds with words of their own."""
_HONORIFICS = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|prof|herr|frau|señora?|sra?|mme|madame|monsieur|signora?|doña?)\.? )+", re.IGNORECASE
)
_THERE = re.compile(r"(?<!\w)there(?! (?:is|are|'s|was)(?!\w))(?!\w)")
_PARENTS = ("account", "course", "campaign", "contact", "lead")
_HAS_PARENT = frozenset({"contact", "opportunity", "batch"})


def new_record(
    reading: Reading, kinds: Mapping[str, KindCard], *, about: About, whole: Reading | None = None
) -> Creation | None:
    """The new record that a clause orders; None where it orders none, or says nothing of it.

    Args:
        about: which record words mean that point back or name nothing.
        whole: what the turn told before and the clause, where it points back at that.
    """
    if whole is not None:
        return _of_story(reading, kinds, about, whole)
    norm, begins = stripped(reading)
    if step := _STEP.match(norm):
        norm, begins = norm[step.end() :], begins + step.end()
    if match := _AS.match(norm):
        kind, _ = _noun_at(match["rest"], kinds)
        if kind is not None and not _names_one(reading, (begins + match.start("name"), begins + match.end("name"))):
            at = _OF_COMPANY.search(match["name"]) if kind.kind in _PEOPLE else None
            ends = begins + match.start("name") + (at.start() if at else len(match["name"]))
            name = written_at(reading, begins + match.start("name"), ends)
            return _made(reading, kind, name, ends if at else begins + match.start("rest"), about)
    match = _NEW.match(norm)
    if match is not None:
        return _ordered(reading, kinds, about, norm, begins, match)
    return _labelled(reading, kinds, about, norm, begins)


def new_records_in(reading: Reading, kinds: Mapping[str, KindCard], *, about: About) -> list[Creation]:
    """The new records of a list: "two batches for it: 'Jan' starting 19 January and 'Feb' starting 16 February"."""
    norm, begins = stripped(reading)
    match = _SEVERAL.match(norm)
    kind, length = _noun_at(match["rest"], kinds, plural=True) if match else (None, 0)
    if match is None or kind is None or (colon := _COLON.match(match["rest"][length:])) is None:
        return []
    start = begins + match.start("rest") + length + colon.end()
    each = _EACH.search(reading.norm)
    made = [_row(reading, kind, span, each, about) for span in _rows(reading, start)]
    found = [one for one in made if one is not None]
    return found if len(found) == len(made) > 1 else []


def _rows(reading: Reading, start: int) -> list[tuple[int, int]]:
    """Where the rows of a list stand: each begins with a quoted name, else each is a line or a piece up to a semicolon."""
    tokens, first = reading.text.tokens, reading.text.token_range(start, start + 1)[0]
    quoted = [one for one in range(first, len(tokens)) if _opens(reading, one)]
    if quoted and quoted[0] <= first:
        bounds = [*quoted, len(tokens)]
        return list(itertools.pairwise(bounds))
    cuts = [one for one in range(first, len(tokens)) if tokens[one].norm in (";", "•") or _new_line(reading, one)]
    bounds = [first, *cuts, len(tokens)]
    return [(one, other) for one, other in itertools.pairwise(bounds) if other - one > 1] if cuts else []


_MARKS = frozenset({"'", '"', "“", "‘"})


def _opens(reading: Reading, place: int) -> bool:
    """Whether a quoted name begins at a token."""
    tokens, written = reading.text.tokens, reading.text.written
    start = tokens[place].start
    before = place == 0 or tokens[place - 1].end < start
    return before and written[start] in _MARKS and written[start + 1 : start + 2].isalnum()


def _new_line(reading: Reading, place: int) -> bool:
    tokens = reading.text.tokens
    return place > 0 and "\n" in reading.text.written[tokens[place - 1].end : tokens[place].start]


def _row(
    reading: Reading, kind: KindCard, span: tuple[int, int], each: re.Match[str] | None, about: About
) -> Creation | None:
    row = reading.part(*span)
    begins = len(row.norm) - len(row.norm.lstrip(" ;•-*"))
    name, ends = _name(row, begins, kind, said_to_be=True)
    made = _made(row, kind, name, ends, about) if name else None
    if made is None:
        return None
    values = dict(made.arguments)
    if each is not None:
        rest = reading.part(*reading.text.token_range(*each.span("said")))
        values = dict(details(rest, kind, values)) | values
    _parents(reading, kind, values, about)
    return replace(made, arguments=values)


def _ordered(
    reading: Reading, kinds: Mapping[str, KindCard], about: About, norm: str, begins: int, match: re.Match[str]
) -> Creation | None:
    kind, length = _noun_at(match["rest"], kinds)
    if kind is None or (_TELLS.match(norm) and " new " not in norm[: match.start("rest") + 1]):
        return None
    name, ends = _name(reading, begins + match.start("rest") + length, kind)
    if not name and (colon := _COLON.match(reading.norm[ends:])):
        name, ends = _name(reading, ends + colon.end(), kind, said_to_be=True)
    if not name and (later := _NAMED_LATER.search(reading.norm, ends)):
        name, _ = _name(reading, later.end(), kind, said_to_be=True)
    made = _made(reading, kind, name, ends, about)
    return _told(made) if _BARE.match(norm) and not norm.startswith(("a new ", "an new ")) else made


def _labelled(reading: Reading, kinds: Mapping[str, KindCard], about: About, norm: str, begins: int) -> Creation | None:
    """`Account Halcyon Ferries, Ireland, Logistics`: a row of a form, which a person has to agree to."""
    kind, length = _noun_at(norm, kinds)
    if (
        kind is None
        or not _is_written(reading, begins, length)
        or not re.match(r" [\w'\"“‘$€£](?!s )", norm[length:])
        or kind.kind in _NAMELESS
    ):
        return None
    begins += length
    name, ends = _name(reading, begins, kind)
    first = reading.text.token_range(begins + 1, begins + 2)[0]
    quoted = (
        reading.text.written[reading.text.tokens[first].start :][:1] in "'\"“‘"
        if first < len(reading.text.tokens)
        else False
    )
    told_apart = name and (quoted or reading.text.tokens[first].is_capitalised or kind.kind in _PEOPLE)
    rest = reading.norm[ends:].strip(" .")
    known = _names_one(reading, (begins, ends))
    if kind.kind == "opportunity" and not name and reading.amounts:
        return _told(_made(reading, kind, "", begins, about))
    if not told_apart or known or not rest or _SAYS_MORE.match(rest):
        return None
    return _made(reading, kind, name, ends, about)


def _is_written(reading: Reading, begins: int, length: int) -> bool:
    """Whether the label stands there as it is spelt: a colleague called Leah begins no row of a lead."""
    first, last = reading.text.token_range(begins, begins + length)
    return reading.text.written_between(first, last).lower() == reading.norm[begins : begins + length]


_SAYS_MORE = re.compile(r"^(?:is|are|was|has|should|to|goes|becomes|needs|wants)(?!\w)")


def _told(made: Creation | None) -> Creation | None:
    return replace(made, told=True) if made else None


_ADDS_HER = re.compile(
    r"^(?:add|create|put|enter|save|register|log|make|set up|get)(?: up)? (?:her|him|them|it|that|this|this one|that one)(?: (?:in|down|up|to|into))?(?: (?:the|our|my) (?:crm|system|list|contacts|leads))?(?: (?:in|down))?(?: ?as (?:a |an |our |another )?(?:new )?(?P<rest>.+))?(?: please| pls| for me)*$"
)
_MAKES_OF_IT = re.compile(
    r"^(?:make|create|open|add|set up|start|enter|log|put in)(?: me| us)?(?: (?:a|an|the|new|another))* (?P<rest>[a-z]+(?: [a-z]+)?)(?: (?:for|of|from|out of|on|about|with) (?:it|this|that|them|him|her|those)| accordingly| then)(?!\w)"
)


def points_back(reading: Reading) -> bool:
    """Whether a clause has a record made of what was told before it: "can you add her", "make a deal for it"."""
    norm, _ = stripped(reading)
    return bool(_ADDS_HER.match(norm) or _MAKES_OF_IT.match(norm))


def _of_story(reading: Reading, kinds: Mapping[str, KindCard], about: About, whole: Reading) -> Creation | None:
    norm, _ = stripped(reading)
    match = _ADDS_HER.match(norm) or _MAKES_OF_IT.match(norm)
    if match is None:
        return None
    kind = _noun_at(match["rest"], kinds)[0] if match["rest"] else _kind_told(whole, kinds)
    if kind is None:
        return None
    later = _NAMED_LATER.search(whole.norm)
    name, _ = _name(whole, later.end(), kind, said_to_be=True) if later else ("", 0)
    return _made(whole, kind, name, 0, about) if name or kind.kind == "opportunity" else None


_TOLD_KINDS = (
    (re.compile(r"(?<!\w)(?:lead|prospect)(?!\w)"), "lead"),
    (
        re.compile(
            r"(?<!\w)(?:contact|new (?:person|colleague|guy|woman|man|lady|face|buyer|manager|head)|joined|started at|works (?:at|for))(?!\w)"
        ),
        "contact",
    ),
    (re.compile(r"(?<!\w)(?:company|account|firm|customer)(?!\w)"), "account"),
)


def _kind_told(story: Reading, kinds: Mapping[str, KindCard]) -> KindCard | None:
    return next((kinds[name] for pattern, name in _TOLD_KINDS if name in kinds and pattern.search(story.norm)), None)


def _noun_at(rest: str, kinds: Mapping[str, KindCard], *, plural: bool = False) -> tuple[KindCard | None, int]:
    fits = [
        (len(noun), kind)
        for kind in kinds.values()
        if kind.writable and kind.kind not in _NOT_MADE_SO
        for noun in kind.nouns
        if noun
        and (singular(noun, kind) == noun) is not plural
        and re.match(rf"{re.escape(noun.lower())}(?![\w'])", rest)
    ]
    if not fits:
        return None, 0
    length, kind = max(fits, key=lambda one: one[0])
    return kind, length


def _names_one(reading: Reading, span: tuple[int, int]) -> bool:
    """Whether the words name a record that is there already."""
    first, last = reading.text.token_range(*span)
    return any(first <= one.first and one.last <= last for one in reading.mentions_of(Named.RECORD))


def _name(reading: Reading, begins: int, kind: KindCard, *, said_to_be: bool = False) -> tuple[str, int]:
    """The name of the new record, and where in the cleaned-up text what is said of it begins."""
    norm = reading.norm.rstrip(" .!?")
    if kind.kind in _NAMELESS:
        return "", begins
    written = _written_name(reading, begins) if kind.kind in _PEOPLE else None
    if written is not None:
        return written
    called = _CALLED.match(norm[begins:])
    if called:
        begins += called.end()
        said_to_be = said_to_be or bool(re.search(r"called|named|name", called[0]))
    tokens = reading.text.tokens
    first = reading.text.token_range(begins + (norm[begins : begins + 1] == " "), begins + 2)[0]
    start = tokens[first].start if first < len(tokens) else len(reading.text.written)
    if quoted := _QUOTED.match(reading.text.written, start):
        last = next((place for place, token in enumerate(tokens) if token.end >= quoted.end()), first)
        return quoted[1].strip(), reading.text.span(first, last + 1)[1]
    rest = norm[begins:]
    offset = len(rest) - len(rest.lstrip())
    end = _NAME_ENDS.search(rest, offset)
    stop = _before_values(reading, begins + offset, begins + (end.start() if end else len(rest)))
    name = written_at(reading, begins + offset, stop)
    if re.match(r"[$€£]?\d", name) and not said_to_be:
        return "", begins
    if kind.kind in _PEOPLE and (words := name.split()):
        name, stop = _person(reading, name, words, begins + offset, stop)
    # "new lead count this month" names nobody: a name has a word that is none of every day.
    if not said_to_be and all(word in everyday() for word in re.findall(r"[^\W_]+", name.lower())):
        return "", begins
    return name, stop


_NO_NAME = frozenset({"for", ":", "is", "called", "named", "please"})
_FULL_NAME, _LONGEST_NAME = 2, 3


def _written_name(reading: Reading, begins: int) -> tuple[str, int] | None:
    """First and last name of a person by their capitals, be they words of every day ("lead Mark Price from …").

    None where the general rules read a name as well, or where what is written so is a record, a country or a job.
    """
    tokens = reading.text.tokens
    first = reading.text.token_range(begins + (reading.norm[begins : begins + 1] == " "), begins + 2)[0]
    while first < len(tokens) and tokens[first].norm in _NO_NAME:
        first += 1
    last = first
    while last < len(tokens) and tokens[last].is_word and tokens[last].is_capitalised and last not in reading.content:
        last += 1
    plain = not any(one.first < last and first < one.last for one in reading.mentions)
    if reading.text.shouted or not plain or not _FULL_NAME <= last - first <= _LONGEST_NAME:
        return None
    words = [token.norm for token in tokens[first:last]]
    names = job_begins(["", "", *words]) == len(words) + _FULL_NAME
    return (reading.text.written_between(first, last), reading.text.span(first, last)[1]) if names else None


def _before_values(reading: Reading, start: int, stop: int) -> int:
    """A name ends before a country or an industry in small letters: "Tern Bakeries uk"."""
    first, last = reading.text.token_range(start, stop) if stop > start else (0, 0)
    for mention in reading.mentions:
        behind = mention.what in (Named.VALUE, Named.COUNTRY) and first < mention.first < last
        if behind and not reading.text.tokens[mention.first].is_capitalised:
            return min(stop, reading.text.span(mention.first, mention.last)[0])
    return stop


def _person(reading: Reading, name: str, words: list[str], start: int, stop: int) -> tuple[str, int]:
    plain = _HONORIFICS.sub("", name)
    titles = len(words) - len(plain.split())
    count = titles + job_begins([word.lower() for word in plain.split()])
    if count < len(words):
        first = reading.text.token_range(start, stop)[0]
        stop = reading.text.span(first, first + count)[1]
        name = written_at(reading, start, stop)
    return name, stop


def _made(reading: Reading, kind: KindCard, name: str, begins: int, about: About) -> Creation | None:
    begins += len(reading.norm[begins:]) - len(reading.norm[begins:].lstrip())
    first, last = reading.text.token_range(begins, begins + 1)[0], len(reading.text.tokens)
    rest = reading.part(first, last) if first < last else reading.part(last, last)
    values = dict(_named(kind, name, shouted=reading.text.shouted)) | dict(linked(reading, kind))
    values |= {field: value for field, value in details(rest, kind, values) if field not in values}
    if kind.kind == "lead" and "company" not in values and (company := company_in(rest)):
        values["company"] = company
        if str(values.get("account", {}).get("name", "")).lower() != company.lower():
            values.pop("account", None)
    if kind.kind == "contact" and "title" not in values and (role := role_in(rest)):
        values["title"] = role
    assumed = _parents(reading, kind, values, about)
    if kind.kind == "opportunity" and "name" not in values and "account" in values:
        values["name"], assumed = _usual_name(values), True
    telling = {one for one in values if one not in _PARENTS} if kind.kind not in _NAMELESS else values
    if kind.kind in _PEOPLE:
        telling = {*values} & _TELL_WHO
    if not telling:
        return None
    kept = " ".join(str(one) for one in values.values())
    quoted = bool(reading.content) and _content(reading) in kept
    return Creation(f"create_{kind.kind}", kind.area, values, told=assumed, quotes=quoted)


def _content(reading: Reading) -> str:
    """What is quoted; where it is the value of a field, it orders nothing."""
    places = sorted(reading.content)
    return reading.text.written_between(places[0], places[-1] + 1).strip(" .\n“”\"'")


def _parents(reading: Reading, kind: KindCard, values: dict[str, Any], about: About) -> bool:
    """Fills in what the record belongs to where the words only point at it. Whether nothing even points at it."""
    pointed = bool(reading.references or _THERE.search(reading.norm))
    if not (pointed or kind.kind in _HAS_PARENT):
        return False
    for name in _PARENTS:
        field = kind.field(name)
        if field is None or name in values or name == kind.kind or (name != "account" and kind.kind not in ("batch",)):
            continue
        if (found := about(reading, (name,))) is not None:
            values[name] = found.as_argument()
            return not pointed and not found.id.startswith("@")
    return False


def _usual_name(values: Mapping[str, Any]) -> str:
    """A deal that nobody named is called by its customer and what it is about."""
    about = values.get("product")
    said = f" – {about}" if isinstance(about, str) else ""
    return f"{values['account']['name']}{said}"


_COMPANY_FORM = re.compile(
    r"(?<= )(?:ltd|limited|llc|llp|inc|plc|gmbh|ag|kg|bv|b\.v|nv|sa|s\.a|srl|spa|oy|ab|pty)\.?$", re.IGNORECASE
)


def _named(kind: KindCard, name: str, *, shouted: bool) -> Iterator[tuple[str, Any]]:
    name = _HONORIFICS.sub("", name).strip()
    if not name:
        return
    if kind.kind == "lead" and _COMPANY_FORM.search(name):
        yield "company", name
        return
    if set(kind.title) >= set(_PERSONS):
        first, _, last = (name.title() if shouted or name.islower() else name).partition(" ")
        if last:
            yield "first_name", first
        yield "last_name", last or first
        return
    title = next(
        (one for one in kind.title if (field := kind.field(one)) and field.type in ("text", "long_text")), None
    )
    if title:
        yield title, name
