"""For all tests: machines are shared and noisy, so how long an example takes fails nothing."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "noisy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("noisy machine")
