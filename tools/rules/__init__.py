"""Tools for what a workspace decides for itself: its rules, and its dated rates of exchange."""

from tools.rules.rates import set_exchange_rate
from tools.rules.setting import set_rule
from tools.rules.telling import exchange_rates, workspace_rules

TOOLS = (workspace_rules, set_rule, exchange_rates, set_exchange_rate)

__all__ = ["TOOLS", "exchange_rates", "set_exchange_rate", "set_rule", "workspace_rules"]
