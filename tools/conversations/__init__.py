"""What a conversation was about."""

from tools.conversations.recap import recap_conversation

TOOLS = (recap_conversation,)

__all__ = ["TOOLS", "recap_conversation"]
