"""The rules that ship: a judgement to start from, not an estimate; replace them with what won deals show.

components: most points each may give. fields: points for a known fact, times a share 0–1 from `shares` (by word;
`other` for words not listed) or `bands` ([from, share], ascending); `unknown` is the share where nothing is known,
that of an average lead. events: points when fresh, half-life in days (null: never fades; needed for negative points),
`cap`: the most (in size) one kind may add.
"""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    "components": {"behaviour": 40, "demographics": 15, "fit": 25, "engagement": 20},
    "fields": {
        "seniority": {
            "component": "demographics",
            "points": 10,
            "other": 0.3,
            "unknown": 0.4,
            "shares": {"c-level": 1.0, "vp": 0.9, "director": 0.8, "manager": 0.5},
        },
        "department": {
            "component": "demographics",
            "points": 5,
            "other": 0.4,
            "unknown": 0.4,
            "shares": {"sales": 1.0, "operations": 0.8, "marketing": 0.7},
        },
        "industry": {"component": "fit", "points": 5, "other": 0.5, "unknown": 0.4, "shares": {}},
        "employees": {
            "component": "fit",
            "points": 4,
            "unknown": 0.4,
            "bands": [[0, 0.2], [50, 0.6], [200, 1.0]],
        },
        "region": {"component": "fit", "points": 2, "other": 0.5, "unknown": 0.4, "shares": {}},
        "source": {
            "component": "fit",
            "points": 2,
            "other": 0.4,
            "unknown": 0.4,
            "shares": {"referral": 1.0, "inbound": 0.8},
        },
        "budget_minor": {
            "component": "fit",
            "points": 8,
            "unknown": 0.3,
            "bands": [[0, 0.0], [100000, 0.5], [1000000, 1.0]],
        },
        "timeline_days": {
            "component": "fit",
            "points": 4,
            "unknown": 0.3,
            "bands": [[0, 1.0], [91, 0.6], [181, 0.2]],
        },
        "pain_points": {"component": "engagement", "points": 3, "unknown": 0.2, "bands": [[0, 0.0], [1, 1.0]]},
        "decision_makers": {"component": "engagement", "points": 3, "unknown": 0.2, "bands": [[0, 0.0], [1, 1.0]]},
        "interactions_in": {"component": "engagement", "points": 4, "bands": [[0, 0.0], [1, 0.5], [4, 1.0]]},
    },
    "events": {
        "email_open": {"component": "behaviour", "points": 1, "half_life_days": 7, "cap": 3},
        "email_click": {"component": "behaviour", "points": 3, "half_life_days": 14, "cap": 8},
        "email_reply": {"component": "behaviour", "points": 10, "half_life_days": 14, "cap": 18},
        "message_reply": {"component": "behaviour", "points": 8, "half_life_days": 14, "cap": 14},
        "page_visit": {"component": "behaviour", "points": 2, "half_life_days": 7, "cap": 8},
        "form": {"component": "behaviour", "points": 8, "half_life_days": 21, "cap": 12},
        "webinar": {"component": "behaviour", "points": 6, "half_life_days": 30, "cap": 10},
        "demo_request": {"component": "behaviour", "points": 20, "half_life_days": 30, "cap": 25},
        "call_held": {"component": "engagement", "points": 6, "half_life_days": 30, "cap": 10},
        "meeting": {"component": "engagement", "points": 8, "half_life_days": 30, "cap": 14},
        "bounce": {"component": "behaviour", "points": -5, "half_life_days": None, "cap": 10},
        "unsubscribe": {"component": "behaviour", "points": -15, "half_life_days": None, "cap": 15},
    },
    "grades": {"A": 70, "B": 50, "C": 30},
    "tiers": {"hot": 60, "warm": 35},
}
