from __future__ import annotations

import pytest

from reward_service.config import Settings, SettingsError


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_env({"PATH": "/bin"})
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.cpu_workers >= 1


def test_the_environment_is_read_and_a_caller_overrides_it() -> None:
    env = {"REWARD_SERVICE_PORT": "9000", "REWARD_SERVICE_CPU_WORKERS": "3"}
    settings = Settings.from_env(env, port=9001, host=None)
    assert (settings.port, settings.cpu_workers, settings.host) == (9001, 3, "127.0.0.1")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REWARD_SERVICE_PROT", "9000"),
        ("REWARD_SERVICE_PORT", "many"),
        ("REWARD_SERVICE_JUDGE_CPU_S", "-1"),
    ],
)
def test_a_typo_is_an_error_that_names_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({name: value})


def test_the_token_does_not_show() -> None:
    settings = Settings.from_env({"REWARD_SERVICE_TOKEN": "hush"})
    assert "hush" not in repr(settings)


@pytest.mark.parametrize("name", ["REWARD_SERVICE_TOKEN", "REWARD_SERVICE_PORT"])
def test_an_empty_setting_is_told_what_to_do(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: ""})
    assert str(caught.value) == f"{name}: empty; give it a value, or unset it"


@pytest.mark.parametrize(
    "place", ["local", "docker", "off", "tcp://sandboxes:8100", "tcp://10.0.0.7:1", "tcp://[::1]:9"]
)
def test_programs_run_where_it_says(place: str) -> None:
    assert Settings.from_env({"REWARD_SERVICE_SANDBOX": place}).sandbox == place


@pytest.mark.parametrize(
    "place",
    ["Local", "podman", "tcp://", "tcp://sandboxes", "tcp://a:b", "tcp://a:99999", "tcp://a b:1"],
)
def test_a_place_that_there_is_not_is_an_error_that_lists_those_there_are(place: str) -> None:
    with pytest.raises(SettingsError, match=r"REWARD_SERVICE_SANDBOX: .*local, docker"):
        Settings.from_env({"REWARD_SERVICE_SANDBOX": place})


def test_no_protection_has_to_be_asked_for_twice() -> None:
    with pytest.raises(SettingsError, match="REWARD_SERVICE_UNSAFE=true"):
        Settings.from_env({"REWARD_SERVICE_SANDBOX": "none"})
    env = {"REWARD_SERVICE_SANDBOX": "none", "REWARD_SERVICE_UNSAFE": "true"}
    assert Settings.from_env(env).sandbox == "none"


def test_neither_token_shows() -> None:
    settings = Settings.from_env({"REWARD_SERVICE_SANDBOX_TOKEN": "hush"})
    assert "hush" not in repr(settings)
