"""docker compose up: what it serves, and what of it can reach what."""

from __future__ import annotations

import json

from containers.stack import PROJECT, SANDBOXES, Stack, docker, inspected, sandboxes, wait_for
from containers.work import earned, golden, programs

from reward_verifiers.registry import DOMAINS

SERVICES = ("gateway", "api", "sandboxes")


def test_every_domain_is_judged_through_the_published_port(stack: Stack) -> None:
    rows = golden(seed=3)
    assert {item["spec"]["domain"] for item, _ in rows} == set(DOMAINS)
    wrong = []
    for scored, (item, expected) in zip(stack.score([item for item, _ in rows]), rows, strict=True):
        found = scored["verdict"] or {"problem": scored["problem"]["code"]}
        if any(found.get(name) != value for name, value in expected.items()):
            wrong.append((item["spec"], item["completion"][:200], expected, found))
    assert wrong == []


def test_replicas_share_the_work(stack: Stack) -> None:
    stack.up("--scale", "api=3")
    wait_for(lambda: len(stack.containers("api")) == 3, "three replicas run")

    def all_have_judged() -> bool:
        assert stack.score(programs(4, prefix="shared")) != []
        return all(_judged(container) > 0 for container in stack.containers("api"))

    wait_for(all_have_judged, "every replica judged something")


def _judged(api: str) -> int:
    """Return how many items the replica has scored."""
    program = (
        "import urllib.request as r; "
        "print(r.urlopen('http://127.0.0.1:8000/metrics', timeout=5).read().decode())"
    )
    said = docker("exec", api, "python", "-c", program, check=False)  # it may still be starting
    lines = [
        line for line in said.splitlines() if line.startswith("reward_service_items_scored_total")
    ]
    return int(sum(float(line.split()[-1]) for line in lines))


def test_the_api_is_ready_with_every_protection(stack: Stack) -> None:
    lanes = stack.readiness()["lanes"]
    assert set(lanes["cpu"]["jail"].values()) == {True}
    assert lanes["sandbox"]["level"] == "namespaces"


def test_only_the_manager_has_the_docker_socket(stack: Stack) -> None:
    for service in SERVICES:
        for container in stack.containers(service):
            mounts = [mount["Destination"] for mount in inspected(container)["Mounts"]]
            assert mounts == (["/var/run/docker.sock"] if service == "sandboxes" else []), service


def test_only_the_gateway_has_a_published_port(stack: Stack) -> None:
    for service in SERVICES:
        ports = inspected(stack.containers(service)[0])["HostConfig"]["PortBindings"]
        assert bool(ports) == (service == "gateway"), service


def test_every_service_is_hardened_and_bounded(stack: Stack) -> None:
    for service in SERVICES:
        found = inspected(stack.containers(service)[0])
        host = found["HostConfig"]
        assert not host["Privileged"]
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert "seccomp=unconfined" not in host["SecurityOpt"]
        assert host["Memory"] > 0
        assert host["NanoCpus"] > 0
        assert host["PidsLimit"] > 0
        assert host["Init"]
        assert host["LogConfig"]["Config"]["max-size"]
        if service != "sandboxes":
            assert found["Config"]["User"] not in ("", "0", "root", "0:0")


def test_neither_api_nor_manager_has_a_way_out(stack: Stack) -> None:
    """They reach no address outside their networks, and the gateway does not know the manager."""
    gateway = stack.containers("gateway")[0]
    outside = inspected(gateway)["NetworkSettings"]["Networks"][f"{PROJECT}_outside"]["IPAddress"]
    for service in ("api", "sandboxes"):
        networks = inspected(stack.containers(service)[0])["NetworkSettings"]["Networks"]
        for network in networks:
            assert json.loads(docker("network", "inspect", network))[0]["Internal"], network
        assert not _reaches(stack, service, outside, 8000)
    assert _reaches(stack, "api", "sandboxes", 8100)
    assert docker("exec", gateway, "getent", "hosts", "sandboxes", check=False) == ""


def _reaches(stack: Stack, service: str, host: str, port: int) -> bool:
    program = (
        "import socket, sys\n"
        "try:\n    socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)\n"
        "except OSError:\n    print('no')\nelse:\n    print('yes')"
    )
    words = ("python", "-c", program, host, str(port))
    return docker("exec", stack.containers(service)[0], *words) == "yes"


def test_the_image_has_no_tools_to_build_with(stack: Stack) -> None:
    api = stack.containers("api")[0]
    tools = ("cc", "gcc", "make", "pip", "curl", "wget")
    found = docker("exec", api, "sh", "-c", f"command -v {' '.join(tools)}", check=False)
    assert found == ""


def test_the_services_become_healthy(stack: Stack) -> None:
    for service in SERVICES:
        container = stack.containers(service)[0]
        wait_for(
            lambda container=container: (
                inspected(container)["State"]["Health"]["Status"] == "healthy"
            ),
            f"{service} is healthy",
        )


def test_settings_come_from_the_environment(stack: Stack) -> None:
    stack.up(REWARD_SERVICE_MAX_REQUEST_ITEMS="3")
    try:
        limit = docker(
            *("exec", stack.containers("api")[0]),
            *("python", "-c", "import os; print(os.environ['REWARD_SERVICE_MAX_REQUEST_ITEMS'])"),
        )
        assert limit == "3"
    finally:
        stack.forget("REWARD_SERVICE_MAX_REQUEST_ITEMS")


def test_down_leaves_nothing_behind(stack: Stack) -> None:
    assert [item["reward"] for item in stack.score(programs(6, prefix="last"))] == earned(6)
    assert sandboxes() != []
    stack.down()
    project = f"label=com.docker.compose.project={PROJECT}"
    assert docker("ps", "--all", "--quiet", "--filter", project) == ""
    assert docker("network", "ls", "--quiet", "--filter", project) == ""
    assert docker("volume", "ls", "--quiet") == ""
    assert docker("ps", "--all", "--quiet", "--filter", SANDBOXES) == ""
    networks = docker("network", "ls", "--format", "{{json .}}").splitlines()
    assert {json.loads(line)["Name"] for line in networks} == {"bridge", "host", "none"}
