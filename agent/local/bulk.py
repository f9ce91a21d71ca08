"""Orders about records that are not named but described: many by a condition, or one of a kind without names.

"Assign all leads in Ireland to Dana", "complete the task about the contract", "push my deals closing this week by two
weeks". A word that no rule reads is never dropped: it narrows by the text where the kind has one, else it is asked about.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.local.conditions import Kinds
from agent.local.lexicon import everyday
from agent.local.mentions import Named
from agent.local.order_values import (
    LESS,
    Values,
    ValuesOf,
    by,
    campaign,
    choice,
    emptied,
    given,
    later,
    nothing,
    opted_out,
    outcome,
    owner,
    qualified,
    stage,
    status,
    until,
)
from agent.local.pointing import Before, pointed
from agent.local.reading import Reading
from agent.local.selecting import Selected, select

_POLITE = r"^(?:(?:um|uh|er|kindly|may i ask you to|might i ask you to|i would like you to|i should like you to|would you kindly|be so kind as to|would you please|go on and|hey|hi|ok|okay|right|actually|well|fine|hm|hmm|yo|oh|please|pls|and|then|also|now|so|just|yes|go ahead and|can you|could you|would you|will you|i want to|i want you to|i would like to|i need to|i need you to|let us|lets) ?,? ?)*"
_PLEASE = r"(?: ?,? ?(?:please|pls|thanks|thank you|for me|now|then|as well|too|also|even so|anyway))*$"
_MOVES = "push|push out|push back|move|shift|slide|postpone|delay|extend|reschedule|snooze|defer|bring forward|pull in|pull forward|put off"
_MORE = "raise|increase|bump up|bump|grow|up"
_TEXT_OF = {"task": "title", "note": "body", "template": "name", "objection": "text"}
_EXCHANGES = frozenset({"interaction", "email", "call", "meeting", "sms", "whatsapp"})
NAMED_KINDS = (
    "account", "contact", "lead", "opportunity", "campaign", "product", "trainer", "course", "batch", "learner", "template",
)  # fmt: skip
"""Kinds whose records are found by name."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with which records. `values` are the tool's arguments beside them."""

    verb: str
    selected: Selected
    values: Values
    told: bool = False
    """The words tell how things are and order nothing: a person has to agree."""

    @property
    def one(self) -> bool:
        """Whether a single record is meant."""
        return not self.selected.plural


@dataclass(frozen=True, slots=True)
class _Form:
    verb: str
    pattern: re.Pattern[str]
    values: ValuesOf
    kinds: frozenset[str] = frozenset()
    told: bool = False


def ordered(reading: Reading, kinds: Kinds, held: Before) -> Order | None:
    """The order about described records; None where the words name theirs, or no rule reads them."""
    norm = reading.norm.rstrip(" .!?")
    for form in _FORMS:
        match = form.pattern.match(norm)
        if match is None:
            continue
        if _NEW_ONE.match(match["sel"]) or match["sel"].endswith((" or", " /")):
            continue
        first, last = reading.text.token_range(*match.span("sel"))
        about = reading.part(first, last)
        selected = pointed(about, held, kinds) or select(reading, kinds, first=first, last=last)
        if selected is None or not selected.kind.writable:
            continue
        selected = _as_task(selected, form, kinds)
        if form.kinds and selected.kind.kind not in form.kinds:
            continue
        values = form.values(reading, selected.kind, match)
        if values is not None and leaves_open_what(match.groupdict().get("to") or "", values):
            continue
        if values is None or not _is_described(reading, selected, first, last):
            continue
        if selected.plural and (behind := _narrows_behind(match, values)):
            return Order(form.verb, replace(selected, words=(*selected.words, behind)), values, form.told)
        if selected.records:
            return Order(form.verb, selected, values, form.told)
        return Order(form.verb, _by_text(_still_open(selected, form, values), about), values, form.told)
    return None


def orders_named(reading: Reading, kinds: Kinds) -> tuple[str, Mapping[str, Values], tuple[int, int]] | None:
    """The order about a record that is named or pointed at, by the same forms.

    Returns:
        the verb, the values for each kind that takes them, and where in the normalised text the record stands.
    """
    norm = reading.norm.rstrip(" .!?")
    for form in _FORMS:
        match = form.pattern.match(norm)
        if match is None or form.verb != "update":
            continue
        first, last = reading.text.token_range(*match.span("sel"))
        part = reading.part(first, last)
        if not (part.references or part.mentions_of(Named.RECORD)):
            continue
        # Only what has a name can be named; "it" may be anything that was spoken of.
        able = NAMED_KINDS if part.mentions_of(Named.RECORD) else tuple(kinds)
        values = {
            name: found
            for name in able
            if name in (form.kinds or able)
            and kinds[name].writable
            and (found := form.values(reading, kinds[name], match)) is not None
        }
        if values:
            return form.verb, values, match.span("sel")
    return None


def _narrows_behind(match: re.Match[str], values: Values) -> str:
    """Words behind the value that say which of many are meant ("by 10 % where it makes sense"); empty where none do."""
    said = next((match[name] for name in ("to", "by") if match.groupdict().get(name)), "")
    found = _NARROWS_BEHIND.search(said)
    text = any(isinstance(one, str) and " " in one and said.endswith(one.casefold()) for one in values.values())
    return "" if found is None or text else found[0].strip(" ,")


_NARROWS_BEHIND = re.compile(
    r"(?:,? ?(?<!\w)(?:where|wherever|when|whenever|that|which|who|whose|as far as|except|but|having|provided|unless|if)(?!\w)|, ?(?:the|those|only|just|mostly|mainly|not) ).*|(?<!\w)only$"
)


def leaves_open_what(said: str, values: Values) -> bool:
    """Whether one value was read where two were said, either of which may be meant ("to contacted or qualified")."""
    texts = [one for name, one in values.items() if isinstance(one, str) and name not in _PEOPLE]
    return bool(_EITHER.search(said)) and not any(" " in one and said.endswith(one.casefold()) for one in texts)


_PEOPLE = ("owner", "user")
_EITHER = re.compile(r"(?<!\w)(?:or|vs|versus)(?!\w)|(?<=[a-z]) ?/ ?(?=[a-z])")


def _is_described(reading: Reading, selected: Selected, first: int, last: int) -> bool:
    """Whether the record has to be looked for; one of a kind with names that is named is found by its name."""
    if selected.plural or selected.kind.kind not in NAMED_KINDS:
        return True
    named = any(
        first <= one.first < last and any(record.kind == selected.kind.kind for record in one.records)
        for one in reading.mentions_of(Named.RECORD)
    )
    return not named and selected.pick != "only" and not selected.words


def _as_task(selected: Selected, form: _Form, kinds: Kinds) -> Selected:
    """`move the call with Jane to Friday`: a call that lies ahead is a task."""
    if selected.kind.kind in ("call", "email") and form.verb == "update" and "task" in kinds and form.kinds:
        word = {"field": "title", "test": "contains", "value": [selected.kind.kind.replace("email", "mail")]}
        return replace(selected, kind=kinds["task"], where=(*selected.where, word))
    return selected


def _still_open(selected: Selected, form: _Form, values: Values) -> Selected:
    """A task or a meeting one orders something of is one that still lies ahead, unless the words say otherwise."""
    told = {str(one["field"]) for one in selected.where}
    if form.verb != "update" or "status" in told or values.get("status") == "open":
        return selected
    state = {"task": "open", "meeting": "planned"}.get(selected.kind.kind)
    if state is None or (selected.kind.kind == "meeting" and "status" not in values and "at" not in values):
        return selected
    return replace(selected, where=(*selected.where, {"field": "status", "value": [state]}))


def _by_text(selected: Selected, about: Reading) -> Selected:
    """Words nobody read, as words that the text of the record holds.

    One record is found by them or none is; of many they are taken for such words only where it is said that they are,
    or where they are no words of every day: "the old tasks" are not those whose title holds "old".
    """
    name = _TEXT_OF.get(selected.kind.kind) or ("subject" if selected.kind.kind in _EXCHANGES else "")
    if not name or selected.kind.field(name) is None or not selected.words:
        return selected
    if selected.plural and not all(_of_the_text(word, about) for word in selected.words):
        return selected
    found = [{"field": name, "test": "contains", "value": [word]} for word in selected.words if word not in _FILLERS]
    return replace(selected, where=(*selected.where, *found), words=())


def _of_the_text(word: str, about: Reading) -> bool:
    """Whether a word stands behind "about" or in quotation marks, or is a name that nobody knows."""
    topic = _TOPIC.search(about.norm)
    told = topic is not None and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", about.norm[topic.start() :]) is not None
    odd = word not in everyday() and any(not letter.isalpha() for letter in word)
    return told or odd or word in _FILLERS


_TOPIC = re.compile(
    r"(?<!\w)(?:about|regarding|re|concerning|called|titled|named|entitled|saying|mentioning|containing|that (?:say|says|mention|mentions|contain|contains)|with the (?:word|words|title)) (?!(?:how|that|what|who|which|i|we|you|nobody|no one) )"
)
_NEW_ONE = re.compile(r"(?:me |us |myself )?(?:an?|another|one more|some|new|this new|any)(?!\w)")
"""What is spoken of as one of many is not there yet, or not said which."""
_FILLERS = frozenset(
    {"re", "regarding", "concerning", "saying", "says", "called", "titled", "named", "remind", "reminding"}
)


def _form(verb: str, pattern: str, values: ValuesOf, *kinds: str, told: bool = False) -> _Form:
    return _Form(verb, re.compile(_POLITE + pattern + _PLEASE), values, frozenset(kinds), told)


_ALL = "(?P<sel>.+?)"
_FORMS: Sequence[_Form] = (
    _form("update", rf"(?:mark|set|flag|tick|check) {_ALL}(?: off)? (?:as |to )?(?:done|complete|completed|finished)", status("done"), "task"),
    _form("update", rf"(?:complete|finish|finalise|finalize|tick off|check off|cross off|mark off|close off|close out|close|wrap up) {_ALL}(?: off)?", status("done"), "task"),
    _form("update", rf"(?:i am|we are|i have|i) (?:done with|finished with|finished|completed|did|done) {_ALL}", status("done"), "task", told=True),
    _form("update", rf"(?:reopen|re open) {_ALL}", status("open"), "task"),
    _form("update", rf"(?:cancel|call off) {_ALL}", status("cancelled"), "task", "meeting"),
    _form("update", rf"(?:mark|close|set|flag|log) {_ALL} (?:as |to )?(?:closed )?(?P<end>won|lost)", outcome, "opportunity"),
    _form("update", rf"(?:move|push|advance|shift|take|put|bring|set|change|progress) {_ALL} (?:in ?to|to|at) (?P<to>.+)", stage, "opportunity"),
    _form("update", rf"(?:re ?assign|assign|give|hand over|hand|transfer|pass|route|move|switch|distribute) {_ALL} (?:over )?to (?P<to>.+)", owner),
    _form("update", rf"{_ALL} (?:go|goes|belong|belongs|should go|become|becomes|are now|move) (?:over )?(?:to )?(?P<to>.+)", owner),
    _form("update", rf"(?:put|add|enrol|move|include|enroll) {_ALL} (?:in ?to|to|in|on) (?:the )?(?:campaign )?(?P<to>.+?)(?: campaign)?", campaign, "lead"),
    # Behind a comma alone "source = Event" says which ones are meant as well as what they are to become.
    _form("update", rf"(?:for )?{_ALL} ?(?:: (?:set |change |make )?|, (?:set |change |make ))(?:the )?(?P<field>[a-z][a-z -]+?) (?:=|to|:|is|as) (?P<to>(?!.* = ).+)", given),
    _form("update", rf"(?:make|set) (?P<to>.+?) (?:the |as |as the )?owner (?:of|for|on) {_ALL}", owner),
    _form("update", rf"(?P<verb>qualify|disqualify|unqualify) {_ALL}", qualified, "lead"),
    _form("update", rf"(?:opt out|unsubscribe) {_ALL}", opted_out),
    _form("update", rf"opt {_ALL} out", opted_out),
    _form("update", rf"(?:mark|set|flag|tag|move|change|update|switch) {_ALL} (?:as|to)(?: status)? (?P<to>.+)", choice),
    _form("update", rf"(?P<verb>{_MORE}|{LESS}|{_MOVES}) (?P<field>.+?) (?:of|for|on) {_ALL} (?:out |back )?by (?P<by>.+)", by),
    _form("update", rf"(?P<verb>{_MORE}|{LESS}|{_MOVES}) {_ALL} 's (?P<field>.+?) (?:out |back )?by (?P<by>.+)", by),
    _form("update", rf"(?P<verb>add|put) (?P<by>.+?) (?:to|on|on to) (?P<field>.+?) (?:of|for|on) {_ALL}", by),
    _form("update", rf"(?P<verb>take|knock|cut) (?P<by>.+?) off (?P<field>.+?) (?:of|for|on) {_ALL}", by),
    _form("update", rf"(?P<verb>{_MORE}|{LESS}) {_ALL} (?:'s )?(?P<field>amount|value|budget|price|probability) by (?P<by>.+)", by),
    _form("update", rf"(?P<verb>{_MOVES}) {_ALL}(?: (?:out|back|forward|in))? (?P<by>(?:by |for )?(?:\d{{1,3}}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of|a few) (?:day|week|month|quarter|year|fortnight)s?(?: (?:later|earlier|out|back|forward|sooner))?)", later),
    _form("update", rf"(?:{_MOVES}|change) {_ALL}(?: (?:out|back))? (?:to|until|till|for|on) (?P<to>.+)", until, "task", "meeting", "opportunity"),
    _form("update", rf"(?:set|change|update|make|correct|fix|put|edit|switch|{_MOVES}) (?P<field>.+?) (?:of|for|on|in) {_ALL} (?:to|as|=|into) (?P<to>.+)", given),
    _form("update", rf"(?:set|change|update|put|switch) (?P<field>.+?) (?:to|as|=) (?P<to>.+?) (?:for|on|of|in) {_ALL}", given),
    _form("update", rf"(?:clear|empty|blank|remove|delete|unset|wipe) (?P<field>.+?) (?:of|for|on|from) {_ALL}", emptied),
    _form("delete", rf"(?:delete|remove|trash|archive|get rid of|bin|drop|throw away|throw out|purge|clean out|clear out|(?:tidy|clean|clear) up and (?:delete|remove)|kill|scrap|erase|nuke|wipe|zap|axe|toss|chuck|ditch|dump) {_ALL}", nothing),
    _form("delete", rf"{_ALL} (?:may|can|could|should|must|have to|has to) (?:go|be deleted|be removed)(?: away)?(?: ?,? ?(?:as well|too|also|even so|then|now|anyway))*", nothing),
    _form("restore", rf"(?:restore|bring back|undelete|recover|get back) {_ALL}", nothing),
)  # fmt: skip
