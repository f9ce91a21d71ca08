"""One turn may hold several requests: where they are cut, and which words only dress another one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.local.lexicon import words_of
from agent.local.periods import MONTHS
from agent.local.reading import Reading
from agent.local.task_order import orders_task

_HARD = frozenset({".", "!", "?", ";", "+"})


def dials(reading: Reading, position: int) -> bool:
    """Whether a plus begins a phone number: digits stand right behind it."""
    tokens = reading.text.tokens
    if tokens[position].norm != "+" or position + 1 >= len(tokens):
        return False
    return tokens[position + 1].start == tokens[position].end and tokens[position + 1].norm[:1].isdigit()


_STARTERS = words_of("starters")
_ORDERS = words_of("orders")
_COPULAS = frozenset({"is", "are", "be"})
_SKIPPED = words_of("skipped")
_ASKING = words_of("asking")
_NOUN_HEADS = words_of("noun_heads")
_LINKS = (
    ("and", "then"),
    ("and", "also"),
    ("after", "that"),
    ("as", "well", "as"),
    ("and",),
    ("then",),
    ("also",),
    ("plus",),
    (",",),
    ("&",),
    ("afterwards",),
    ("-",),
    (":",),
)
_IF = re.compile(r"^(?:only )?(?:if|in case|unless|should) (?!i |we |you )")
_NOT_A_CUT = re.compile(r"(?:between|both) (?:\S+ ){1,4}$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens from `first` up to, not including, `last`. `hard` chunks begin a sentence.

    `condition` is the "if" before the order, in the person's words; the order itself begins at token `main`.
    """

    first: int
    last: int
    hard: bool
    condition: str = ""
    main: int = -1

    @property
    def start(self) -> int:
        return self.main if self.main >= 0 else self.first


def chunks(reading: Reading) -> list[Chunk]:
    """The pieces that may be requests of their own."""
    tokens = reading.text.tokens
    cuts: list[tuple[int, int, bool]] = [(0, 0, True)]  # (end of the piece before, start of the next, hard)
    position = 0
    while position < len(tokens):
        norm = tokens[position].norm
        if position in reading.content or _inside_name(reading, position):
            position += 1
        elif length := _numbering(reading, position):
            cuts.append((position, position + length, True))
            position += length
        elif _dates(reading, position):
            position += 1
        elif norm in _HARD and not dials(reading, position):
            after = position + 1
            while after < len(tokens) and tokens[after].norm in _HARD:
                after += 1
            cuts.append((after if norm == "?" else position, after, True))
            position = after
        elif (
            position > 0
            and "\n" in reading.text.written[tokens[position - 1].end : tokens[position].start]
            and cuts[-1][1] < position
        ):
            cuts.append((position, position, True))
            position += 1
        elif length := _soft_cut(reading, position):
            cuts.append((position, position + length, False))
            position += length
        else:
            position += 1
    found = []
    for place, (_, first, hard) in enumerate(cuts):
        last = cuts[place + 1][0] if place + 1 < len(cuts) else len(tokens)
        if last > first:
            found.append(Chunk(first, last, hard))
    return _with_conditions(reading, found)


def _dates(reading: Reading, position: int) -> bool:
    """Whether the stop belongs to a date ("the 3. December")."""
    tokens = reading.text.tokens
    return (
        tokens[position].norm == "."
        and 0 < position < len(tokens) - 1
        and tokens[position - 1].norm.isdigit()
        and tokens[position + 1].norm in MONTHS
    )


def _numbering(reading: Reading, position: int) -> int:
    """How many tokens of a list mark stand here: `(1)`, `2)`, a new line; 0 for none."""
    tokens = reading.text.tokens
    norms = tuple(token.norm for token in tokens[position : position + 3])
    if norms[:1] == ("(",) and len(norms) == 3 and norms[1].isdigit() and norms[2] == ")":
        return 3
    if norms[:1] and norms[0] in {"part", "question", "thing", "number"} and len(norms) > 1 and norms[1] in _COUNTED:
        return 2
    if norms[0] in _COUNTED and len(norms) > 1 and norms[1] in _STARTERS and not _is_told_apart(reading, position):
        return 1
    starts_line = position > 0 and "\n" in reading.text.written[tokens[position - 1].end : tokens[position].start]
    fresh = starts_line or position == 0
    if fresh and len(norms) > 1 and norms[0].isdigit() and norms[1] in {")", ".", ":"}:
        return 2
    if starts_line and norms[0] in {"-", "*", "•"}:
        return 1
    return 0


_FIGURES = frozenset(["one", "two", "three", "1", "2", "3"])
_COUNTED = _FIGURES | {"first", "second", "third", "firstly", "secondly", "thirdly"}
_BEFORE_COUNTED = frozenset(["", ",", ".", ":", "and", "then", "things", "so", "questions"])


def _is_told_apart(reading: Reading, position: int) -> bool:
    """`the first call`, `one deal`: a word that counts something and does not number a request."""
    before = reading.text.tokens[position - 1].norm if position else ""
    here = reading.text.tokens[position].norm
    return here in _FIGURES or before not in _BEFORE_COUNTED


def _inside_name(reading: Reading, position: int) -> bool:
    return any(mention.first < position < mention.last for mention in reading.mentions)


def _soft_cut(reading: Reading, position: int) -> int:
    """How many tokens of a link stand here with a new request behind them; 0 for none."""
    tokens = reading.text.tokens
    if tokens[position].norm == "then" and position and tokens[position - 1].norm in _COPULAS:
        return 0  # "if it is then above 50k"
    for link in _LINKS:
        if tuple(token.norm for token in tokens[position : position + len(link)]) != link:
            continue
        after = position + len(link)
        while after < len(tokens) and tokens[after].norm in {"and", "then", "also", "please", "now", ","}:
            after += 1
        if after < len(tokens) and position > 0 and _starts_request(reading, after, link, position):
            return after - position
        return 0
    return 0


def starts_request(reading: Reading) -> bool:
    """Whether a piece begins like an order or a question."""
    words = [token.norm for token in reading.text.tokens[:5] if token.norm not in _SKIPPED and token.is_word]
    return bool(words) and words[0] in _STARTERS | _ORDERS


def _starts_request(reading: Reading, after: int, link: tuple[str, ...], position: int) -> bool:
    tokens = reading.text.tokens
    if _NOT_A_CUT.search(reading.text.norm_between(max(position - 5, 0), position) + " "):
        return False
    here = after
    while here < len(tokens) and tokens[here].norm in _SKIPPED and here < after + 4:
        here += 1
    if here >= len(tokens):
        return False
    word = tokens[here].norm
    if link in _BEFORE_TASK and after not in reading.content and orders_task(reading.part(after, len(tokens))):
        return True
    if link == (":",):
        return tokens[after].norm in _ASKING and _leads_up(reading.text.norm_between(0, position))
    if word not in _STARTERS | _NOUN_HEADS or here in reading.content:
        return False
    if word in _NOUN_HEADS and word not in _STARTERS:
        listed = link == (",",) and tokens[position + 1].norm != "and"
        bare = word in {"deals", "leads", "tasks"}
        if position < 2 or (listed and (bare or not _another_subject(reading, position, after))):
            return False
    if any(mention.first <= here < mention.last for mention in reading.mentions):
        return False
    if link in {("and",), ("&",), (",",), ("-",)}:
        return not (_continues_text(reading, position, word) or (tokens[after].norm in {"to", "that"}))
    return True


_BEFORE_TASK = (("and",), ("&",), ("and", "also"), ("and", "then"), ("then",), ("also",), ("plus",))
_SUBJECTS = {
    "deals": re.compile(r"(?<!\w)(?:deals?|opportunit\w+|opps?)(?!\w)"),
    "leads": re.compile(r"(?<!\w)(?:leads?|prospects?)(?!\w)"),
    "pipeline": re.compile(r"(?<!\w)(?:pipeline|funnel|pipe)(?!\w)"),
    "rate": re.compile(r"(?<!\w)(?:win rates?|close rate|hit rate)(?!\w)"),
    "tasks": re.compile(r"(?<!\w)(?:tasks?|todos?|reminders?|overdue)(?!\w)"),
    "reasons": re.compile(r"(?<!\w)(?:reasons?|why|patterns?)(?!\w)"),
}


def _another_subject(reading: Reading, position: int, after: int) -> bool:
    """Whether the words behind a comma ask about something else than those before it ("my pipeline, top 5 deals")."""
    tokens = reading.text.tokens
    ends = (place for place in range(after, len(tokens)) if tokens[place].norm in {",", "and", ".", "?"})
    before = _subjects(reading.text.norm_between(0, position))
    behind = _subjects(reading.text.norm_between(after, next(ends, len(tokens))))
    return bool(before) and bool(behind - before)


def _subjects(norm: str) -> set[str]:
    return {name for name, pattern in _SUBJECTS.items() if pattern.search(norm)}


_ASIDE = re.compile(r"(?<!\w)(?:not|only|just|asking|question|tell me|know|curious)(?!\w)")


def _leads_up(before: str) -> bool:
    """Whether the words before a colon only lead up to a question."""
    return bool(_ASIDE.search(before))


_TEXT_VERBS = re.compile(
    r"(?<!\w)(?:to|mention|mentioning|saying|say|asking|that|include|including|thanking|about)(?!\w)(?!.*(?<!\w)(?:and|then)(?!\w))"
)


def _continues_text(reading: Reading, position: int, word: str) -> bool:
    """`remind me to call Ann and ask for the numbers`: the second verb still belongs to the title."""
    before = reading.text.norm_between(0, position)
    if word in {
        "ask",
        "mention",
        "say",
        "tell",
        "check",
        "answer",
        "reply",
        "let",
        "invite",
        "thank",
        "look",
        "open",
        "call",
        "phone",
        "ring",
        "text",
    }:
        return bool(
            re.search(
                r"(?<!\w)(?:remind (?:me|us)|task|todo|reminder|to call|to email|email|write|draft|mail|message)(?!\w)",
                before,
            )
        )
    if word in {"is", "are", "do", "does", "did", "how", "why", "what", "who", "when", "where", "which"}:
        return bool(_TEXT_VERBS.search(before)) and bool(
            re.search(r"(?<!\w)(?:ask|asking|saying|tell her|tell him)(?!\w)", before)
        )
    return False


def _with_conditions(reading: Reading, found: list[Chunk]) -> list[Chunk]:
    """Joins a piece that is only an "if" to the order behind it."""
    result: list[Chunk] = []
    for chunk in found:
        before = result[-1] if result else None
        if (
            before
            and not chunk.hard
            and not before.condition
            and _IF.match(reading.text.norm_between(before.first, before.last))
        ):
            words = reading.text.written_between(before.first, before.last)
            result[-1] = Chunk(before.first, chunk.last, before.hard, words, chunk.first)
        else:
            result.append(_conditional(reading, chunk))
    return result


def _conditional(reading: Reading, chunk: Chunk) -> Chunk:
    """Cuts a leading "if …," off and keeps its words."""
    norm = reading.text.norm_between(chunk.first, chunk.last)
    if not _IF.match(norm):
        return chunk
    words = [reading.text.tokens[place].norm for place in range(chunk.first, chunk.last)]
    # "If it is then above 50k, …": a comma cuts before a "then" does.
    cut = next((words.index(mark) for mark in (",", "then") if mark in words[:-1]), 0)
    if cut and words[cut - 1] not in _COPULAS:
        place = chunk.first + cut
        return Chunk(chunk.first, chunk.last, chunk.hard, reading.text.written_between(chunk.first, place), place + 1)
    return chunk


_FUNCTION = words_of("function")


def leftover(reading: Reading, covered: list[tuple[int, int]]) -> list[str]:
    """Words that are neither typed, nor function words, nor inside the covered spans of the cleaned-up text."""
    gone = {place for span in covered for place in range(*reading.text.token_range(*span))}
    words = []
    for place, token in enumerate(reading.text.tokens):
        if place in gone or place in reading.content or not token.is_word:
            continue
        if any(mention.first <= place < mention.last for mention in reading.mentions):
            continue
        if token.norm not in _FUNCTION:
            words.append(token.norm)
    return words
