"""Entry for an ASGI server: `uvicorn --factory api.asgi:application`."""

from fastapi import FastAPI

from api import logs
from api.app import build


def application() -> FastAPI:
    logs.configure()
    return build()
