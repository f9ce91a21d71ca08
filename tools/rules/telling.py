"""What the rules of the workspace are, and its rates of exchange."""

from __future__ import annotations

from pydantic import Field

from db.access import Permission
from db.exchange import Rate
from db.repositories.exchange import RateRepository
from db.repositories.rules import RuleLine, RuleRepository
from db.rules import RuleSource
from tools.analytics.definition import definition
from tools.contract import Area, Ask, Effect, Found, ToolContext, tool
from tools.evidence import Figures, Unit
from tools.rules.keys import RuleKey
from tools.wording import clean, day

_WIN_RATE = ("win_rate_by", "win_rate_disqualified", "win_rate_renewals", "disqualified_reasons")
_FROM = {
    RuleSource.WORKSPACE: "set in the workspace",
    RuleSource.ENVIRONMENT: "from the environment",
    RuleSource.DEFAULT: "the default",
}


class WorkspaceRules(Ask):
    rule: RuleKey | None = None
    """One rule; left out, all of them."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="looking up the rules",
    examples=(
        "what is our fiscal year",
        "how do we define win rate",
        "what are the rules of this workspace",
        "which currency do we report in",
        "when does our week start",
        "how long do we keep leads",
        "which time zone do we use",
        "do renewals count in the win rate",
    ),
)
async def workspace_rules(ask: WorkspaceRules, at: ToolContext) -> Found:
    """Tell the workspace's rules: fiscal year, week, time zone, currency, how win rate is defined, retention."""
    lines = await RuleRepository(at.session, at.actor).lines(at.workspace)
    chosen = [line for line in lines if ask.rule in (None, line.rule.key)]
    said = [_line(line) for line in chosen] if ask.rule is None else [_sentence(line) for line in chosen]
    if ask.rule is None or ask.rule in _WIN_RATE:
        said.append(f"Win rate: {definition(at.workspace).words()}.")
    rows = tuple(
        {"rule": one.rule.key, "value": one.value, "shown": one.text, "from": one.source.value} for one in chosen
    )
    return Found(("\n".join(said),), rows=rows, scope="the workspace")


def _line(line: RuleLine) -> str:
    return f"- {line.rule.title}: {clean(line.text, most=400)} ({_FROM[line.source]})"


def _sentence(line: RuleLine) -> str:
    title = f"{line.rule.title[:1].upper()}{line.rule.title[1:]}"
    return f"{title}: {clean(line.text, most=400)} ({_FROM[line.source]}). {line.rule.about}"


class ExchangeRates(Ask):
    limit: int = Field(default=20, ge=1, le=200)


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    doing="looking up the rates of exchange",
    examples=(
        "which exchange rates do we use",
        "what is our rate for the euro",
        "show the exchange rates",
        "list the currency rates",
        "at which rate do you convert pounds",
        "from which day is our dollar rate",
        "where do the exchange rates come from",
    ),
)
async def exchange_rates(ask: ExchangeRates, at: ToolContext) -> Found:
    """List the dated rates of exchange with which amounts of other currencies are converted, with their sources."""
    rates = await RateRepository(at.session, at.actor).lines(limit=ask.limit)
    if not rates:
        return Found(
            (
                "No rates of exchange are stored yet, so amounts of different currencies are kept apart.",
            ),
            scope="the workspace",
        )  # fmt: skip
    figures = Figures("rate as it was entered")
    said = "\n".join(["Rates of exchange, the latest first:", *(_rate(one, figures) for one in rates)])
    rows = tuple(
        {
            "currency": one.currency, "against": one.against, "rate": f"{one.rate.normalize():f}",
            "from": one.valid_from.isoformat(), "source": one.source,
        }
        for one in rates
    )  # fmt: skip
    return Found((said,), figures.all, rows, scope="the workspace")


def _rate(rate: Rate, figures: Figures) -> str:
    plain = rate.rate.normalize()
    label = f"one {rate.currency} in {rate.against}, from {day(rate.valid_from)}"
    value = figures.add(
        f"rate.{rate.id}", rate.rate, Unit.SCORE, label, digits=min(8, max(2, -int(plain.as_tuple().exponent)))
    )
    source = f" ({clean(rate.source, most=80)})" if rate.source else ""
    return f"- one {rate.currency} is {value} {rate.against} from {day(rate.valid_from)}{source}"
