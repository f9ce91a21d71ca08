"""A turn of orders read clause by clause by the rules alone, where they read every word of it.

"Acme goes to Tobias, close date end of year, and remind me on Friday to call them": cut at every place where a clause
may end, the longest clauses first. Where one is left that no rule reads, the turn is left to the classifier.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from agent.local import guard
from agent.local.carrying import take_command, take_order
from agent.local.gates import check_of
from agent.local.joining import joining
from agent.local.lexicon import words_of
from agent.local.making import take_owner_of_made
from agent.local.mentions import Named
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.presuming import corrects, presume, restates
from agent.local.reading import Reading
from agent.local.repeating import take_again
from agent.local.requests import TurnSoFar, take_tool
from agent.local.schema import Effect, Record
from agent.local.selecting import select, unread
from agent.local.split import Chunk, dials
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
    asks = guard.is_question(reading) and not _IF.match(reading.norm)
    if not 0 < len(atoms) <= _MOST_ATOMS or asks or guard.is_ban(reading):
        return False
    if any(_asks_by_its_mark(reading, one) for one in atoms):
        return False
    requests, here = list(turn.requests), list(turn.here)
    place, gate = 1 if _goes_on_about(turn, atoms) else 0, None
    while place < len(atoms):
        if place and _ends_sentence(reading, atoms[place - 1], atoms[place]):
            gate = None
        before = len(turn.requests)
        taken = take_story(turn, atoms, place) or _takes_if(turn, atoms, place)
        taken = taken or _taken_from(turn, atoms, place, guess)
        if turn.clarify is not None:
            return True  # what has to be asked first
        if taken is None:
            turn.requests[:], turn.here[:], turn.clarify, turn.subject = requests, here, None, None
            return False
        if taken == place + 1 and _IF.match(reading.text.norm_between(*atoms[place])):
            gate = before
        elif gate is not None:
            _hang(turn, before, gate)
        place = taken
    if not all(reads_only(request) for request in turn.requests[len(requests) :]):
        return True
    turn.requests[:], turn.here[:], turn.subject = requests, here, None
    return False


def _asks_by_its_mark(reading: Reading, atom: tuple[int, int]) -> bool:
    """Whether a piece is a statement with a question mark behind it."""
    behind = atom[1] < len(reading.text.tokens) and reading.text.tokens[atom[1]].norm == "?"
    return behind and guard.asks_by_its_mark(reading.part(atom[0], atom[1] + 1))


def _taken_from(
    turn: TurnSoFar, atoms: Sequence[tuple[int, int]], place: int, guess: Callable[[Reading], Guess]
) -> int | None:
    """Up to which atom one clause was read from here: by rules alone, as what is most likely meant, or as mere talk."""
    ends = range(len(atoms), place, -1)
    if any(_IF.match(turn.reading.text.norm_between(*atom)) for atom in atoms[place : place + 1]):
        return None
    taken = next((end for end in ends if _takes(turn, atoms[place:end], guess)), None)
    taken = taken or next((end for end in ends if _presumes(turn, atoms[place:end], guess)), None)
    return taken or (place + 1 if _only_talks(turn, *atoms[place], guess) else None)


def _takes_if(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], place: int) -> int | None:
    """Adds the look that an "if" asks for, where the records can tell and an order follows."""
    words = turn.reading.part(*atoms[place])
    if not _IF.match(words.norm) or place + 1 == len(atoms):
        return None
    if words.references and not words.mentions_of(Named.RECORD):
        turn.here[:0] = _named_next(turn, atoms[place + 1 :])  # "if it is above 10k, raise Acme Renewal by 5 %"
    check = check_of(turn, words, (words.text.tokens[0].start, words.text.tokens[-1].end))
    if check is None:
        return None
    turn.requests.append(check)
    return place + 1


def _named_next(turn: TurnSoFar, atoms: Sequence[tuple[int, int]]) -> list[Record]:
    """The one record that the order behind an "if" names."""
    mentions = [one for atom in atoms[:1] for one in turn.reading.part(*atom).mentions_of(Named.RECORD)]
    named = [record for one in mentions for record in one.records if record.kind in turn.kinds]
    return named if len(named) == 1 else []


def _hang(turn: TurnSoFar, first: int, gate: int) -> None:
    """Lets what was read since hang on the check."""
    hanging = [replace(one, gate=gate, needs=tuple(sorted({*one.needs, gate}))) for one in turn.requests[first:]]
    turn.requests[first:] = hanging


def _ends_sentence(reading: Reading, one: tuple[int, int], two: tuple[int, int]) -> bool:
    return any(token.norm in _HARD for token in reading.text.tokens[one[1] : two[0]])


def _takes(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], guess: Callable[[Reading], Guess]) -> bool:
    """Whether a rule reads these atoms as one clause; then it is added to the turn."""
    first, last = atoms[0][0], atoms[-1][1]
    anew = any(_begins_anew(turn.reading, one, two) for one, two in pairwise(atoms))
    anew = anew and not _tells_others_to(turn.reading, atoms)
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
    if turn.requests and _only_reports(inside):
        return True
    if len(atoms) <= _TASK_ATOMS and (take_owner_of_made(turn, part) or take_again(turn, part)):
        return True
    if anew and not _is_one(inside) and not _title_follows(turn.reading, atoms):
        return False
    if any(_IF.match(turn.reading.text.norm_between(*atom)) for atom in atoms):
        return False
    if orders_task(inside):
        return (len(atoms) <= _TASK_ATOMS or lists_tasks(inside)) and _takes_task(turn, part, atoms, guess)
    if (take_order(turn, part) or take_command(turn, part)) and turn.clarify is None and len(turn.requests) > before:
        ordered = any(request.asked_by_own_words for request in turn.requests[before:])
        if ordered or corrects(inside) or not _asks_else(turn, guess(inside)):
            return True
    del turn.requests[before:]
    turn.here[:], turn.clarify = here, None
    return len(atoms) <= _TASK_ATOMS and _takes_task(turn, part, atoms, guess)


def _tells_others_to(reading: Reading, atoms: Sequence[tuple[int, int]]) -> bool:
    """`note on Acme: move it to Negotiation and raise the price`: orders in the text of a note or a task, of which
    "and" makes one text."""
    if len(atoms) < _TEXT_OF_ORDERS or not _KEEPS_TEXT.search(reading.text.norm_between(*atoms[0])):
        return False
    between = [[token.norm for token in reading.text.tokens[one[1] : two[0]]] for one, two in pairwise(atoms)]
    later = (
        marks == ["and"] or (marks == [","] and not _opens_with_order(reading, atom))
        for marks, atom in zip(between[1:], atoms[2:], strict=True)
    )
    return between[0] == [":"] and _opens_with_order(reading, atoms[1]) and all(later)


def _opens_with_order(reading: Reading, atom: tuple[int, int]) -> bool:
    words = (token.norm for token in reading.text.tokens[slice(*atom)])
    return next((word for word in words if word not in _BEFORE_VERB), "") in _ORDERS


_TEXT_OF_ORDERS = 3
_KEEPS_TEXT = re.compile(r"(?<!\w)(?:notes?|memo|comment|remind|reminder|task|todo|to do|to-?do)(?!\w)")


def _presumes(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], guess: Callable[[Reading], Guess]) -> bool:
    """Whether these atoms most likely say what a record is to become, though not every word of them was read."""
    first, last = atoms[0][0], atoms[-1][1]
    if any(_begins_anew(turn.reading, one, two) for one, two in pairwise(atoms)):
        return False
    if any(_IF.match(turn.reading.text.norm_between(*atom)) for atom in atoms):
        return False
    inside = turn.reading.part(first, last)
    found = guess(inside)
    card = turn.cards.get(found.label)
    doubtful = card is not None and found.probability > (_SURELY if corrects(inside) else _LIKELY)
    if doubtful and not restates(turn, inside):
        return False
    return presume(turn, Part(Chunk(first, last, hard=True), inside, found))


_LIKELY, _SURELY = 0.5, 0.8
"""How sure the classifier has to be that a clause asks for something else; surer where it sounds like a correction."""


def _only_talks(turn: TurnSoFar, first: int, last: int, guess: Callable[[Reading], Guess]) -> bool:
    """Whether a piece names, measures and orders nothing: "how cool is that", "I always mix that up"."""
    inside = turn.reading.part(first, last)
    words = {token.norm for token in inside.text.tokens}
    if (
        inside.mentions
        or _measures(inside)
        or inside.content
        or "?" in words
        or _names_something(turn.reading, first, last)
    ):
        return False
    found = guess(inside)
    if found.label == "small_talk" and found.probability > _SURELY:
        return True
    return not (guard.is_question(inside) or words & (_WEIGHTY | _ORDERS))


def _names_something(reading: Reading, first: int, last: int) -> bool:
    """Whether a word nobody knows is written like a name; the first word of a sentence is written so anyway."""
    if reading.text.shouted:
        return False
    return any(
        reading.labels[place] == "<unk>" and reading.text.tokens[place].is_capitalised
        for place in range(first, last)
        if place and reading.text.tokens[place - 1].norm not in _HARD
    )


_WEIGHTY = words_of("changes_meaning")


def _asks_else(turn: TurnSoFar, found: Guess) -> bool:
    """Whether the words ask for a look or a text: "prepare a script for Acme, they are in Discovery" moves no deal."""
    card = turn.cards.get(found.label)
    return card is not None and card.effect is Effect.READ and found.probability > _CERTAIN


_CERTAIN = 0.95


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
    if any(mark in _HARD for mark in between) and any(mark.isdigit() for mark in between):
        return True  # "… . 2. …": the next item of a numbered list
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


def _takes_task(
    turn: TurnSoFar, part: Part, atoms: Sequence[tuple[int, int]], guess: Callable[[Reading], Guess]
) -> bool:
    card = turn.cards.get("create_task")
    opens = orders_task(part.reading) or _opens_as_task(turn.reading, atoms)
    if card is None or changes_task(part.reading) or not opens:
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


def _opens_as_task(reading: Reading, atoms: Sequence[tuple[int, int]]) -> bool:
    """Whether the first piece that is more than a time speaks of a task; another order before it is no title."""
    pieces = (reading.part(*atom) for atom in atoms)
    first = next((one for one in pieces if not _says_when_only(one)), None)
    return first is not None and bool(_TASK.search(first.norm))


def _says_when_only(piece: Reading) -> bool:
    """`on Friday`, `tomorrow at nine please`."""
    spans = [(one.start, one.end) for one in piece.moments] + [(one.start, one.end) for one in piece.periods]
    return bool(spans) and not [word for word in unread(piece, spans) if word not in _NOTHING]


def _is_amount(reading: Reading, place: int) -> bool:
    """Whether money is said from this token on: `plus 50k` is no second order but by how much something rises."""
    return any(reading.text.token_range(one.start, one.end)[0] == place for one in reading.amounts)


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
        adds = token.norm in ("plus", "+") and start == place and _is_amount(reading, place + 1)
        stays = place in inside or adds or dials(reading, place) or _joins_a_word(tokens, place)
        if stays or not (token.norm in _MARKS or newline):
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
