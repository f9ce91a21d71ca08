"""Entry for an ASGI server: `uvicorn --factory api.asgi:application`."""

from fastapi import FastAPI

from api.app import build


def application() -> FastAPI:
    return build()
