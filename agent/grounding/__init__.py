"""Only what a tool said reaches the reader: a model's text is held against the tools' sentences, word by word."""

from agent.grounding.figures import Cited, Rendered, numbered, render
from agent.grounding.judging import Judgement, judge
from agent.grounding.sources import Statement, Told, statements_of
from agent.grounding.talk import judge_talk
from agent.grounding.verdict import Verdict

__all__ = [
    "Cited",
    "Judgement",
    "Rendered",
    "Statement",
    "Told",
    "Verdict",
    "judge",
    "judge_talk",
    "numbered",
    "render",
    "statements_of",
]
