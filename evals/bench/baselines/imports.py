"""The cold start nobody can avoid who builds a terminal program on these three: their imports alone."""

import typer as typer
from langgraph.graph import StateGraph as StateGraph
from sqlalchemy.ext.asyncio import create_async_engine as create_async_engine
