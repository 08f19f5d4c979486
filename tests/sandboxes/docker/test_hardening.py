"""A container may do what the harness needs, and nothing else."""

from __future__ import annotations

import json

import pytest

from reward_sandboxes.docker.hardening import SECCOMP, container_config, host_config
from reward_sandboxes.docker.options import DockerOptions

CONFIG = host_config(DockerOptions())
PROFILE = json.loads(SECCOMP.read_text(encoding="utf-8"))
ALLOWED = {name for rule in PROFILE["syscalls"] for name in rule["names"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CapDrop", ["ALL"]),
        ("NetworkMode", "none"),
        ("ReadonlyRootfs", True),
        ("AutoRemove", True),
        ("IpcMode", "private"),
        ("CgroupnsMode", "private"),
        ("LogConfig", {"Type": "none", "Config": {}}),
        ("PidsLimit", 512),
        ("Ulimits", [{"Name": "core", "Soft": 0, "Hard": 0}]),
    ],
)
def test_containers_are_hardened(name: str, value: object) -> None:
    assert CONFIG[name] == value


def test_nothing_that_would_open_a_container_is_set() -> None:
    opening = {"Privileged", "CapAdd", "Binds", "Mounts", "Devices", "PidMode", "UsernsMode"}
    assert not opening & CONFIG.keys()


def test_no_new_privileges_and_a_filter_of_our_own() -> None:
    assert CONFIG["SecurityOpt"][0] == "no-new-privileges"
    assert json.loads(CONFIG["SecurityOpt"][1].removeprefix("seccomp=")) == PROFILE
    assert "unconfined" not in json.dumps(CONFIG["SecurityOpt"])


def test_memory_cannot_be_swapped_and_files_are_bounded() -> None:
    config = host_config(DockerOptions(memory_mb=512, files_mb=64, files=1000, cpus=1.5))
    assert config["Memory"] == config["MemorySwap"] == 512 << 20
    assert config["NanoCpus"] == 1_500_000_000
    assert "size=64m,nr_inodes=1000" in config["Tmpfs"]["/tmp"]
    assert {"nosuid", "nodev"} <= {*config["Tmpfs"]["/tmp"].split(",")}


def test_a_runtime_and_an_apparmor_profile_are_taken_on() -> None:
    config = host_config(DockerOptions(runtime="kata", apparmor="mine"))
    assert config["Runtime"] == "kata"
    assert "apparmor=mine" in config["SecurityOpt"]
    assert "Runtime" not in CONFIG


def test_root_has_powers_only_in_a_kernel_of_its_own() -> None:
    assert "CapAdd" not in host_config(DockerOptions(runtime="kata"))
    assert container_config(DockerOptions(), 20_000) == {"User": "20000:20000"}
    own = host_config(DockerOptions(runtime="runsc"))
    assert own["CapDrop"] == ["ALL"]
    assert {*own["CapAdd"]} == {"SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER"}
    assert own["IpcMode"] == "none"
    assert {"exec", "mode=711"} <= {*own["Tmpfs"]["/tmp"].split(",")}
    config = container_config(DockerOptions(runtime="runsc"), 20_000)
    assert config["User"] == "0:0"
    assert '"confine": "own-kernel"' in config["Entrypoint"][-1]


def test_the_filter_allows_what_is_listed_alone() -> None:
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ALLOW"}
    assert len(ALLOWED) == len({*ALLOWED})


@pytest.mark.parametrize(
    "call",
    [
        *("ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd"),
        *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter"),
        *("keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module"),
        *("kexec_load", "reboot", "swapon", "settimeofday", "clock_settime", "adjtimex"),
        *("open_by_handle_at", "name_to_handle_at", "quotactl", "acct", "syslog", "iopl", "ioperm"),
        *("fsopen", "fsconfig", "fsmount", "fspick", "fanotify_init", "fanotify_mark"),
        *("memfd_secret", "vhangup", "modify_ldt", "lookup_dcookie", "nfsservctl", "uselib"),
    ],
)
def test_the_filter_refuses(call: str) -> None:
    assert call not in ALLOWED


def test_sockets_are_for_processes_of_one_container() -> None:
    (rule,) = [rule for rule in PROFILE["syscalls"] if "socket" in rule["names"]]
    assert rule["args"] == [{"index": 0, "value": 1, "op": "SCMP_CMP_EQ"}]
