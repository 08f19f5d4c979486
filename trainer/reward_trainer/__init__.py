"""Learn from rewards: ProRL with vLLM and torch, over HTTP like any other trainer."""
