"""Scores of leads: the rules that hold, the facts they are applied to, and keeping what is stored in step with both.

`rescore` follows every change in its transaction, `rescore_due` time and imports, `rescore_all` new rules.
"""

from tools.scoring.model import Model, model_of
from tools.scoring.qualifying import qualified
from tools.scoring.rescoring import rescore, rescore_all, rescore_block, rescore_due
from tools.scoring.rules import set_rules
from tools.scoring.standing import Scored, scored

__all__ = [
    "Model", "Scored", "model_of", "qualified", "rescore", "rescore_all", "rescore_block", "rescore_due", "scored",
    "set_rules",
]  # fmt: skip
