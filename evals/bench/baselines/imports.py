"""The cold start nobody can avoid who builds a terminal program on these three: their imports alone."""

import typer
from langgraph.graph import StateGraph
from sqlalchemy.ext.asyncio import create_async_engine

__all__ = ["StateGraph", "create_async_engine", "typer"]
