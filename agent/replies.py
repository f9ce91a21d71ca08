"""What is said when there is nothing to look up: greetings, help, and questions a CRM cannot answer."""

from __future__ import annotations

import re

from agent.specialists import SPECIALISTS

_THANKS = re.compile(
    r"\b(thanks?|thank you|thx|cheers|danke|gracias|merci|great|perfect|nice|awesome|cool)\b", re.IGNORECASE
)
_BYE = re.compile(r"\b(bye|goodbye|good night|see you|ciao|tsch[uü]ss)\b", re.IGNORECASE)


def small_talk(text: str, name: str) -> str:
    first = name.split(maxsplit=1)[0] if name else ""
    if _BYE.search(text):
        return f"Goodbye, {first}."
    if _THANKS.search(text):
        return "You are welcome."
    return f"Hello {first}. Ask me about your deals, leads, tasks or win rate, or have me draft a message."


def help_text() -> str:
    """One line per specialist with two things to say, from the tools' own examples."""
    lines = ["I work on your CRM records. You can say, for example:"]
    for specialist in SPECIALISTS:
        examples = [tool.examples[0] for tool in specialist.tools]
        lines.append(f"- {specialist.area.capitalize()}: " + " · ".join(f"“{example}”" for example in examples[:3]))
    lines.append("Changes can be taken back with “undo that”; messages wait for your approval.")
    return "\n".join(lines)


def out_of_scope(topic: str) -> str:
    about = f" about {topic}" if topic else ""
    return (
        f"I cannot help with that{about}: I answer from your CRM records. "
        "I can look at deals, leads, tasks and win rate, draft messages, and set reminders."
    )


def left_out(conditions: tuple[str, ...]) -> str:
    """Said above an answer that could not be narrowed as asked."""
    named = ", ".join(f"“{one}”" for one in conditions)
    return f"Not taken into account: {named}. I cannot narrow this by it yet, so the answer is wider than asked."
