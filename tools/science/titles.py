"""Job titles: one spelling for the same title, and what level and department it names where that is plain."""

from __future__ import annotations

import re
from functools import cache

_LONG_FORMS = (
    (r"\bvice president\b|\bv\.p\.|\bvice-president\b", "vp"),
    (r"\bchief executive officer\b", "ceo"), (r"\bchief financial officer\b", "cfo"),
    (r"\bchief operating officer\b", "coo"), (r"\bchief technology officer\b", "cto"),
    (r"\bchief information officer\b", "cio"), (r"\bchief marketing officer\b", "cmo"),
    (r"\bchief revenue officer\b", "cro"), (r"\bsenior\b|\bsr\.", "sr"), (r"\bof\b|\bfor\b|\bthe\b|[,.]", " "),
)  # fmt: skip
_LEVELS = (
    ("Specialist", r"\b(?:assistant|secretary|pa|executive assistant|intern|trainee|student)\b"),
    ("Executive", r"\b(?:c[efotimr]o|ciso|chro|cpo|chief|founder|co founder|owner|president|managing director|"
                  r"geschäftsführer(?:in)?|ceo|chairman|chairwoman|partner)\b"),
    ("VP", r"\b(?:vp|svp|evp)\b"),
    ("Director", r"\b(?:director|head|leiter(?:in)?|directeur|directrice|directora?)\b"),
    ("Manager", r"\b(?:manager(?:in)?|lead|teamleiter(?:in)?|responsable|jefe|jefa|supervisor)\b"),
    ("Specialist", r"\b(?:specialist|coordinator|analyst|engineer|developer|clerk|officer|planner|administrator|"
                   r"representative|consultant|technician|accountant|buyer|recruiter)\b"),
)  # fmt: skip
_DEPARTMENTS = (
    ("IT", r"\b(?:it|cio|cto|ciso|information technology|information security|it security|software|systems?|data|"
           r"infrastructure|developer|devops|digital)\b"),
    ("Finance", r"\b(?:finance|financial|cfo|controller|controlling|accounting|accountant|treasury|treasurer)\b"),
    ("Human Resources", r"\b(?:hr|human resources|people|chro|talent|recruiting|recruiter|personnel)\b"),
    ("Procurement", r"\b(?:procurement|purchasing|sourcing|buyer|einkauf)\b"),
    ("Marketing", r"\b(?:marketing|cmo|brand|communications|content)\b"),
    ("Sales", r"\b(?:sales|cro|revenue|account executive|account manager|business development|vertrieb)\b"),
    ("Legal", r"\b(?:legal|counsel|compliance|lawyer)\b"),
    ("Operations", r"\b(?:operations?|coo|logistics|planning|planner|production|plant|manufacturing|supply chain|"
                   r"service delivery|scheduling|warehouse|shift|maintenance|facility|quality)\b"),
)  # fmt: skip
_LONGEST = 120


@cache
def normal(title: str) -> str:
    """`vp sales` of “Vice President of Sales”: titles that come to the same are the same."""
    text = title.casefold()
    for pattern, short in _LONG_FORMS:
        text = re.sub(pattern, short, text)
    return " ".join(text.split())


def seniority(title: str | None) -> str | None:
    """Executive, VP, Director, Manager or Specialist; None where the title names no level."""
    text = _words(title)
    return next((level for level, pattern in _LEVELS if re.search(pattern, text)), None)


def department(title: str | None) -> str | None:
    """The one department a title names; None where it names none, or several ("Finance and IT Director")."""
    text = _words(title)
    found = [name for name, pattern in _DEPARTMENTS if re.search(pattern, text)]
    return found[0] if len(found) == 1 else None


def _words(title: str | None) -> str:
    return re.sub(r"[^\w ]+", " ", normal((title or "")[:_LONGEST]))
