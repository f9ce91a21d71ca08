"""Whether what must never happen can be made to happen: lies, orders in records, races, crashes, leaks, empty purses.

Each trial attacks a fresh workspace and counts. Tests hold the same claims on small numbers; these are the full ones.
"""
