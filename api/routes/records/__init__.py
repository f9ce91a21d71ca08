"""The routes of every kind of record, from one factory over the roster of kinds."""

from fastapi import APIRouter

from api.routes.records.routing import router_of
from db.records import KINDS

ROUTERS: tuple[APIRouter, ...] = tuple(router_of(kind) for kind in KINDS.values())

__all__ = ["ROUTERS"]
