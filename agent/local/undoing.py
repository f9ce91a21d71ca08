"""What is to be taken back, in the words of a turn: "undo", "undo both", "take the deletion back", "revert the Swiss ones".

Only a clause of its own counts, with talk around it; an order behind it ("…, then delete the stage") is carried out after
it. What the words mean among the changes of the conversation, `agent.taking_back` decides; where that is in doubt it asks.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.local import guard
from agent.local.conditions import Kinds, field_called, narrow
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import Frame, KindCard, Undoing
from agent.local.selecting import unread

_POLITE = r"(?:(?:can|could|would|will) (?:you|u|we)(?: please| kindly)?|please|pls|kindly|just|now|then|ok|okay|no|nope|nah|oh|wait|stop|ugh|hm|hmm|sorry|so|and|but|actually|let us|let's|i want to|i want you to|i would like to|you can|you may|better|right|oops|argh|hey|well|fine|also|first|instead|we|should|must|have to|need to)"
_VERB = r"undo|undoing|revert|reverse|roll ?back|unwind|rewind|back out(?: of)?|take back|un-do"
_CLAUSE = re.compile(
    rf"(?:{_POLITE} ?)*(?:(?P<verb>{_VERB})(?: (?P<object>.+?))?|(?:take|roll|turn) (?P<held>.{{2,40}}?) back|put (?P<put>it|that|this|them|everything|all of (?:it|that|them)) back(?: (?:as|the way|how|to how|to what|where) (?:it|they|that|things) (?:was|were)(?: before)?)?)(?: (?:please|pls|again|now|then|for now|for me|straight away|immediately|thanks|right away|asap|quickly|tho|though))* ?"
)
_ALL = re.compile(
    r"(?<!\w)(?:all(?: of)?|everything|both|each|every|the lot|the whole (?:thing|lot)|the rest|the others|the remaining(?: ones)?|them|those|these|all three|all four)(?!\w)"
)
_BUT = re.compile(
    r"(?<!\w)(?:(?:all |everything |that |it |them )?(?:but|except(?: for)?|apart from|besides|other than|without|but not|only not)) (?P<kept>.+)$"
)
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "last": -1,
    "latest": -1,
    "latter": -1,
    "former": 1,
}
_DEEDS: Mapping[str, tuple[str, ...]] = {
    "delete": ("deletion", "deletions", "delete", "deleting", "deleted", "removal", "removing", "deleted ones", "cleanup", "purge"),
    "create": ("creation", "creating"),
    "merge": ("merge", "merging", "merger"),
    "restore": ("restoring", "restoration"),
}  # fmt: skip
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "stage": ("move", "moving", "stage", "stage change", "stage move"),
    "owner": ("assignment", "assignments", "reassignment", "handover", "hand over", "transfer", "owner", "owner change", "reassigning"),
    "name": ("rename", "renaming", "new name"),
    "amount": ("raise", "increase", "price change", "amount", "discount"),
    "status": ("status", "status change"),
}  # fmt: skip
_LITTLE = words_of("narrows_nothing") | words_of("talk") | words_of("undoes_nothing")  # fmt: skip
_MARKS = frozenset({".", "!", "?", ";", ",", ":", "-", "…", ")", "("})
_CONDITIONAL = re.compile(r"^(?:if|unless|in case|when|once|until|should|before|after)(?!\w)")
_ORDERS = (words_of("crm_orders") | words_of("starters") | words_of("moves") | words_of("orders")) - {
    "no", "wait", "what", "which", "who", "how", "when", "is", "are", "it", "that", "check", "look", "need", "call", "email", "mail", "let",
}  # fmt: skip
_SKIPPED = frozenset(
    {
        "then",
        "and",
        "please",
        "pls",
        "also",
        "instead",
        "just",
        "now",
        "afterwards",
        "can",
        "could",
        "you",
        "would",
        "rather",
    }
)


def undoing(reading: Reading, kinds: Kinds, frames: Sequence[Frame]) -> tuple[Undoing, Reading | None] | None:
    """What a turn takes back, and the words of what is ordered after it; None where it takes nothing back."""
    cut = list(pieces(reading))
    found = [(place, match) for place, piece in enumerate(cut) if (match := _taken(piece))]
    if len(found) != 1 or reading.content & set(range(len(reading.text.tokens))):
        return None
    place, match = found[0]
    if any(_CONDITIONAL.match(piece.norm) or begins_order(piece) for piece in cut[:place]):
        return None
    behind = next((at for at, piece in enumerate(cut[place + 1 :], start=place + 1) if begins_order(piece)), None)
    if any(_CONDITIONAL.match(piece.norm) for piece in cut[place + 1 :]):
        return None
    said = match["object"] or match["held"] or match["put"] or ""
    rest = None if behind is None else _from(reading, cut[behind])
    return _meant(cut[place], said.strip(), kinds, frames), rest


_CALLS_OFF = re.compile(
    rf"(?<!\w)(?:{_VERB}|scratch|forget|erase|cancel|withdraw|scrap|drop|delete|remove|never ?mind|call off|bin|nix|void|kill|ditch|take (?:it|that|this|them) back|lose|get rid of|do away with|take out|strike|leave (?:it|that))(?!\w)(?P<object>.*)"
)


_NOT = re.compile(r"(?<!\w)(?:not|never|nobody|no one|without)(?!\w)")


def calls_off(reading: Reading, kinds: Kinds, frames: Sequence[Frame]) -> Undoing | None:
    """What short words call off without saying more than which change it was ("sorry, erase that")."""
    if guard.is_question(reading) or guard.is_ban(reading):
        return None
    cut = list(pieces(reading))
    if any(_CONDITIONAL.match(piece.norm) for piece in cut):
        return None
    for piece in cut:
        match = _CALLS_OFF.search(piece.norm)
        if match is not None and not _NOT.search(piece.norm[: match.start()]):
            found = _what(piece, match["object"].strip(" .,!?"), kinds, frames)
            return None if found.words else found
    return None


def _taken(piece: Reading) -> re.Match[str] | None:
    return _CLAUSE.fullmatch(piece.norm.strip(" ,.!?"))


def pieces(reading: Reading) -> Iterator[Reading]:
    """The turn cut at its marks, and before an "and" or "then" behind which another order begins."""
    start = 0
    tokens = reading.text.tokens
    for place, token in enumerate(tokens):
        joins = token.norm in ("and", "then", "&", "+", "n") and _order_at(reading, place + 1)
        if token.norm in _MARKS or joins:
            if start < place:
                yield reading.part(start, place)
            start = place if joins else place + 1
    if start < len(tokens):
        yield reading.part(start, len(tokens))


def _order_at(reading: Reading, place: int) -> bool:
    words = [token.norm for token in reading.text.tokens[place : place + 3] if token.norm not in _SKIPPED]
    return bool(words) and words[0] in _ORDERS


def begins_order(piece: Reading) -> bool:
    """Whether a piece begins with the verb of another order; one that takes something back is none."""
    words = [token.norm for token in piece.text.tokens if token.is_word and token.norm not in _SKIPPED]
    return bool(words) and words[0] in _ORDERS and not _taken(piece)


def _from(reading: Reading, piece: Reading) -> Reading:
    """The reading from a piece on, without the words that join it to what stands before."""
    first = next(at for at, token in enumerate(reading.text.tokens) if token.start == piece.text.tokens[0].start)
    while reading.text.tokens[first].norm in ("and", "then", "&", "+", "n", "also"):
        first += 1
    return reading.part(first, len(reading.text.tokens))


def _meant(piece: Reading, said: str, kinds: Kinds, frames: Sequence[Frame]) -> Undoing:
    if but := _BUT.search(said):
        kept = _what(piece, but["kept"], kinds, frames)
        return Undoing(every=True, but=kept)
    return _what(piece, said, kinds, frames)


def _what(piece: Reading, said: str, kinds: Kinds, frames: Sequence[Frame]) -> Undoing:
    """The deeds, kinds, fields and places that the words speak of, and the words that say more than those."""
    left = f" {said} "
    deeds, left = _out_of(left, _DEEDS)
    fields, left = _out_of(left, _FIELDS)
    spoken, left = _kinds_in(left, kinds)
    places = tuple(_ORDINALS[word] for word in left.split() if word in _ORDINALS and _is_a_place(word, said))
    every = bool(_ALL.search(said))
    words = tuple(word for word in re.findall(r"[^\W_]+", left) if word not in _LITTLE and word not in _ORDINALS)
    more = {name.name for word in words for kind in kinds.values() if (name := field_called(word, kind)) is not None}
    if more and not fields:
        fields, words = tuple(sorted(more)), tuple(one for one in words if not _is_field(one, kinds))
    found = Undoing(every, "both" in said.split(), places, deeds, spoken, fields, words)
    return _by_conditions(found, piece, kinds, frames) if words else found


def _is_field(word: str, kinds: Kinds) -> bool:
    return any(field_called(word, kind) is not None for kind in kinds.values())


def _is_a_place(word: str, said: str) -> bool:
    """Whether an ordinal counts changes: "the last change" is simply the last."""
    return not (
        word in ("last", "latest")
        and compiled(rf"(?<!\w){word} (?:change|changes|edit|step|action|thing|move)").search(said)
    )


def _out_of(text: str, table: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], str]:
    found: list[str] = []
    for name, words in table.items():
        for word in sorted(words, key=len, reverse=True):
            plain = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text)
            if plain != text:
                found.append(name)
                text = plain
    return tuple(dict.fromkeys(found)), text


def _kinds_in(text: str, kinds: Kinds) -> tuple[tuple[str, ...], str]:
    found: list[str] = []
    for length, noun, name in sorted(
        ((len(noun), noun.lower(), kind.kind) for kind in kinds.values() for noun in kind.nouns), reverse=True
    ):
        plain = re.sub(rf"(?<!\w){re.escape(noun)}(?!\w)", " ", text)
        if plain != text and length:
            found.append(name)
            text = plain
    return tuple(dict.fromkeys(found)), text


def _by_conditions(said: Undoing, piece: Reading, kinds: Kinds, frames: Sequence[Frame]) -> Undoing:
    """`the Swiss ones`: the change that was ordered of records that meet the same conditions."""
    for frame in reversed(frames):
        kind = _kind_of(frame, kinds)
        where = frame.arguments.get("where") or ()
        if kind is None or not where:
            continue
        found = narrow(piece, kind, kinds)
        spans = [(one.start, one.end) for one in found]
        words = [word for word in unread(piece, spans) if word in said.words]
        named = piece.mentions_of(Named.RECORD)
        if found and not words and not named and all(_holds(dict(one.condition), where) for one in found):
            return replace(said, words=(), order=frame)
    return said


def _kind_of(frame: Frame, kinds: Kinds) -> KindCard | None:
    verb, _, plural = frame.tool.partition("_")
    several = verb in ("update", "delete", "restore")
    return next((one for one in kinds.values() if several and one.plural == plural), None)


def _holds(condition: Mapping[str, Any], where: Sequence[Mapping[str, Any]]) -> bool:
    return any(one["field"] == condition["field"] and one.get("value") == condition.get("value") for one in where)
