"""The languages letters are written in, by their codes."""

from __future__ import annotations

LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French"}
