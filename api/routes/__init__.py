"""The one roster of HTTP routes."""

from fastapi import APIRouter

from api.routes import chat, conversations, diagnosis, evidence, health, proposals, sessions, traces

ROUTERS: tuple[APIRouter, ...] = (
    chat.router,
    conversations.router,
    evidence.router,
    proposals.router,
    diagnosis.router,
    traces.router,
    sessions.router,
)
OUTSIDE: tuple[APIRouter, ...] = (health.router,)
