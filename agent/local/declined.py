"""What nobody's words get done here: handing out secrets, and writing to people to threaten or to insult them."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

from agent.local import guard
from agent.local.reading import Reading

_SECRET = re.compile(
    r"(?<!\w)(?:passwords?|passcodes?|passphrases?|pin codes?|api keys?|secret keys?|access tokens?|credentials|login details|private keys?)(?!\w)"
)
_HANDS_OUT = re.compile(
    r"(?<!\w)(?:show|give|tell|send|email|mail|read|list|reveal|export|print|display|share|what|whats|which|need|want|know|get|look up|find|hand over|leak)(?!\w)"
)
_ABOUT_SECRETS = re.compile(
    r"(?<!\w)(?:remind|reminder|task|todo|note|log|reset|resetting|changed?|forgot|forgotten|lost|call|meeting|policy)(?!\w)"
)
_WRITES = re.compile(
    r"(?<!\w)(?:write|draft|compose|prepare|mail|email|send|tell|text|message|letter|note to|sms|whatsapp|reply|answer|call script|let \S+ know)(?!\w)"
)
_ONE = r"(?:him|her|them|his|their|you|your|he|she|they|s?he)"
_HOSTILE = re.compile(
    r"(?<!\w)(?:threat|threats|threaten\w*|intimidat\w+|blackmail\w*|extort\w*|abusive|harass\w*|insulting|hateful|racist|sexist|obscene|bully\w*|stalk\w*|humiliat\w+|scare (?:him|her|them)|frighten\w*)(?!\w)"
    r"|(?<!\w)(?:nasty|vicious|vile|cruel|mean) (?:\w+ )?(?:e?mail|message|letter|note|text|reply)(?!\w)"
    r"|(?<!\w)calling (?:him|her|them) (?:an? )?(?:idiots?|morons?|liars?|stupid|fools?|losers?|cheats?|crooks?)(?!\w)"
)
_THREATS = re.compile(
    rf"(?<!\w)know where {_ONE}(?: \w+){{0,3}} (?:lives?|sleeps?|school|house|home|kids?|children|family|parks?|goes?|go)(?!\w)"
    rf"|(?<!\w)(?:his|her|their|your) (?:kids?|children|wife|husband|family|son|daughter)(?: \w+){{0,4}} (?:safe|hurt|accident|school|happens?|suffer)(?!\w)"
    rf"|(?<!\w)(?:will|going to|gonna|would|make (?:him|her|them|you)) regret (?:it|this|that|the day)(?!\w)"
    r"|(?<!\w)or else(?= ?[.!,]* *$)"
    r"|(?<!\w)(?:hurt|harm|ruin|destroy|wreck|kill|beat up|smash|humiliate|punish) (?:him|her|them|you)(?!\w)"
    r"|(?<!\w)(?:hurt|harm|ruin|destroy|wreck|break|smash) (?:his|her|their|your) (?:\w+ )?(?:reputation|career|life|lives|family|marriage|name|legs?|face|car|house|home|kids?|children|wife|husband)(?!\w)"
    rf"|(?<!\w)(?:tell|expose|reveal|leak)(?: \w+){{0,4}} (?:affair|secret|dirty)(?!\w)"
    rf"|(?<!\w)tell {_ONE} (?:wife|husband|family|boss)(?: \w+){{0,6}} unless(?!\w)"
    r"|(?<!\w)something (?:bad|terrible) (?:will|could|might|may) happen to (?:him|her|them|his|you|your)(?!\w)"
)


def must_be_declined(reading: Reading) -> bool:
    """Whether the person's own words ask for a secret, or for a message that threatens or insults somebody."""
    own = " ".join(token.norm for place, token in enumerate(reading.text.tokens) if place not in reading.content)
    if guard.is_ban(reading):
        return False
    if _SECRET.search(own) and _HANDS_OUT.search(own) and not _ABOUT_SECRETS.search(own):
        return True
    return bool(_WRITES.search(own)) and bool(_HOSTILE.search(own) or _THREATS.search(own))
