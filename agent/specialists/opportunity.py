"""The opportunity specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

OPPORTUNITY = Specialist(
    Area.OPPORTUNITY,
    "the open pipeline, and deals by condition: largest, closing soon, stuck, at risk, won or lost",
)
