"""The HTTP door: reads requests, asks the engine, writes answers. Decides nothing about rewards."""

from reward_service.api.app import create_app

__all__ = ["create_app"]
