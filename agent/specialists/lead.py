"""The lead specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

LEAD = Specialist(
    Area.LEAD,
    "who the leads are, whom to contact, and everything known about one account, contact, lead or deal",
)
