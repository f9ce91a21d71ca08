"""The analytics specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

ANALYTICS = Specialist(
    Area.ANALYTICS,
    "win rate by segment and period, why it changed, and whether a change is noise",
)
