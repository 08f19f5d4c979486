"""Recipes of what to train on: a TOML file of sources each, loaded by its name."""
