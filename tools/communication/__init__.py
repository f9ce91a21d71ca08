"""Communication tools: e-mail drafts, call scripts, and sending what was drafted."""

from tools.communication.call import call_script
from tools.communication.email import draft_email, revise_draft
from tools.communication.send import send_email

TOOLS = (draft_email, revise_draft, call_script, send_email)

__all__ = ["TOOLS", "call_script", "draft_email", "revise_draft", "send_email"]
