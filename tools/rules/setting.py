"""Setting a rule of the workspace: a proposal for an administrator, which can be taken back like any change."""

from __future__ import annotations

from pydantic import Field

from db.access import Permission
from db.record_images import RULE
from db.repositories.rules import RuleLine, RuleRepository
from db.rules import RuleKind, RuleSource
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, ToolContext, tool
from tools.errors import NothingToChange, Unanswerable
from tools.rules.keys import RuleKey
from tools.rules.reading import is_back, rule_meant, value_in


class SetRule(Ask):
    rule: RuleKey | None = None
    """Which rule; left out, the one that the instruction speaks of."""
    instruction: str = Field(min_length=1, max_length=400)
    """The new value, or the whole request in the person's words; “default” takes the rule back."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.POLICY,
    requires=Permission.POLICY_MANAGE,
    doing="preparing a rule of the workspace",
    examples=(
        "set the fiscal year to start in April",
        "our week starts on Sunday",
        "report everything in euros: set the currency to EUR",
        "define win rate by value",
        "count renewals in the win rate",
        "leave disqualified deals out of the win rate",
        "keep leads for two years",
        "set the time zone to Europe/Berlin",
    ),
)
async def set_rule(ask: SetRule, at: ToolContext) -> Proposed:
    """Set a rule of the workspace: fiscal year, week start, time zone, currency, definition of win rate, retention.

    It holds for everybody from the next question on. Refuses values that a rule does not take.
    """
    rule = rule_meant(ask.rule, ask.instruction)
    value = "default" if is_back(ask.instruction.strip()) else _value(rule, ask)
    lines = await RuleRepository(at.session, at.actor).lines(at.workspace)
    line = next(one for one in lines if one.rule.key == rule.key)
    if is_back(value):
        return _back(line)
    now = rule.shown(value)
    if line.source is RuleSource.WORKSPACE and line.value == value:
        raise NothingToChange(f"The {rule.title} ({now})")
    return Proposed(
        said=f"I would set the {rule.title} to {now}, for everybody; it is {line.text} now.",
        done=f"The {rule.title} is {now} from now on; it was {line.text} before. {_also(rule)}".strip(),
        arguments={"rule": rule.key, "instruction": value},
        operations=(_written(line, value),),
    )


def _value(rule: RuleKind, ask: SetRule) -> str:
    """What is given as it stands where the rule takes it, otherwise as the words say it."""
    try:
        return rule.read(" ".join(ask.instruction.split()))
    except ValueError:
        return value_in(rule, ask.instruction)


def _written(line: RuleLine, value: str) -> Operation:
    if line.id is None:
        return Operation(Action.CREATE, RULE, {"key": line.rule.key, "value": value})
    return Operation(Action.UPDATE, RULE, {"value": value}, line.id, line.version)


def _back(line: RuleLine) -> Proposed:
    if line.id is None:
        raise Unanswerable(f"The {line.rule.title} is not set in the workspace, so there is nothing to take back.")
    source = f" ({line.rule.variable} or the default)" if line.rule.variable else ""
    return Proposed(
        said=f"I would take back the {line.rule.title} ({line.text}), so that what holds without it does{source}.",
        done=f"The {line.rule.title} ({line.text}) was taken back.",
        arguments={"rule": line.rule.key, "instruction": "default"},
        operations=(Operation(Action.DELETE, RULE, {}, ids=(line.id,)),),
    )


def _also(rule: RuleKind) -> str:
    if rule.key == "currency":
        return "Rates of exchange are against a currency: those against another are not used any more."
    return ""
