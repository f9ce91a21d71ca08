"""Tools for every kind of record, made from its declaration: find, count, create, change, delete, restore, merge."""

from tools.records.roster import TOOLS

__all__ = ["TOOLS"]
