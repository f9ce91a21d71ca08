"""Personal data stays home: models, traces and logs see placeholders, the person who may see the names reads them.

Pure: no database, no clock, no I/O. `redact` and `restore` work on one text, `redact_json_into` and `restore_json` on
nested values, `RestoringStream` on an answer still being written, `Scrubber` on what is traced and logged.
"""

from agent.redaction.errors import RedactionError, UnreadableVault
from agent.redaction.kinds import NEUTRAL_WORDS, Kind, RecordRef, RedactedText
from agent.redaction.names import (
    NO_NAMES,
    UNLINKED,
    Alone,
    KnownName,
    NameIndex,
    NameKind,
)
from agent.redaction.nested import redact_json_into, restore_json
from agent.redaction.streaming import RestoringStream
from agent.redaction.texts import Link, Redacted, Redactor, Span, everyone, redact, restore, warm_up
from agent.redaction.traces import ScrubbedError, Scrubber
from agent.redaction.vault import Entry, Ledger, Vault

__all__ = [
    "NEUTRAL_WORDS",
    "NO_NAMES",
    "UNLINKED",
    "Alone",
    "Entry",
    "Kind",
    "KnownName",
    "Ledger",
    "Link",
    "NameIndex",
    "NameKind",
    "RecordRef",
    "Redacted",
    "RedactedText",
    "RedactionError",
    "Redactor",
    "RestoringStream",
    "ScrubbedError",
    "Scrubber",
    "Span",
    "UnreadableVault",
    "Vault",
    "everyone",
    "redact",
    "redact_json_into",
    "restore",
    "restore_json",
    "warm_up",
]
