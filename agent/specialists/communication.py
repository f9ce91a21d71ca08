"""The communication specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

COMMUNICATION = Specialist(
    Area.COMMUNICATION,
    "e-mail drafts and their revision, call scripts, and proposing to send a draft",
)
