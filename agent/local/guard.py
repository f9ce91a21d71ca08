"""Writes are never guessed: which words are an order of the person's own, and which are a question, a ban or hearsay."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

from agent.local.assigning.imperative import orders
from agent.local.reading import Reading
from agent.local.schema import Effect

_POLITE = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|please|pls|so|and|then|also|now|yes|well|good|great|perfect|fine|kindly|sorry|right|thanks|just|sir|,|:|-) ?)*(?:can|could|would|will|may) (?:you|u|we|i|someone)(?: \w+)?(?!\w)"
)
_QUESTION = re.compile(
    r"^(?:(?:hey|hi|hello|ok|okay|so|and|then|also|now|well|but|sorry|,) ?)*(?:did|do (?:i|we|you|they|u|my|our|the|these|those|all|any|customers|deals|leads|reps|people|not (?:i|we|you|they))|does|have (?=i |we |you |they |any|my |our |the |there |all )|has|had|was|were|is|are|am|what|why|how|when|who|which|where|should|shall|must|whats|would it|could it|if|suppose|imagine)(?!\w)"
)
_BAN = re.compile(
    r"(?<!\w)(?:do not|never|not to|no need to|rather not|should not|must not|will not|would not)(?: (?:yet|actually|ever|just|want you to|want to))*"
    r" (?:send|create|make|email|mail|set|add|delete|remind|schedule|put|log|change|update|touch|contact|notify|dispatch|move|mark|close|raise|lower|increase|decrease|reduce|give|assign|reassign|hand|transfer|push|postpone|bump|rename|merge|convert|clear|remove|cancel|reopen|win|lose|archive|edit|correct|flag|shift|advance|drop|cut|forward|book|ping|call|do anything|do that|do it)(?!\w)"
    r"|(?<!\w)(?:without|stop|no|not|avoid) (?:sending|creating|making|emailing|setting|adding|deleting|reminding)(?!\w)"
    r"|(?<!\w)(?:send|mail|fire)\b.* (?:when|once|after|if|until) i (?:say|approve|confirm|ok|okay|tell|give|have|agree|read|see)"
    r"|^no (?:emails?|tasks?|reminders?|mails?|sending|changes|sending)(?!\w)"
)
_ASKS_ABOUT = re.compile(
    r"do not (?:let me )?forget|(?<!\w)(?:i|we|who|nobody|they|he|she|you|leads|deals) (?:do not|did not|never|will not|would not|should not)(?!\w)"
)
_ORDER_WORDS = {
    Effect.OUTWARD: re.compile(r"(?<!\w)(?:send|sent|fire|ship|dispatch|deliver|forward|mail it|email it|get it out|out with it|push it out|go ahead|approve|say so|off it goes|let it go|let it fly|release|submit)(?!\w)"),
    Effect.WRITE: re.compile(
        r"(?<!\w)(?:remind|reminder|reminders|task|tasks|todo|todos|to-do|ping|nudge|alert|wake|poke|buzz|notify|put|add|create|set|schedule|log|make|book|plan|note|forget|assign|get|have|tell|ask|call|"
        r"callback|pencil|block|undo|move|mark|change|update|give|let|another|new|warn|prod|shout|list|should|needs|has to|hold|email|follow|followup|send|visit|chase|write|mail|ring|phone|check|prepare|jot|stick|insert|enter|retry|try again|try him again|try her again)(?!\w)"
    ),
}  # fmt: skip


_TASK = re.compile(
    r"(?<!\w)(?:remind|reminder|reminders|task|tasks|todo|todos|to do|ping|nudge|prod|poke|buzz|alert|notify|wake|note|jot|pencil|block|schedule|calendar|diary|agenda|"
    r"list|forget|remember|set|add|put|create|log|assign|callback|follow up|followup|book|plan|shout|warn|tell me)(?!\w)"
)


_DELEGATED = re.compile(
    r"(?<!\w)(?:have|get|tell|ask|let|make) <(?:user|record)>|<(?:user|record)> (?:should|needs|has|must|please)"
)
_STATES = re.compile(
    r"^(?:(?:hey|hi|so|ok|okay|well|and) )*(?:(?:i|we) (?:have|had|am|was|were|just|got|did|will|met|spoke|saw)|(?:the|my|our|his|her|their|that|this|he|she|they|it)(?: \w+){0,3}? (?:was|were|went|had|had been))(?!\w)(?! to )"
)


_DENIES = re.compile(
    r"(?<!\w)(?:is|are|was|were|will|has|have|had|can|could)(?: still| yet| definitely| probably)? (?:not|never)(?!\w)(?! (?:right|correct|true|be contacted|be called|decided?))"
    r"(?!.*(?:[,;]|(?<!\w)(?:but|rather|instead|it is|any ?more|contact|contacted)(?!\w)))"
)
"""`it is not won yet`, `that will not close by March`; what is so instead is no mere denial."""
_LATER = r"(?:next (?:year|quarter|month|time|summer|winter|spring|autumn|fall)|one day|some ?day|eventually|at some point|in (?:the )?future|down the road)"
_MAY_BECOME = r"(?:we|they|i|he|she|it|you) (?:should|could|might|may|ought to|would|want to|wants to|have to|need to|must|will|can)"
_SUPPOSES = re.compile(
    r"^(?:(?:so|and|but|well|ok|okay|now|just|haha|hey|hm|hmm|,) ?)*(?:imagine|suppose|supposing|assume|assuming|pretend|what if|say (?:we|they|it)|let us (?:say|pretend|imagine|assume|suppose)|lets (?:say|pretend|imagine|assume|suppose))(?!\w)"
    r"|(?<!\w)(?:(?:i|we|he|she|they) (?:really |just |so )?(?:wish|wishes|hope|hopes|dream|dreamt)|if only|hypothetically|in theory|hopefully|fingers crossed)(?!\w)"
    r"|(?<!\w)(?:might|could|would|should)(?: well| even| easily| still| also)* have (?!said|told|been|you|the|an? )"
    r"|(?<!\w)(?:might|may)(?: well| even| easily| still| also)* (?:be|become|have) (?!contacted|called|you|better)|(?<!\w)might(?: well| even| still| also)* go(?!\w)"
    r"|(?<!\w)(?:could|would)(?: well| even| easily| still| also)* (?:be|have been) (?:won|lost|signed|closed|gone|dead)(?!\w)"
    r"|(?<!\w)(?:i|we|they|he|she) (?:would|'d) need (?!you)"
    r"|(?<!\w)(?:must|will|can|cannot|could|would|(?:has|have|needs?|wants?|about|going|trying|try|tries|hopes?|aims?|plans?|expects?|likely|determined|afraid|wanting|hoping) to)(?: not| never)?(?: be)? (?:win|won|lose|lost|signed|dead)(?!\w)"
    r"|(?<!\w)(?:i|we) (?:already |just |also |have |had )*(?:told|asked|reminded|promised) (?!you)\S+(?: \S+)? to (?!you)"
    r"|(?<!\w)(?:almost|nearly|as good as|practically|not quite|supposed to be|meant to be|about to be) (?:won|lost|signed|closed|gone|dead)(?!\w)"
    r"|(?<!\w)(?:was|were) (?:supposed|meant|going|about|expected|due) to (?!be (?:lost|won))|(?<!\w)(?:was|were|is|are) (?:far |way |just )?too (?:much|little|high|low|early|late)(?!\w)|(?<!\w)not worth(?!\w)"
    r"|(?<!\w)(?:if i were you|if it (?:was|were) (?:me|up to me)|(?:i|we|he|she|they) would (?:rather )?(?:mark|move|put|set|make|call|give))(?!\w)"
)
_SOME_DAY = re.compile(
    rf"^(?:(?:so|and|but|well|ok|maybe|,) ?)*{_LATER}(?: ,)? {_MAY_BECOME}(?!\w)"
    rf"|{_MAY_BECOME} (?:raise|lower|increase|cut|set|put|change|make|move|give|bump|push) .*(?<!to )(?<!until )(?<!into )(?<!in ){_LATER}$"
)
_AGO = r"(?:last (?:year|quarter|month|week|time|spring|summer|autumn|fall|winter)|back then|back in \d{4}|at first|initially|originally|before that|years? ago|months? ago|weeks? ago)"
_ONCE_WAS = re.compile(
    rf"(?<!\w)(?:used to|had been)(?!\w)|^(?:originally|initially|back then|at first)(?!\w).*(?<!\w)(?:was|were)(?!\w)"
    rf"|(?<!\w)(?:was|were) (?!last |originally |initially )(?!.*(?<!\w)(?:lost|won|signed|closed|promoted|called|named|cancelled|held|done|wrong)(?!\w)).*(?<!\w){_AGO}(?!\w)"
    rf"|(?<!\w)(?:lost|won|signed|closed) (?:.* )?(?:last year|years ago|back then|back in \d{{4}}|at first|the first time)(?!\w)"
    rf"|^{_AGO} .*(?<!\w)(?:was|were)(?!\w)(?!.*(?<!\w)(?:lost|won|signed|closed|promoted)(?!\w))"
)


def names_a_task(reading: Reading) -> bool:
    """Whether the words speak of a task, a reminder or a colleague who is to do something, and not only of an act."""
    return bool(_TASK.search(_own(reading)) or _DELEGATED.search(" ".join(reading.typed)))


def is_question(reading: Reading) -> bool:
    """Whether the words ask about something and do not order it ("did you remind Tom?")."""
    return bool(_QUESTION.match(_own(reading))) and not _POLITE.match(_own(reading))


def is_ban(reading: Reading) -> bool:
    """Whether the words forbid an act ("don't send anything")."""
    norm = _own(reading)
    return bool(_BAN.search(norm)) and not _ASKS_ABOUT.search(norm)


def is_supposed(reading: Reading) -> bool:
    """Whether the words tell what could be, what shall be one day, what once was or what is not so, and nothing is to change now."""
    own = _own(reading)
    return _others_will(reading) or bool(
        _SUPPOSES.search(own) or _SOME_DAY.search(own) or _ONCE_WAS.search(own) or _DENIES.search(own)
    )


_WILL = re.compile(
    r"^(?:will|shall|is going to|is about to|wants to|wanted to|tried to|plans to|has to|needs to|was to)(?: \w+ly)? (?:move|set|mark|put|raise|lower|change|give|push|update|bump|close|delete|create|add)(?!\w)"
)
_HE_WILL = re.compile(
    r"(?<!\w)(?:he|she|somebody|someone|nobody|my boss|my manager) (?=(?:will|shall|is|wants|wanted|tried|plans|has|needs|was) )"
)


def _others_will(reading: Reading) -> bool:
    """Whether a colleague is said to be about to do it: "Leah will move it to Proposal"."""
    text = reading.text
    named = [one.last for one in reading.mentions if any(record.kind == "user" for record in one.records)]
    first = text.tokens[0] if text.tokens else None
    if first is not None and first.is_capitalised and (first.raw.lower() != first.norm or reading.labels[0] == "<unk>"):
        named.append(1)  # somebody whom the person may not see, read as the word that is nearest
    if any(_WILL.match(text.norm_between(last, len(text.tokens))) for last in named):
        return True
    return any(_WILL.match(text.norm[match.end() :]) for match in _HE_WILL.finditer(text.norm))


def asks_by_its_mark(reading: Reading) -> bool:
    """Whether a statement ends with a question mark ("so Acme is lost?"); an order may do so out of courtesy."""
    own = _own(reading)
    if not re.search(r"\? ?$", own) or _POLITE.match(own):
        return False
    return not orders(reading)


def is_order(reading: Reading, effect: Effect) -> bool:
    """Whether the person's own words, outside quotes and hearsay, order an act of this effect."""
    own = _own(reading)
    if effect is Effect.POLICY:
        # A rule is stated ("reps may not export contacts"), and it waits for a person whatever the words were.
        return not (is_question(reading) or is_ban(reading))
    words = _ORDER_WORDS.get(effect, _ORDER_WORDS[Effect.WRITE])
    told = effect is Effect.WRITE and bool(_STATES.match(own)) and not names_a_task(reading)
    return bool(words.search(own)) and not (told or is_question(reading) or is_ban(reading))


def _own(reading: Reading) -> str:
    return " ".join(
        token.norm for place, token in enumerate(reading.text.tokens) if place not in reading.content
    ).strip()
