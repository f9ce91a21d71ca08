"""Tools for who may do what, which fields a role gets to see, and the fields a workspace adds to its records."""

from tools.matrix.fields import set_custom_field
from tools.matrix.grants import set_permission
from tools.matrix.hiding import set_field_shown
from tools.matrix.telling import list_fields, list_permissions

TOOLS = (list_permissions, set_permission, set_field_shown, list_fields, set_custom_field)

__all__ = ["TOOLS", "list_fields", "list_permissions", "set_custom_field", "set_field_shown", "set_permission"]
