"""What was changed: told, and taken back together."""

from tools.changes.listing import list_changes
from tools.changes.taking_back import undo_changes

TOOLS = (list_changes, undo_changes)

__all__ = ["TOOLS", "list_changes", "undo_changes"]
