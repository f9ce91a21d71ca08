"""The intelligence specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

INTELLIGENCE = Specialist(
    Area.INTELLIGENCE,
    "patterns behind won and lost deals, and the best next action",
)
