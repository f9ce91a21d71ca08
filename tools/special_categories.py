"""Special categories of personal data (GDPR, article 9): what is never kept of a person.

Words of a condition, a belief or an allegiance count; words for institutions alone do not, because hospitals,
churches and parties are customers too. It errs on the side of keeping nothing.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping

from db.names import fold

_PATTERNS: Mapping[str, str] = {
    "health": r"cancer|tumou?r|chemo(?:therapy)?|diabet(?:es|ic)|diagnos(?:ed|is) with|diagnosis|depress(?:ion|ed)|burn ?out|anxiety disorder|bipolar|schizophreni\w*|autis(?:m|tic)|adhd|dyslexi\w*|epilep\w*|asthma\w*|allerg(?:y|ic|ies)|migraines?|dementia|alzheimer\w*|parkinson\w*|multiple sclerosis|hiv|aids|covid|pregnan(?:t|cy)|miscarriage|ivf|surgery|operat(?:ed|ion) on (?:his|her|their)|heart (?:attack|disease|condition|problem)|stroke|disab(?:led|ility|ilities)|wheelchair|(?:was|is|been|were|fell|falls|seriously|very|chronically) (?:ill|sick)|sick leave|illness|in (?:the )?hospital|hospitali[sz]ed|(?:in|goes to|sees a|seeing a) (?:therapy|rehab|therapist|psychiatrist|psychologist)|medication|antidepressants?|alcoholic|alcoholism|addict(?:ed|ion)?|mental health (?:problem|issue|condition)\w*|blood pressure|gluten intoleran\w*|coeliac|celiac|broke (?:his|her|their) (?:leg|arm|hip|back)",
    "belief": r"catholic|protestant|evangelical|lutheran|mormon|jehovah\w*|christian|muslim|islam(?:ic)?|sunni|shia|jew(?:ish)?|hindu|sikh|buddhist|atheist|agnostic|goes to (?:church|mosque|temple|synagogue|mass)|(?:is|very|deeply|quite) religious|religion|prays|ramadan|kosher|halal|scientolog\w*",
    "politics": r"(?:votes?|voted|voting|campaigns?|campaigned) for|republican|democrat|tory|tories|labour voter|socialist|communist|(?:far )?(?:left|right)[- ]wing\w*|conservative (?:party|voter)|(?:labour|green|liberal|democratic|republican|communist) party|party member|member of (?:the )?(?:party|spd|cdu|csu|fdp|afd|greens|labour|tories)|politically|political (?:views?|opinions?|activist)|trump (?:fan|supporter|voter)|brexiteer",
    "a trade union": r"trade union\w*|union (?:member|rep|representative|activist|organi[sz]er|man|woman)|unioni[sz]ed|(?:in|of|joined|joins|belongs to) (?:a|the|his|her|their) union|works council member|shop steward",
    "sexuality": r"gay|lesbian|bisexual|homosexual|heterosexual|queer|lgbt\w*|transgender|trans (?:man|woman)|sexual(?:ity| orientation| preference)|sex life|(?:having|has|had) an affair",
    "origin": r"ethnic(?:ity)?|racial|his race|her race|their race|skin colou?r|(?:is|are|he is|she is) (?:black|white|asian|latino|latina|hispanic|arab|roma)|gypsy",
}  # fmt: skip
_SAID = {name: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for name, pattern in _PATTERNS.items()}


def category_of(text: str, *, names: str = "") -> str | None:
    """The special category a text tells of, in words; None where it tells of none.

    Args:
        names: of who it is about, which tell nothing: some people are called Christian or White.
    """
    own = set(re.findall(r"[^\W_]+", fold(names)))
    folded = re.sub(r"[^\W_]+", lambda word: "\x00" if word[0] in own else word[0], fold(text))
    return next((name for name, said in _SAID.items() if said.search(folded)), None)
