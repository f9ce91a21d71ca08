"""What a call script is made of: goals, questions, talk track and closing per phase, answers to objections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tools.communication.facts import Concern


class Phase(StrEnum):
    """Where a deal stands, whatever its stages are called: read from the probability of its stage."""

    LEAD = "lead"
    EARLY = "early"
    QUALIFYING = "qualifying"
    PROPOSAL = "proposal"
    CLOSING = "closing"
    WON = "won"
    LOST = "lost"


def phase_of(probability: float) -> Phase:
    if probability < 0.2:
        return Phase.EARLY
    if probability < 0.45:
        return Phase.QUALIFYING
    return Phase.PROPOSAL if probability < 0.65 else Phase.CLOSING


@dataclass(frozen=True, slots=True)
class Part:
    goal: str
    questions: tuple[str, ...]
    track: tuple[str, ...]
    ask: str


PARTS: dict[Phase, Part] = {
    Phase.LEAD: Part(
        "Find out whether there is a need and agree a first proper conversation.",
        (
            "What made you look into this now?",
            "How do you handle it today, and who is affected when it goes wrong?",
            "What happens if nothing changes this year?",
            "Who besides you would have to be convinced?",
        ),
        (
            "Keep your own part under a minute and let the other side talk.",
            "Repeat the need in their words before you mention what we do.",
        ),
        "Shall we put 30 minutes in the calendar, with whoever feels this most on your side?",
    ),
    Phase.EARLY: Part(
        "Understand the problem, its cost and who decides.",
        (
            "What does a bad week look like, and what does it cost you?",
            "What have you tried so far, and why was it not enough?",
            "How will you recognise that a solution works?",
            "Who decides, and who can say no?",
            "Is there a date by which it has to be in place?",
        ),
        (
            "Stay with the problem until they have put a figure on it themselves.",
            "Show one example close to their business, not the whole product.",
        ),
        "Would a working session with the people who live with this be the right next step, and when?",
    ),
    Phase.QUALIFYING: Part(
        "Confirm budget, criteria and the way to a decision.",
        (
            "Which criteria will you decide by, in order?",
            "Is there a budget, and who releases it?",
            "Which alternatives are you looking at, doing nothing included?",
            "What has to happen inside before you can sign?",
            "Who has not been heard yet?",
        ),
        (
            "Match each of their criteria with one thing they have seen.",
            "Agree in writing what a successful trial or evaluation is.",
        ),
        "If we meet these criteria, is there anything else that would keep you from going ahead?",
    ),
    Phase.PROPOSAL: Part(
        "Hear how the proposal was received and clear what stands in its way.",
        (
            "What did you like, and what is missing?",
            "How does it compare with the other options on your table?",
            "Who else has read it, and what did they say?",
            "Which date do you have in mind for the decision?",
        ),
        (
            "Go through the value for each reader of the proposal, the figure last.",
            "Take one concern at a time; write it down before you answer.",
        ),
        "What would have to change for you to say yes, and by when can we settle it together?",
    ),
    Phase.CLOSING: Part(
        "Clear the last open points and agree the day of signing.",
        (
            "Which points are still open on your side, all of them?",
            "Who signs, and is that person available?",
            "What do legal and procurement still need?",
            "When do you want to start, and what has to be ready by then?",
        ),
        (
            "Concede nothing without something in return, and nothing outside policy.",
            "Work back from their start date to the date of signing.",
        ),
        "If we settle these points, can we fix the day of signing now?",
    ),
    Phase.WON: Part(
        "Make sure they get what they bought, and hear what comes next.",
        (
            "What has worked well since you started?",
            "What has been harder than expected?",
            "Who uses it every day, and what do they say?",
            "Where else would it help?",
        ),
        ("Listen first; note every point that needs a colleague.", "Name what you will do about it and by when."),
        "May I come back to you with answers to these points, and shall we fix the date for that?",
    ),
    Phase.LOST: Part(
        "Learn what has changed, without selling.",
        (
            "How did things develop after your decision?",
            "What works well now, and what does not?",
            "What would have made the difference for us?",
            "When does the question come up again?",
        ),
        ("Thank them for being open; do not argue about the decision.", "Ask for permission before you go on."),
        "May I call you again before you plan the next round, and when would that be?",
    ),
}

ANSWERS: dict[Concern, str] = {
    Concern.PRICE: "“Compared with what?” Then look at what the problem costs them today, and at which part of the "
    "scope carries the value. Change the scope before the price.",
    Concern.COMPETITOR: "“What do you like about their offer?” Acknowledge it, then ask which of their own criteria "
    "weighs most and stay with the one or two that set us apart. Never talk a competitor down.",
    Concern.SECURITY: "“Who has to be satisfied, and what do they need to see?” Offer a call with that person; "
    "promise no answer you have not checked.",
    Concern.INTEGRATION: "“Which system, and who runs it?” Bring that person and ours together, and agree what a test "
    "would have to show.",
    Concern.TIMING: "“What has to be finished before?” Separate what must wait from what can be prepared now, and "
    "agree a date to speak again.",
    Concern.CONSENT: "“Who is not convinced, and what would they need to see?” Ask for a short talk with exactly "
    "those.",
}
UNDECIDED = (
    "“What happens if nothing is decided?” Let them put a figure on it, and find out who has not been heard yet."
)
MISSING = (
    "“What do you need it for?” Find out how often it matters and what they do today; promise nothing that is not "
    "planned, and pass it on."
)
ANYTHING = "“Can you tell me more about that?” Hear it out, repeat it in their words, and answer only then."
