"""A turn of orders read clause by clause by the rules alone, where they read every word of it.

"Acme goes to Tobias, close date end of year, and remind me on Friday to call them": cut at every place where a clause
may end, the longest clauses first. Where one is left that no rule reads, the turn is left to the classifier.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import pairwise

from agent.local import guard
from agent.local.carrying import take_command, take_order
from agent.local.joining import joining
from agent.local.lexicon import words_of
from agent.local.making import take_owner_of_made
from agent.local.mentions import Named
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.repeating import take_again
from agent.local.requests import TurnSoFar, take_tool
from agent.local.split import Chunk
from agent.local.spoken_of import about
from agent.local.stories import take_story
from agent.local.task_order import assignees_of, changes_task, is_one, orders_task, spans_of_time
from agent.local.tasking import lists_tasks, take_task
from agent.local.titles import title_of
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
_MAY_BE_A_TASK = re.compile(r"(?<!\w)(?:remind|reminders?|tasks?|todos?|to-?dos?|to dos?|action items?)(?!\w)")
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
    place = 0
    while place < len(atoms):
        taken = take_story(turn, atoms, place) or next(
            (end for end in range(len(atoms), place, -1) if _takes(turn, atoms[place:end], guess)), None
        )
        if turn.clarify is not None:
            return True  # what has to be asked first
        if taken is None:
            turn.requests[:], turn.here[:], turn.clarify = requests, here, None
            return False
        place = taken
    if not all(reads_only(request) for request in turn.requests[len(requests) :]):
        return True
    turn.requests[:], turn.here[:] = requests, here
    return False


def _takes(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], guess: Callable[[Reading], Guess]) -> bool:
    """Whether a rule reads these atoms as one clause; then it is added to the turn."""
    first, last = atoms[0][0], atoms[-1][1]
    anew = any(_begins_anew(turn.reading, one, two) for one, two in pairwise(atoms))
    if anew and not _MAY_BE_A_TASK.search(turn.reading.text.norm_between(first, last)):
        return False
    inside = turn.reading.part(first, last)
    before, here = len(turn.requests), list(turn.here)
    part = Part(Chunk(first, last, hard=True), inside, Guess((("command", 1.0),)))
    if (
        len(atoms) == 1
        and joining(inside, turn.kinds, about=partial(about, turn)) is None
        and (_says_nothing(inside) or _names_its_subject(turn, inside) or _picks_a_row(turn, inside))
    ):
        return True
    if len(atoms) <= _TASK_ATOMS and (take_owner_of_made(turn, part) or take_again(turn, part)):
        return True
    if anew and not _is_one(inside) and not _title_follows(turn.reading, atoms):
        return False
    if orders_task(inside):
        return (len(atoms) <= _TASK_ATOMS or lists_tasks(inside)) and _takes_task(turn, part, guess)
    if (take_order(turn, part) or take_command(turn, part)) and turn.clarify is None and len(turn.requests) > before:
        return True
    del turn.requests[before:]
    turn.here[:], turn.clarify = here, None
    return len(atoms) <= _TASK_ATOMS and _takes_task(turn, part, guess)


def _title_follows(reading: Reading, atoms: Sequence[tuple[int, int]]) -> bool:
    """`create a task for Acme, send the contract, friday`: the order for a task says itself not what is to be done."""
    order = reading.part(*atoms[0])
    if len(atoms) > _TASK_ATOMS or not orders_task(order) or any(_is_hard(reading, *two) for two in pairwise(atoms)):
        return False
    title = title_of(order, drop=spans_of_time(order), assignees=assignees_of(order)).lower()
    said = {order.text.written_between(one.first, one.last).lower() for one in order.mentions_of(Named.RECORD)}
    behind = reading.part(*atoms[1])
    return (not title or title in said) and not orders_task(behind)


def _is_hard(reading: Reading, one: tuple[int, int], two: tuple[int, int]) -> bool:
    between = [token.norm for token in reading.text.tokens[one[1] : two[0]]]
    return bool({".", "!", "?", ";", "and", "+", "&"} & set(between))


def _is_one(inside: Reading) -> bool:
    """Whether one rule reads all of the words, though other orders seem to begin in them."""
    return lists_tasks(inside) or is_one(inside)


def _begins_anew(reading: Reading, one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether another sentence, or another order, begins between two atoms: they are no single clause."""
    between = [token.norm for token in reading.text.tokens[one[1] : two[0]]]
    if between == [":"]:
        return False  # what stands behind a colon is a value
    words = [token.norm for token in reading.text.tokens[two[0] : two[0] + 4]]
    verb = next((word for word in words if word not in _BEFORE_VERB), "")
    if words[:1] == ["as"] and words[1:2] and words[1] in _LABELS:
        return True
    if " ".join(words[:2]) in _FIELDS:
        return bool({".", "!", "?"} & set(between))
    if set(between) & _HARD and _is_of_another(reading.part(*two)):
        return True
    if verb in ("log", "record", "note") and {"it", "that", "this"} & set(words) and two[1] - two[0] <= _SHORT:
        return False  # "just spoke to Jane, log it"
    hard = any(mark in _HARD for mark in between) or not between
    return verb in _ORDERS or (hard and verb in _ORDERS | _LABELS | {"the", "i", "we", "a", "an"})


def _is_of_another(piece: Reading) -> bool:
    match = _OF_ANOTHER.match(piece.norm)
    named = {one.first for one in piece.mentions_of(Named.RECORD)}
    return match is not None and len(match[0].split()) in named


_OF_ANOTHER = re.compile(r"^(?:and |then |also )?(?:the |new )?(?:[a-z-]+ ){1,3}(?:on|of|for|at) ")
"""`next step on Acme`: a field of a record, which begins another clause behind a full stop."""
_SHORT = 4
_FIELDS = frozenset({"list price", "close date", "close reason", "record type", "order number", "put price"})
"""Names of fields that begin like an order."""
_LABELS = frozenset({"account", "contact", "lead", "deal", "opportunity", "company", "campaign", "product", "owner"})
"""What a row of a form begins with: "Contact Jane Roe, COO"."""


_BEFORE_VERB = frozenset(
    {"please", "pls", "and", "then", "also", "can", "could", "you", "just", "now", "kindly", "to", "uh", "um"}
)


_MET_SOMEBODY = re.compile(
    r"^(?:(?:so|hey|hi|ok|well|just|today|i|we|have|had) )*(?:met|saw|bumped into|ran into|talked (?:to|with)|spoke (?:to|with)|heard from|chatted (?:to|with)) (?:a|an|some|someone|somebody)(?!\w)"
)
_THANKS = re.compile(
    r"^(?:many |ok |okay )?(?:thanks|thank you|thx|cheers|ta)(?: (?:a (?:lot|million|bunch)|so much|very much|again|in advance))?$"
)
_NO_MORE = re.compile(
    r"^(?:please |just )?(?:do )?(?:nothing|not anything|no more)(?: (?:else|more|further))?(?: please)?$"
)


def _says_nothing(inside: Reading) -> bool:
    """`mark it`, `please`, `(a)`: words that only dress what stands beside them."""
    if _THANKS.match(inside.norm):
        return True
    if inside.mentions or _measures(inside):
        return False
    if _NO_MORE.match(inside.norm) or _MET_SOMEBODY.match(inside.norm):
        return True
    pointing = {place for start, end, *_ in inside.references for place in range(*inside.text.token_range(start, end))}
    tokens = enumerate(inside.text.tokens)
    return all(
        place in pointing or token.norm in _NOTHING or not token.norm[0].isalnum() or len(token.norm) == 1
        for place, token in tokens
    )


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


_PICKS = re.compile(r"^(?:(?:and|now|please|then|ok|okay|so) )*(?:take|pick|choose|use|open|for|on|with|about)?(?: |$)")


def _picks_a_row(turn: TurnSoFar, inside: Reading) -> bool:
    """`Take the third: …`: a row of the last list is what the clauses behind it are about."""
    places = [(start, end) for start, end, _, place in inside.references if place is not None]
    record = about(turn, inside) if len(places) == 1 else None
    if record is None or inside.mentions or _measures(inside):
        return False
    (start, end), norm = places[0], inside.norm
    if not _PICKS.fullmatch(norm[:start]) or norm[end:].strip(" :.,"):
        return False
    turn.here.insert(0, record)
    return True


def _only_dresses(token: Token, nouns: Collection[str]) -> bool:
    return token.norm in _NOTHING or token.norm in nouns or not token.norm[0].isalnum()


_TASK_ATOMS = 4
"""A task's title may hold a comma or an "and"."""


def _takes_task(turn: TurnSoFar, part: Part, guess: Callable[[Reading], Guess]) -> bool:
    card = turn.cards.get("create_task")
    if card is None or changes_task(part.reading):
        return False
    before = len(turn.requests)
    if not take_task(turn, part):
        found = guess(part.reading)
        if found.label != "create_task" or not _TASK.search(part.reading.norm):
            return False
        take_tool(turn, Part(part.chunk, part.reading, found), card)
    if turn.clarify is None and len(turn.requests) > before:
        return True
    del turn.requests[before:]
    turn.clarify = None
    return False


def _puts_in(tokens: Sequence[Token], place: int) -> bool:
    """Whether an order begins without a mark before it, as in dictation: "… put him in as a lead"."""
    words = [token.norm for token in tokens[place : place + 4]]
    if place and words[:1] and words[0] in _PUTS and words[1:3] in (["a", "note"], ["the", "note"]):
        return tokens[place - 1].norm not in _BEFORE_VERB
    return len(words) > 2 and words[0] in _PUTS and words[1] in _WHOM and "as" in words[2:]


_PUTS = frozenset({"put", "leave", "write", "make", "add", "enter", "save", "log", "record"})
_WHOM = frozenset({"him", "her", "them", "it", "that", "this"})


def _joins_a_word(tokens: Sequence[Token], place: int) -> bool:
    """Whether a dash stands inside a word, as in "follow-up"."""
    if tokens[place].norm != "-" or not 0 < place < len(tokens) - 1:
        return False
    return tokens[place - 1].end == tokens[place].start and tokens[place].end == tokens[place + 1].start


def _atoms(reading: Reading) -> list[tuple[int, int]]:
    """The shortest pieces of a turn, as half-open ranges of tokens, outside names and quotations."""
    tokens = reading.text.tokens
    inside = {place for one in reading.mentions for place in range(one.first + 1, one.last)} | reading.content
    found: list[tuple[int, int]] = []
    start = 0
    for place, token in enumerate(tokens):
        newline = place > 0 and "\n" in reading.text.written[tokens[place - 1].end : token.start]
        if place not in inside and start < place and _puts_in(tokens, place):
            found.append((start, place))
            start = place
        if place in inside or not (token.norm in _MARKS or newline) or _joins_a_word(tokens, place):
            continue
        if start < place:
            found.append((start, place))
        start = place + 1 if token.norm in _MARKS else place
    if start < len(tokens):
        found.append((start, len(tokens)))
    spans = ((first, last) for first, last in found if any(map(_says_something, tokens[first:last])))
    return [(first, last) for first, last in spans if not _NUMBERS.match(reading.text.norm_between(first, last))]


def _says_something(token: Token) -> bool:
    """Whether a token is a word or a value, and no mark or number of a list."""
    figures = token.norm[:1].isalnum() and not token.norm.isdigit()
    return token.is_word or figures or len(token.norm) > _LIST_NUMBER


_LIST_NUMBER = 2
_NUMBERS = re.compile(r"^(?:step|point|part|item|no|number) \d{1,2}$")
