"""A turn of orders read clause by clause by the rules alone, where they read every word of it.

"Acme goes to Tobias, close date end of year, and remind me on Friday to call them": cut at every place where a clause
may end, the longest clauses first. Where one is left that no rule reads, the turn is left to the classifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from agent.local import guard
from agent.local.carrying import take_command, take_order
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar, take_tool
from agent.local.selecting import select
from agent.local.split import Chunk
from agent.local.together import reads_only
from agent.local.words import Token

_MARKS = frozenset(
    {".", "!", "?", ";", ",", "+", "&", "and", "then", "also", "plus", ":", "-", "|", "(", ")", "•", "*"}
)
_HARD = frozenset({".", "!", "?", ";"})
_ORDERS = words_of("crm_orders") | words_of("starters")
_NOTHING = words_of("assigns_nothing") | words_of("talk")
_IF = re.compile(r"^(?:only |but )?(?:if|in case|unless|should|when|provided|as long as)(?!\w)")
_TASK = re.compile(r"(?<!\w)(?:remind|reminder|task|todo|to do|follow up)(?!\w)")
_MOST_ATOMS = 14


def take_clauses(turn: TurnSoFar, guess: Callable[[Reading], Guess]) -> bool:
    """Adds what the clauses of a turn order, if rules read them all and one of them changes something.

    Returns:
        whether they did; otherwise nothing was added.
    """
    reading = turn.reading
    atoms = _atoms(reading)
    if not 0 < len(atoms) <= _MOST_ATOMS or guard.is_question(reading) or guard.is_ban(reading):
        return False
    if any(_IF.match(reading.text.norm_between(first, last)) for first, last in atoms):
        return False
    requests, here = list(turn.requests), list(turn.here)
    place = 1 if _goes_on_about(turn, atoms) else 0
    while place < len(atoms):
        taken = next((end for end in range(len(atoms), place, -1) if _takes(turn, atoms[place:end], guess)), None)
        if taken is None:
            turn.requests[:], turn.here[:], turn.clarify, turn.subject = requests, here, None, None
            return False
        place = taken
    if not all(reads_only(request) for request in turn.requests[len(requests) :]):
        return True
    turn.requests[:], turn.here[:], turn.subject = requests, here, None
    return False


def _takes(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], guess: Callable[[Reading], Guess]) -> bool:
    """Whether a rule reads these atoms as one clause; then it is added to the turn."""
    first, last = atoms[0][0], atoms[-1][1]
    inside = turn.reading.part(first, last)
    before, here = len(turn.requests), list(turn.here)
    part = Part(Chunk(first, last, hard=True), inside, Guess((("command", 1.0),)))
    if len(atoms) == 1 and (_says_nothing(inside) or _names_its_subject(turn, inside)):
        return True
    if turn.requests and _only_reports(inside):
        return True
    if any(_begins_anew(turn.reading, one, two) for one, two in pairwise(atoms)):
        return False
    if (take_order(turn, part) or take_command(turn, part)) and turn.clarify is None and len(turn.requests) > before:
        return True
    del turn.requests[before:]
    turn.here[:], turn.clarify = here, None
    return len(atoms) <= _TASK_ATOMS and _takes_task(turn, part, guess)


def _begins_anew(reading: Reading, one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether another sentence, or another order, begins between two atoms: they are no single clause."""
    between = [token.norm for token in reading.text.tokens[one[1] : two[0]]]
    if between == [":"]:
        return False  # what stands behind a colon is a value
    if any(mark in _HARD for mark in between) and any(mark.isdigit() for mark in between):
        return True  # "… . 2. …": the next item of a numbered list
    words = [token.norm for token in reading.text.tokens[two[0] : two[0] + 4]]
    verb = next((word for word in words if word not in _BEFORE_VERB), "")
    if verb in ("log", "record", "note") and {"it", "that", "this"} & set(words):
        return False  # "just spoke to Jane, log it"
    return verb in _ORDERS or (any(mark in _HARD for mark in between) and verb in _ORDERS | {"the", "i", "we"})


_BEFORE_VERB = frozenset(
    {"please", "pls", "and", "then", "also", "can", "could", "you", "just", "now", "kindly", "to", "uh", "um"}
)


def _says_nothing(inside: Reading) -> bool:
    """`mark it`, `please`, `(a)`: words that only dress what stands beside them."""
    if inside.mentions or _measures(inside):
        return False
    pointing = {place for start, end, *_ in inside.references for place in range(*inside.text.token_range(start, end))}
    tokens = enumerate(inside.text.tokens)
    return all(
        place in pointing or token.norm in _NOTHING or not token.norm[0].isalnum() or len(token.norm) == 1
        for place, token in tokens
    )


_REPORTS = re.compile(
    r"^(?:because |since |as |so )?(?:they|he|she|i|we|somebody|someone) (?:\w+ ){0,2}?"
    r"(?:told|said|says|asked|rang|mailed|wrote|confirmed|promised|heard|checked)(?!\w)"
)


def _only_reports(inside: Reading) -> bool:
    """Whether words behind an order only tell who said so, and neither name a record nor give a value."""
    names = bool(inside.mentions or inside.content) or _measures(inside)
    return not names and bool(_REPORTS.match(inside.norm)) and "?" not in inside.norm


def _measures(inside: Reading) -> bool:
    return bool(inside.amounts or inside.moments or inside.periods or inside.percents)


def _names_its_subject(turn: TurnSoFar, inside: Reading) -> bool:
    """`Contact Jane Roe: …`: a name alone is what the clauses behind it are about."""
    named = [one for one in inside.mentions_of(Named.RECORD) if any(record.kind != "user" for record in one.records)]
    if len(named) != 1 or len(inside.mentions) != 1 or _measures(inside):
        return False
    records = [one for one in dict.fromkeys(named[0].records) if one.kind in turn.kinds]
    nouns = {word for kind in turn.kinds.values() for noun in kind.nouns for word in noun.split()}
    others = (token for place, token in enumerate(inside.text.tokens) if not named[0].first <= place < named[0].last)
    if len(records) != 1 or not all(_only_dresses(token, nouns) for token in others):
        return False
    turn.here.insert(0, records[0])
    return True


_ONES = re.compile(r"(?<!\w)(?:ones|them|those|these|they)(?!\w)")


def _goes_on_about(turn: TurnSoFar, atoms: Sequence[tuple[int, int]]) -> bool:
    """Whether the first atom only says of which records the clauses behind it order something."""
    if len(atoms) < _SUBJECT_AND_ORDER:
        return False
    behind = turn.reading.text.norm_between(atoms[1][0], atoms[-1][1])
    first, last = atoms[0]
    return bool(_ONES.search(behind)) and _describes_its_subject(turn, turn.reading.part(first, last), last)


_SUBJECT_AND_ORDER = 2


def _describes_its_subject(turn: TurnSoFar, inside: Reading, last: int) -> bool:
    """`Leads in Spain: …`: records that are described and of which the clauses behind order something."""
    tokens = turn.reading.text.tokens
    if last >= len(tokens) or tokens[last].norm not in (":", ",", "-") or turn.requests:
        return False
    found = select(inside, turn.kinds)
    if found is None or found.words or not found.where or not found.plural or found.pick != "only":
        return False
    turn.subject = found
    return True


def _only_dresses(token: Token, nouns: Collection[str]) -> bool:
    return token.norm in _NOTHING or token.norm in nouns or not token.norm[0].isalnum()


_TASK_ATOMS = 4
"""A task's title may hold a comma or an "and"."""


def _takes_task(turn: TurnSoFar, part: Part, guess: Callable[[Reading], Guess]) -> bool:
    card = turn.cards.get("create_task")
    if card is None or not _TASK.search(part.reading.norm):
        return False
    before = len(turn.requests)
    found = guess(part.reading)
    if found.label != "create_task":
        return False
    take_tool(turn, Part(part.chunk, part.reading, found), card)
    if turn.clarify is None and len(turn.requests) == before + 1:
        return True
    del turn.requests[before:]
    turn.clarify = None
    return False


def _atoms(reading: Reading) -> list[tuple[int, int]]:
    """The shortest pieces of a turn, as half-open ranges of tokens, outside names and quotations."""
    tokens = reading.text.tokens
    inside = {place for one in reading.mentions for place in range(one.first + 1, one.last)} | reading.content
    found: list[tuple[int, int]] = []
    start = 0
    for place, token in enumerate(tokens):
        newline = place > 0 and "\n" in reading.text.written[tokens[place - 1].end : token.start]
        if place in inside or not (token.norm in _MARKS or newline):
            continue
        if start < place:
            found.append((start, place))
        start = place + 1 if token.norm in _MARKS else place
    if start < len(tokens):
        found.append((start, len(tokens)))
    return [(first, last) for first, last in found if any(token.is_word for token in tokens[first:last])]
