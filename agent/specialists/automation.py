"""The automation specialist."""

from agent.specialists.declaration import Specialist
from tools.contract import Area

AUTOMATION = Specialist(
    Area.AUTOMATION,
    "tasks and reminders: creating one, and what is due or overdue",
)
