"""Drafting an e-mail from the history of a record, and revising the last draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from db.access import Permission
from db.repositories.base import RecordRef
from tools.communication.facts import Facts, facts, kind_for
from tools.communication.instructions import Edits, read, stored, without
from tools.communication.letter import Letter, Style, write
from tools.communication.recipient import Recipient, recipient
from tools.communication.style import (
    LANGUAGES,
    Kind,
    LanguageArgument,
    LengthArgument,
    Tone,
    ToneArgument,
    language_code,
)
from tools.contract import Area, Ask, Document, Effect, Found, RecordArgument, ToolContext, tool
from tools.errors import BadArgument, NeedsChoice, NothingToSend
from tools.history import History, history
from tools.lead.sections import channel
from tools.people import each_once
from tools.wording import clean, day, quoted

_OFFER = (
    "I can make it shorter or longer, more formal, friendlier or more direct, put it into English, German, Spanish or "
    "French, change the subject, add a sentence, change what it asks for, or leave something out. What shall I change?"
)


class DraftEmail(Ask):
    record: RecordArgument
    """The account, contact, lead or deal it is about."""
    kind: (
        Literal[
            "first_touch", "follow_up", "proposal", "renewal", "objection", "thank_you", "meeting_request", "win_back"
        ]
        | None
    ) = None
    """Left out: what fits where things stand."""
    tone: ToneArgument = None
    length: LengthArgument = "normal"
    language: LanguageArgument = None
    """Left out: the contact's language."""
    instruction: str | None = None
    """What else the person wants in it, in their own words."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.READ,
    requires=Permission.MESSAGES_DRAFT,
    doing="drafting an e-mail",
    examples=(
        "draft a follow-up to Acme",
        "write an email to Jane Miller about the proposal",
        "compose a thank-you note for the meeting with Globex",
        "write a first email to this lead",
        "draft a short friendly reply to their price concern",
        "prepare a renewal email in German for Initech",
        "write something to win Umbrella back",
        "ask Hooli for a meeting by email",
        "draft a check-in for each of them",
    ),
)
async def draft_email(ask: DraftEmail, at: ToolContext) -> Found:
    """Draft an e-mail from the history of an account, contact, lead or deal. Nothing is sent.

    Refuses people who have opted out or must not be contacted, and records without anybody to write to.
    """
    known = await history(ask.record.ref, at)
    to = recipient(known)
    kind = Kind(ask.kind) if ask.kind else kind_for(known)
    edits = read(ask.instruction)
    style = _style(ask, kind, to, edits)
    return _found(known, to, style, edits, at)


class ReviseDraft(Ask):
    instruction: str | None = None
    """What to change, in the person's own words."""
    tone: ToneArgument = None
    length: LengthArgument | None = None
    language: LanguageArgument = None


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.READ,
    requires=Permission.MESSAGES_DRAFT,
    doing="revising the draft",
    examples=(
        "make it shorter",
        "more formal please",
        "rewrite the draft in French",
        "change the subject to Next steps",
        "add a sentence that I am on holiday next week",
        "make that sound friendlier",
        "leave out the part about the price",
        "ask for a call on Friday instead",
    ),
)
async def revise_draft(ask: ReviseDraft, at: ToolContext) -> Found:
    """Change the last e-mail draft of this conversation: length, tone, language, subject, what it says or asks.

    The facts stay as they are. Refuses when there is no draft, or when the wish is not understood.
    """
    draft = at.draft
    if draft is None:
        raise NothingToSend
    if draft.kind != "email" or draft.to is None:
        raise BadArgument("draft", "the last text is not an e-mail; ask me to draft one first")
    wish = read(ask.instruction)
    wish = wish.then(Edits(tone=Tone(ask.tone) if ask.tone else None, language=ask.language, left=wish.left))
    if ask.length is not None:
        wish = replace(wish, short=ask.length == "short")
    if wish.empty:
        raise NeedsChoice(_OFFER)
    return await _revised(draft, wish, at)


async def _revised(draft: Document, wish: Edits, at: ToolContext) -> Found:
    record = draft.arguments.get("record")
    known = await history(_ref(record) if record else draft.to or draft.about or RecordRef("", 0), at)
    to = recipient(known)
    before = _stored_style(draft.arguments)
    edits = stored(draft.arguments).then(wish)
    if _compose(known, to, before, stored(draft.arguments), at)[1].body != draft.body:
        return _edited_by_hand(draft, known, to, wish, at)
    style = replace(
        before,
        tone=wish.tone or before.tone,
        short=before.short if wish.short is None else wish.short,
        language=wish.language or before.language,
    )
    return _found(known, to, style, edits, at)


def _edited_by_hand(draft: Document, known: History, to: Recipient, wish: Edits, at: ToolContext) -> Found:
    """A text that is no longer ours is not rewritten; single sentences can be added and taken out."""
    if wish.tone or wish.short is not None or wish.language or wish.ask:
        raise NeedsChoice(
            "This text was changed by hand, so I only add a sentence, leave one out or change the subject. "
            "Shall I draft the e-mail anew instead?",
            ("draft it anew", "leave it as it is"),
        )
    *paragraphs, last = without(draft.body, wish.drop).split("\n\n")
    body = "\n\n".join([*paragraphs, *wish.say, last])
    letter = Letter(wish.subject or draft.subject or "", body)
    return _shown(known, to, _document(draft.arguments, letter, to, known), ("Changed as you asked.",), at)


def _style(ask: DraftEmail, kind: Kind, to: Recipient, edits: Edits) -> Style:
    return Style(
        kind,
        Tone(ask.tone) if ask.tone else edits.tone or Tone.NEUTRAL,
        ask.length == "short" or bool(edits.short),
        ask.language or edits.language or _own_language(to) or "en",
    )


def _own_language(to: Recipient) -> str | None:
    try:
        return str(language_code(to.language)) if to.language else None
    except ValueError:
        return None  # a language we do not write: English, and the answer says so


def _stored_style(arguments: Any) -> Style:  # noqa: ANN401 - JSON of a stored document
    return Style(
        Kind(arguments.get("kind") or Kind.FOLLOW_UP),
        Tone(arguments.get("tone") or Tone.NEUTRAL),
        arguments.get("length") == "short",
        arguments.get("language") or "en",
    )


def _compose(known: History, to: Recipient, style: Style, edits: Edits, at: ToolContext) -> tuple[Facts, Letter]:
    told = facts(known, to, at, hint=f"{edits.about or ''} {' '.join(edits.say)}")
    letter = write(told, style, edits)
    return told, replace(letter, body=without(letter.body, edits.drop))


def _found(known: History, to: Recipient, style: Style, edits: Edits, at: ToolContext) -> Found:
    told, letter = _compose(known, to, style, edits, at)
    arguments = {
        "record": {"kind": known.about.kind, "id": known.about.id, "name": known.about.name},
        "kind": style.kind.value,
        "tone": None if style.tone is Tone.NEUTRAL else style.tone.value,
        "length": "short" if style.short else "normal",
        "language": style.language,
        "edits": edits.plain(),
    }
    remarks = _remarks(told, letter, to, edits, at)
    return _shown(known, to, _document(arguments, letter, to, known), remarks, at, style=style)


def _document(arguments: Any, letter: Letter, to: Recipient, known: History) -> Document:  # noqa: ANN401 - JSON
    return Document(
        kind="email",
        title=f"E-mail to {clean(to.ref.name)}",
        body=letter.body,
        to=to.ref,
        about=known.about,
        subject=letter.subject,
        arguments=arguments,
    )


def _shown(
    known: History,
    to: Recipient,
    document: Document,
    remarks: tuple[str, ...],
    at: ToolContext,
    *,
    style: Style | None = None,
) -> Found:
    where = f" at {clean(to.company)}" if to.company else ""
    kind = style.kind.said if style else "the e-mail"
    language = f", in {LANGUAGES[style.language]}" if style and style.language != "en" else ""
    said = f"Here is {kind} to {clean(to.ref.name)}{where}{language}. Nothing has been sent."
    return Found(
        (" ".join([said, *remarks]),),
        rows=_rows(known, at),
        document=document,
        focus=(to.ref,),
        people=each_once([to.person, *known.people]),
    )


def _remarks(told: Facts, letter: Letter, to: Recipient, edits: Edits, at: ToolContext) -> tuple[str, ...]:
    """What the person should know before sending it unread."""
    said = []
    if told.reference is not None:
        said.append(f"It refers to the last exchange, of {day(told.reference[1])}.")
    if told.question is not None and told.question in letter.body:
        said.append("It quotes the open question without answering it; tell me the answer and I add it.")
    if not to.email and at.actor.sees(to.ref.kind, "email"):
        said.append("There is no e-mail address on record, so it cannot be sent from here yet.")
    if to.language and _own_language(to) is None:
        said.append(f"The contact's language on record is {clean(to.language, most=20)}, which I do not write.")
    if edits.left:
        said.append(f"I could not work in {quoted(edits.left, most=120)}; say it as “add that …” or “ask for …”.")
    return tuple(said)


def _rows(known: History, at: ToolContext) -> tuple[dict[str, Any], ...]:
    """What the draft rests on."""
    return tuple(
        {
            "what": channel(one.channel),
            "date": one.at.astimezone(at.now.tzinfo).date().isoformat(),
            "direction": one.direction,
            "with": one.contact,
            "subject": clean(one.subject),
        }
        for one in known.exchanges[:5]
    )


def _ref(stored_record: Any) -> RecordRef:  # noqa: ANN401 - JSON of a stored document
    return RecordRef(stored_record["kind"], int(stored_record["id"]), stored_record.get("name", ""))
