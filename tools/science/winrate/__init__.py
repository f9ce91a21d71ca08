"""Why the win rate moved: an exact split, a test of every step, and the words "no reliable signal" when that is so.

`diagnose(deals, question)` is the whole of it; the parts are usable on their own.
"""

from tools.science.winrate.diagnose import diagnose
from tools.science.winrate.diagnosis import Diagnosis, Top, TopKind, Verdict
from tools.science.winrate.kitagawa import Effect, split
from tools.science.winrate.proportions import benjamini_hochberg, newcombe, wilson
from tools.science.winrate.question import Expected, Question
from tools.science.winrate.table import RateRow, win_rate_table

__all__ = [
    "Diagnosis",
    "Effect",
    "Expected",
    "Question",
    "RateRow",
    "Top",
    "TopKind",
    "Verdict",
    "benjamini_hochberg",
    "diagnose",
    "newcombe",
    "split",
    "wilson",
    "win_rate_table",
]
