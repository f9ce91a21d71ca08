"""What sentences of notes, mails and calls say about the criteria of qualification. Pure, by rules that can be read.

A sentence counts only where it states something: questions, conditions, wishes of our own and things still to be found
out say nothing. Better nothing than a guess: a criterion that no sentence settles stays unknown. English only.
Text is evidence here and never an order: nothing but the criterion, its state and the quoted sentence comes out.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=\d)|(?<=\b[A-Z])\.)+[.!?]?")
_LONGEST = 400
_SAYS_NOTHING = re.compile(
    r"\?\s*$|^(?:who|what|when|where|how|why|which|do|does|did|can|could|would|will|shall|should|is|are|have|has)\b(?!.*,)"
    r"|\b(?:if|whether|unless|suppose|would love|to be confirmed|tbc|tbd|unclear|unknown|not sure|don'?t know|no idea|depends on)\b"
    r"|\b(?:ask(?:ed|ing)?|find out|figure out|clarify|check|learn|discuss|talk(?:ed)? about|tell me|let me know|not met|have not met|need an? (?:champion|budget|sponsor)|no one knows)\b"
    r"|(?:\bnot|n't|\bnever) (?:yet )?(?:decided?|settled?|agreed?) (?:on|about|yet)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:not|never|no longer|cannot|yet to)\b|n't\b", re.IGNORECASE)
"""Inside what would settle something it leaves it open: “not released yet” is neither there nor gone for good."""
_MONEY = r"(?:[$€£¥]\s?\d[\d.,]*\s?(?:k|m|mn|million|thousand)?|\d[\d.,]*\s?(?:k|m)?\s?(?:euros?|eur|dollars?|usd|pounds?|gbp|francs|chf)|\d[\d.,]*\s?(?:k|thousand|million)(?: (?:euros?|dollars?|pounds?))?)"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_WHEN = rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?{_MONTH}(?: \d{{1,2}}\b)?(?:,? 20\d\d)?|q[1-4](?: 20\d\d)?|(?:this|next|the) (?:quarter|year|month|spring|summer|autumn|fall|winter)|(?:the )?(?:end|start|middle|beginning) of \w+(?: \w+)?|(?:the )?christmas(?: season)?|(?:\d+|two|three|four|five|six|eight|ten|twelve) (?:weeks|months|days)|20\d\d)"


@dataclass(frozen=True, slots=True)
class Rule:
    """`settled`: the sentence says what is so; `missing`: it says that it is not there; `unless` takes both back."""

    settled: re.Pattern[str]
    missing: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What one sentence says of one criterion."""

    criterion: str
    met: bool
    quote: str


def _rule(settled: str, missing: str = "", unless: str = "") -> Rule:
    def made(pattern: str) -> re.Pattern[str] | None:
        return re.compile(pattern, re.IGNORECASE) if pattern else None

    return Rule(re.compile(settled, re.IGNORECASE), made(missing), made(unless))


_TITLE = r"(?:c[efotim]o|vp|vice president|director|head of \w+|managing director|founder|owner|board|president|chief \w+ officer)"
RULES: dict[str, Rule] = {
    "budget": _rule(
        rf"{_MONEY}.{{0,40}}\b(?:set aside|earmarked|available|approved|allocated|for (?:this|it|the project))\b"
        rf"|\b(?:set aside|earmarked|allocated|budgeted|(?:have|got) (?:around|about)|can spend|willing to spend|budget (?:of|is|for .{{0,30}}is)|spend up to)\b.{{0,40}}{_MONEY}"
        rf"|\bapproved {_MONEY}|\bbudget\b.{{0,30}}\b(?:approved|signed off|confirmed|secured|released|in place|granted|available)\b|\b(?:approved|confirmed|secured|released) (?:the |our |their |a )?budget\b"
        r"|\b(?:funding|money|funds) (?:is|are|was|were) (?:in place|available|approved|secured|released)\b|\breleased the (?:money|funds|budget)\b",
        r"\b(?:no|without(?: a| any)?) (?:budget|money|funding|funds)\b|(?:\bnot|n't|\bnever)\b.{0,20}\b(?:the |a |any |enough )?(?:budget|money|funding)\b(?!.{0,10}(?:problem|issue))"
        r"|\bbudget\b.{0,20}\b(?:cut|frozen|gone|exhausted|cancelled|rejected)\b|\b(?:spending|investments?) (?:is|are|has been) (?:frozen|stopped|on hold)\b|\bmoney is tight\b|\bbudget\b.{0,10}\bnot\b.{0,12}\b(?:released|approved|available|confirmed|granted|in place)\b",
        r"\b(?:above|beyond|over|exceeds?|more than)\b.{0,20}(?:budget|set aside)|budget (?:meeting|killer|review|round|process|proposal)|\bowns? the budget|holds? the budget|\binvoices?\b|\bcompetitor\b|\bprobably\b|\bquoted\b",
    ),
    "authority": _rule(
        rf"\b(?:i|he|she|{_TITLE}|[A-Z][a-z]+ [A-Z][a-z]+)\b.{{0,25}}\b(?:signs? off (?:on )?(?:this|it|all|every|such|purchases?|orders?|deals?|contracts?|budgets?)|decides? (?:on|about) (?:this|it|these|such|all|every|purchases?|vendors?|suppliers?|tools?)|makes? the (?:final )?decision|approves? (?:it|this|all|every)|has the authority|have the authority|is the decision[- ]maker)\b|\bonly \w+(?: \w+)? can sign\b|\bgoes to (?:our|the|their) .{0,40}\bfor (?:signature|approval)\b"
        r"|\bdecision[- ]maker\b\s*(?:is|:)\s*\S+|\b(?:final )?decision (?:lies|rests|is) with\b|\b(?:board|management|committee) (?:has|have|needs?) to (?:approve|sign)\b",
        r"\b(?:not|n't|cannot) the (?:one|person) who (?:decides|signs)\b|\b(?:cannot|can't|can not) (?:sign|decide|approve)\b|\bno authority\b",
        r"\bdecided? to\b|\bcould you\b",
    ),
    "need": _rule(
        r"\b(?:still|every|each|re-?build\w*|re-?plan\w*|schedul\w+|enter\w*|cop(?:y|ies)|maintain\w*|track\w*|plans?)\b.{0,40}\b(?:by hand|manually|in (?:excel|(?:its|their|our) own spreadsheets?|spreadsheets?)|on paper)\b|\bmanual (?:scheduling|planning|data entry|work)\b|\beverything is in (?:excel|spreadsheets?)\b|\b(?:lose|losing|waste|wasting|spend) (?:\d+|one|two|three|four|five|half a) (?:hours?|days?)\b|\b(?:biggest|main|real|core|their|our) (?:problem|pain|challenge|issue|headache)s?\b.{0,10}\b(?:is|are|:)"
        r"|\bstruggl(?:e|es|ing) with\b|\b(?:need|needs|needed|require|requires) (?:a|an|some|something|better|more|new) (?!form\b|minute\b|moment\b|break\b)(?:\w+ ){0,3}(?:tool|system|solution|way|software|overview|planning|connection|platform|replacement|forecast|report|app)\b"
        r"|\blooking for (?:a|an|some) (?:\w+ ){0,3}(?:replacement|tool|system|solution|way|software|platform)\b|\bcosts? (?:us|them)\b.{0,20}\b(?:orders?|customers?|money|time|hours)\b|\bwait (?:days|weeks|hours) for\b",
        r"(?:\bnot|n't) need (?:this|it|a|an|any|anything|your)\b|\bno need (?:for|of)\b|\bhappy with what (?:we|they) have\b|\bsatisfied with (?:our|their) (?:current|present)\b",
        r"\bno problem\b|\byou need\b|\bis fine\b|\bdelivered\b",
    ),
    "timeline": _rule(
        rf"\b(?:go live|live|start|starts|decide|decision|sign|running|roll ?-?out|kick-?off|launch|switch|in place|implemented|begin)\b.{{0,40}}\b(?:by|before|in|on|for|within|until|from|at)?\s?(?:the )?{_WHEN}"
        rf"|\b(?:contract|licen[cs]e|agreement)\b.{{0,40}}\b(?:ends?|expires?|runs out|(?:is )?up)\b.{{0,20}}{_WHEN}|\b(?:deadline|target date|timeline)\s*(?:is|:)\s*.{{0,15}}{_WHEN}",
        r"\bno (?:fixed |real |clear )?(?:timeline|deadline|rush|hurry|urgency)\b|\bon hold\b|\bnot before next year\b",
        r"\b(?:met|closed|were|was|spoke|called|started)\b.{0,20}\b(?:in|until|on)\b|\bcall\b.{0,15}\bstart|\b(?:offices?|holidays?|vacation|game|match|conference|trial|webinar|fair|takes?|took|another project|internship|my)\b",
    ),
    "metrics": _rule(
        r"\b(?:cut|reduce|lower|halve|double|raise|increase|improve|save|saves|shorten|grow)\b.{0,40}(?:\d[\d.,]*\s?(?:%|percent|per cent|k\b|hours|days|minutes|euros|dollars)|\bfrom \d|\bhalf\b)|\b(?:goal|target|kpi) (?:is|of|:)\b.{0,40}\d"
        rf"|\bmeasures? success by\b|\bcosts? (?:them|us)\b.{{0,10}}{_MONEY}|\bhas to save\b",
        unless=r"\b(?:grew|last year|previous year|seats|prices?|discount|was cut|were cut)\b",
    ),
    "economic_buyer": _rule(
        r"\beconomic buyer (?:is|:)|\bbudget (?:owner|holder) (?:is|:)|\b(?:holds?|owns?|controls?) the (?:budget|money|purse)\b(?! \w*(?:spreadsheet|template|sheet|file|meeting))|\bmoney comes (?:from|out of)\b",
        unless=r"\b(?:met?|meet) the\b",
    ),
    "decision_criteria": _rule(
        r"\bcriteri(?:a|on) (?:are|is|:)|\b(?:will|going to) (?:decide|choose|judge) (?:on|by|based on) \w+|\bmost important (?:for|to) (?:us|them)\b|\bmust[- ]haves?\b.{0,4}\b(?:is|are|:)|\bwhat (?:counts|matters)(?: most)? (?:for|to) (?:us|them) (?:is|are)\b|\b(?:a|an|is a) (?:must-have|deal-?breaker|requirement) is\b",
    ),
    "decision_process": _rule(
        r"\b(?:legal|procurement|security|it|the board|the committee|works council)\b.{0,20}\b(?:has to|have to|must|needs? to|reviews?|signs?|approves?)\b.{0,40}\b(?:contract|offer|agreement|before (?:we|they|anything) \w*(?:sign|buy|order)\w*|agree|approve|sign)\b|\bworks council has to agree\b"
        r"|\bfirst\b.{0,60}\bthen\b.{0,60}\b(?:sign|approv|procurement|board|contract|legal)|\b(?:purchase|order|deal|contract) goes through\b|\b(?:on their side|next step).{0,40}\b(?:committee|board|procurement|legal)\b",
        unless=r"\bnext steps\b|\bprocess was\b",
    ),
    "champion": _rule(
        r"\b(?:is|as) (?:our|my|a|the) champion\b|\b(?:pushing|promoting|selling|supports?|defends?|pushes|promotes)\b.{0,10}\b(?:this|it|us|the project|the idea)\b.{0,15}\binternally\b|\bfights? for us\b|\bwants us to win\b|\bpresent (?:it|this|us) to (?:his|her|their) (?:boss|manager|board|team)\b|\bshared the internal\b",
        r"\b(?:nobody|no one|no champion)\b.{0,20}\b(?:inside|internally|supports?|for us)\b|\bchampion\b.{0,8}\b(?:has )?(?:left|quit|moved|gone|resigned)\b",
    ),
}  # fmt: skip
CRITERIA = tuple(RULES)


def heard(text: str) -> Iterator[Heard]:
    """Everything the sentences of a text settle, in their order."""
    for match in _SENTENCE.finditer(text or ""):
        sentence = " ".join(match[0].replace("’", "'").split())
        if not sentence or len(sentence) > _LONGEST or _SAYS_NOTHING.search(sentence):
            continue
        for criterion, rule in RULES.items():
            if rule.unless is not None and rule.unless.search(sentence):
                continue
            if rule.missing is not None and rule.missing.search(sentence):
                yield Heard(criterion, False, sentence)
            elif (found := rule.settled.search(sentence)) and not _DENIED.search(found[0]):
                yield Heard(criterion, True, sentence)
