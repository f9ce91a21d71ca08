"""What a sentence about a person is about, by the words it is said with."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping

from db.names import fold
from db.records.choices import Topic

_PATTERNS: Mapping[Topic, str] = {
    Topic.COMMITMENT: r"promised|has agreed to|have agreed to|agreed to|committed to|gave (?:us )?(?:his|her|their) word|(?:will|is going to|are going to) (?:send|share|sign|introduce|decide|confirm|get back|come back|forward|provide|talk to|speak to|check)|owes us|we owe",
    Topic.OBJECTION: r"too expensive|over (?:the )?budget|no budget|not convinced|not sure (?:about|whether|if)|price is (?:too )?high|happy with (?:their|the) current|already (?:have|has|use|uses)|no time to|objects? to|objected|push(?:ed|es)? back|locked in",
    Topic.PAIN_POINT: r"struggl\w+|pain(?:s|ful| points?)?|frustrat\w+|problems? with|trouble with|suffers? from|(?:is|are|was|were) (?:worried|concerned) about|wast(?:es?|ing) time|takes? (?:far )?too long|by hand|error[- ]prone|fed up with|bottleneck|complain\w*",
    Topic.PREFERENCE: r"prefers?|would rather|rather than|likes? to be (?:called|contacted|reached|addressed)|best (?:reached|time)|does not (?:like|want)|doesn't (?:like|want)|do not (?:call|mail|ring|text)|don't (?:call|mail|ring|text)|dislikes?|hates?|only (?:by|on|in|after|before)|wants? (?:only|short|everything|it in writing)|favou?rite",
    Topic.PERSONAL: r"daughters?|sons?|wife|husband|partner's name|kids?|children|child|baby|married|wedding|anniversary|birthday|born (?:on|in)|holidays?|vacation|moved (?:to|house)|grew up|dogs?|cats?|family|mother|father|parents?|sister|brother",
    Topic.INTEREST: r"interested in|keen on|passionate about|loves?|enjoys?|fan of|plays?|hobb(?:y|ies)|supports|collects|runs marathons?|is into|likes?",
}  # fmt: skip
_SAID = {topic: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for topic, pattern in _PATTERNS.items()}
_NAMED: Mapping[Topic, str] = {
    Topic.PREFERENCE: r"preferences?|prefers?|likes to be",
    Topic.PAIN_POINT: r"pains?|pain points?|problems?|worries",
    Topic.INTEREST: r"interests?|hobb(?:y|ies)|likes",
    Topic.COMMITMENT: r"commitments?|promises?|promised|agreed|agreements?",
    Topic.OBJECTION: r"objections?|objected|doubts?",
    Topic.PERSONAL: r"family|personal|private life|kids|children|birthdays?",
}
_ASKED = {topic: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for topic, pattern in _NAMED.items()}
IN_WORDS: Mapping[str, str] = {
    Topic.PREFERENCE: "Preferences",
    Topic.PAIN_POINT: "Pain points",
    Topic.INTEREST: "Interests",
    Topic.COMMITMENT: "Commitments",
    Topic.OBJECTION: "Objections",
    Topic.PERSONAL: "Personal",
    Topic.FACT: "Facts",
}
_LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "about",
        "at",
        "be",
        "been",
        "but",
        "by",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "hers",
        "him",
        "his",
        "i",
        "in",
        "into",
        "is",
        "it",
        "its",
        "know",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "too",
        "us",
        "very",
        "was",
        "we",
        "were",
        "what",
        "when",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "everything",
        "anything",
        "forget",
        "delete",
        "remove",
        "please",
    ]
)


def topic_of(text: str) -> Topic | None:
    """The first topic whose words are heard; None where none are."""
    folded = fold(text)
    return next((topic for topic, said in _SAID.items() if said.search(folded)), None)


def topic_asked_for(text: str) -> Topic | None:
    """The topic that is named itself: “what are her interests”."""
    folded = fold(text)
    return next((topic for topic, said in _ASKED.items() if said.search(folded)), None)


def words_of(text: str, *, besides: str = "") -> set[str]:
    """The words of a sentence that tell it from others, in their stems; without those of a name."""
    names = set(re.findall(r"[^\W_]+", fold(besides)))
    found = (word for word in re.findall(r"[^\W_]+", re.sub(r"['’]s(?!\w)", "", fold(text))))
    return {_stem(word) for word in found if word not in _LITTLE and word not in names}


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def likeness(one: set[str], other: set[str]) -> float:
    """Words in common among all of both (Jaccard), 0 to 1."""
    return len(one & other) / len(one | other) if one | other else 0.0
