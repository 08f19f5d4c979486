"""The HTTP door: reads requests, asks the engine, writes answers. Decides nothing about rewards."""

from reward_service.api.app import Door, create_app

__all__ = ["Door", "create_app"]
