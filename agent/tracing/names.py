"""What spans and their attributes are called.

GenAI and database names are those of the OpenTelemetry semantic conventions 1.45; `rainmaker.*` are ours. Here they are
keywords with `__` for a dot. A test holds every name in the code against this roster.
"""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """Values of `gen_ai.operation.name`."""

    TURN = "invoke_workflow"
    AGENT = "invoke_agent"
    CHAT = "chat"
    TOOL = "execute_tool"


# Made by code or configuration, never from what people wrote or an endpoint sent: ids, enums, counts, hashes.
_MACHINE = """
    gen_ai__operation__name gen_ai__workflow__name gen_ai__conversation__id gen_ai__agent__name
    gen_ai__provider__name gen_ai__request__model gen_ai__request__max_tokens gen_ai__prompt__name
    gen_ai__usage__input_tokens gen_ai__usage__output_tokens gen_ai__usage__cache_read__input_tokens
    gen_ai__tool__name gen_ai__tool__type
    db__system__name db__operation__name
    error__type user__id
    rainmaker__turn rainmaker__door rainmaker__understood rainmaker__confidence rainmaker__candidates rainmaker__planner
    rainmaker__prompt rainmaker__prompt_hash rainmaker__cost_usd rainmaker__settlement rainmaker__budget
    rainmaker__effect rainmaker__ok rainmaker__code rainmaker__gate
    rainmaker__verdict rainmaker__sentence
    rainmaker__statements rainmaker__statements_ms
"""
# Words of people, records or models: redacted before anything is recorded, gone when a person is erased.
_TEXT = """
    gen_ai__input__messages gen_ai__output__messages gen_ai__response__model gen_ai__response__id
    gen_ai__response__finish_reasons gen_ai__tool__call__id gen_ai__tool__call__arguments
    rainmaker__question rainmaker__plan rainmaker__error rainmaker__status
"""


def _dotted(listed: str) -> frozenset[str]:
    return frozenset(name.replace("__", ".") for name in listed.split())


MACHINE = _dotted(_MACHINE)
TEXT = _dotted(_TEXT)
KEYWORDS = frozenset((_MACHINE + _TEXT).split())
STATUS = "rainmaker.status"
"""Why a span failed, as it is stored; other receivers get it as the description of the span's status."""

SPANS = frozenset({"turn", "link", "plan", "ground", "db read", "db write"})
"""Names of spans that say nothing of any turn; others are made with a model, tool or specialist and are redacted."""
