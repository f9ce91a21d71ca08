"""The six specialists, each a declaration. They do not know each other."""

from agent.specialists.analytics import ANALYTICS
from agent.specialists.automation import AUTOMATION
from agent.specialists.communication import COMMUNICATION
from agent.specialists.declaration import Specialist
from agent.specialists.intelligence import INTELLIGENCE
from agent.specialists.lead import LEAD
from agent.specialists.opportunity import OPPORTUNITY

SPECIALISTS: tuple[Specialist, ...] = (LEAD, OPPORTUNITY, COMMUNICATION, ANALYTICS, AUTOMATION, INTELLIGENCE)
BY_NAME = {specialist.area.value: specialist for specialist in SPECIALISTS}

__all__ = ["BY_NAME", "SPECIALISTS", "Specialist"]
