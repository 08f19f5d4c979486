"""``python -m reward_service.cli``: the command line where its script is not on the path."""

from __future__ import annotations

import sys

from reward_service.cli import main

sys.exit(main())
