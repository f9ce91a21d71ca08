"""The one roster of HTTP routes."""

from fastapi import APIRouter

from api.routes import (
    absences,
    chat,
    conversations,
    diagnosis,
    evidence,
    fields,
    health,
    imports,
    notifications,
    permissions,
    policy,
    proposals,
    records,
    rules,
    scores,
    search,
    sessions,
    traces,
)

ROUTERS: tuple[APIRouter, ...] = (
    chat.router,
    conversations.router,
    evidence.router,
    proposals.router,
    policy.router,
    rules.router,
    rules.rates_router,
    permissions.router,
    fields.router,
    absences.router,
    notifications.router,
    diagnosis.router,
    scores.router,
    traces.router,
    search.router,
    sessions.router,
    imports.router,
    *records.ROUTERS,
)
OUTSIDE: tuple[APIRouter, ...] = (health.router,)
