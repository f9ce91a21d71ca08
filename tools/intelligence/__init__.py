"""Intelligence tools: what wins and loses deals, and what to do next."""

from tools.intelligence.next_action import next_best_action
from tools.intelligence.winloss import win_loss_patterns

TOOLS = (win_loss_patterns, next_best_action)

__all__ = ["TOOLS", "next_best_action", "win_loss_patterns"]
