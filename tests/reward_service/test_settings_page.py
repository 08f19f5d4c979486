"""docs/settings.md is made from ``Settings``: run this file to make it anew."""

from __future__ import annotations

from pathlib import Path

from pydantic.fields import FieldInfo

from reward_service.config import PREFIX, Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"

_HEAD = f"""# Settings

Every setting of the service is an environment variable, `{PREFIX}<NAME>`. A name with that
prefix that is not one of these is an error, so that a typo cannot hide. The defaults make a working
first run. `reward-service serve --help` shows which can also be given as options; those win.

| variable | default | |
|---|---|---|
"""


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    text = " ".join((field.description or "").replace("``", "`").split())
    if field.default_factory is not None:
        default = "as said"
    else:
        default = "unset" if field.default is None else f"`{str(field.default).lower()}`"
    return f"| `{PREFIX}{name.upper()}` | {default} | {text} |\n"


def test_the_page_is_up_to_date() -> None:
    made_by = "make it anew with: .venv/bin/python tests/reward_service/test_settings_page.py"
    assert PAGE.read_text("utf-8") == page(), made_by


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
