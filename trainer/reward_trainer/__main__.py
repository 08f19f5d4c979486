"""``python -m reward_trainer``."""

from reward_trainer.cli import main

raise SystemExit(main())
