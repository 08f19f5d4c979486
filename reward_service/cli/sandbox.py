"""``reward-service sandbox``: the places where programs are run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from reward_service.cli.parser import Commands, Parser, examples

if TYPE_CHECKING:
    from reward_service.config import Settings


def add(commands: Commands) -> None:
    """Add the command and its subcommands."""
    parser = commands.add_parser(
        "sandbox",
        help="the places where programs are run: languages, images, checks, the manager",
        description="Programs of the code domain are run in sandboxes: `local` ones, which need "
        "neither root nor\na daemon and have the languages of this machine, or containers of "
        "Docker Engine, which have\ntheir own.",
        epilog=examples(
            ("which languages can be run here?", "reward-service sandbox list"),
            ("build the images of Python and C++", "reward-service sandbox build python cpp"),
            ("do the languages work, and do the sandboxes hold?", "reward-service sandbox test"),
        ),
    )
    parser.set_defaults(parser=parser)
    subcommands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        parser_class=Parser,
        prog="reward-service sandbox",
        required=True,
    )
    for add_one in (_add_list, _add_build, _add_test, _add_clean, _add_serve):
        add_one(subcommands)


def settings_for(arguments: Namespace, **more: object) -> Settings:
    """Return the settings of the environment, with those of the command line on top.

    Raises:
        SettingsError: one of them is unknown or malformed.
    """
    from reward_service.config import Settings

    return Settings.from_env(None, docker_host=arguments.docker_host, **more)


def _add_list(commands: Commands) -> None:
    parser = commands.add_parser(
        "list",
        help="the languages, their versions, and what is missing to run the others",
        description="List the languages, and for each kind of sandbox the version that it would "
        "run or what it needs.",
        epilog=examples(
            ("which languages can be run here?", "reward-service sandbox list"),
            ("for scripts", "reward-service sandbox list --json"),
        ),
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    _add_docker_host(parser)
    parser.set_defaults(run=_list, parser=parser)


def _add_build(commands: Commands) -> None:
    parser = commands.add_parser(
        "build",
        help="build the images of languages for Docker",
        description="Build the images in which the docker sandboxes run programs, one per folder "
        "of languages: a\nDebian image, the packages of the language, and the harness. What is up "
        "to date is not built again.",
        epilog=examples(
            ("the images of all languages", "reward-service sandbox build"),
            ("those of Python and C++ alone", "reward-service sandbox build python cpp"),
            (
                "without a registry: from a base image of your own, over the host's network",
                "debootstrap --variant=minbase bookworm root\n"
                "  tar -C root -c . | docker import - my-base\n"
                "  reward-service sandbox build --base-image my-base --network host",
            ),
        ),
    )
    parser.add_argument(
        "languages", nargs="*", metavar="LANGUAGE", help="build for these alone (default: all)"
    )
    _add_build_options(parser)
    parser.add_argument("--force", action="store_true", help="build what is up to date, too")
    parser.add_argument("-v", "--verbose", action="store_true", help="show what the builds write")
    _add_docker_host(parser)
    parser.set_defaults(run=_build, parser=parser)


def _add_test(commands: Commands) -> None:
    parser = commands.add_parser(
        "test",
        help="do the languages work, and do the sandboxes hold?",
        description="Run a small program of every language, then programs that try what none may "
        "do: reach the\nnetwork, read the host, see other programs, use up the machine. Exit code "
        "1 if one fails.",
        epilog=examples(
            ("the sandboxes that the service would use", "reward-service sandbox test"),
            ("containers, of Rust alone", "reward-service sandbox test rust --backend docker"),
            ("for scripts", "reward-service sandbox test --json"),
        ),
    )
    parser.add_argument(
        "languages",
        nargs="*",
        metavar="LANGUAGE",
        help="test these alone; each of them has to be there (default: all there are)",
    )
    parser.add_argument(
        "--backend",
        metavar="NAME",
        help="local, docker or tcp://HOST:PORT (default: REWARD_SERVICE_SANDBOX, else local)",
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    _add_docker_host(parser)
    parser.set_defaults(run=_test, parser=parser)


def _add_clean(commands: Commands) -> None:
    parser = commands.add_parser(
        "clean",
        help="remove what dead services left in Docker",
        description="Remove the containers of services that have ended, which a service does when "
        "it starts, too.",
        epilog=examples(
            ("leftovers alone", "reward-service sandbox clean"),
            (
                "every sandbox, those of running services and their images included",
                "reward-service sandbox clean --all --images",
            ),
        ),
    )
    parser.add_argument(
        "--all", action="store_true", help="also the containers of services that still run"
    )
    parser.add_argument("--images", action="store_true", help="also the images of the languages")
    _add_docker_host(parser)
    parser.set_defaults(run=_clean, parser=parser)


def _add_serve(commands: Commands) -> None:
    parser = commands.add_parser(
        "serve",
        help="run programs for services on other machines (the sandbox manager)",
        description="Run programs for services that have REWARD_SERVICE_SANDBOX=tcp://HOST:PORT, "
        "and do nothing else.\nFor a private network; with REWARD_SERVICE_SANDBOX_TOKEN, only for "
        "who knows it.\nREWARD_SERVICE_SANDBOXES says how many programs run at a time.",
        epilog=examples(
            ("in containers, for this machine alone", "reward-service sandbox serve"),
            (
                "for a private network, building what is missing, Python first",
                "reward-service sandbox serve --host 0.0.0.0 --build python,all",
            ),
            ("without Docker", "reward-service sandbox serve --backend local"),
        ),
    )
    parser.add_argument(
        "--backend", choices=("docker", "local"), default="docker", help="default: docker"
    )
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", default="8100", help="port to listen on; 0 takes a free one (default: 8100)"
    )
    parser.add_argument(
        "--build",
        default="none",
        metavar="LANGUAGES",
        help="build the images of these languages if they are not up to date, in this order: names "
        "separated by commas, all (the others), or none (default). Programs are run as soon as the "
        "first one is there",
    )
    _add_build_options(parser)
    _add_docker_host(parser)
    parser.set_defaults(run=_serve, parser=parser)


def _add_build_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--base-image",
        default="",
        metavar="IMAGE",
        help="Debian image to build on (default: debian:bookworm-slim)",
    )
    parser.add_argument(
        "--network",
        default="",
        metavar="NAME",
        help="network of the build, such as host (default: Docker's choice)",
    )


def _add_docker_host(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--docker-host",
        metavar="URL",
        help="where Docker answers, as unix:///var/run/docker.sock "
        "(default: REWARD_SERVICE_DOCKER_HOST, else DOCKER_HOST, else the usual socket)",
    )


def _list(arguments: Namespace) -> int:
    from reward_service.cli.sandbox_list import show_languages

    return show_languages(settings_for(arguments), as_json=arguments.json)


def _build(arguments: Namespace) -> int:
    from reward_service.cli.sandbox_build import Builds, build, images_of

    images = images_of(arguments.languages, arguments.parser)
    builds = Builds(
        base_image=arguments.base_image,
        network=arguments.network,
        force=arguments.force,
        verbose=arguments.verbose,
    )
    return build(settings_for(arguments), images, builds)


def _test(arguments: Namespace) -> int:
    from reward_service.cli.language_names import chosen_languages
    from reward_service.cli.sandbox_test import test

    languages = chosen_languages(arguments.languages, arguments.parser)
    settings = settings_for(arguments, sandbox=arguments.backend)
    all_wanted = bool(arguments.languages)
    return test(settings, languages, all_wanted=all_wanted, as_json=arguments.json)


def _clean(arguments: Namespace) -> int:
    from reward_service.cli.sandbox_clean import clean

    settings = settings_for(arguments)
    return clean(settings, all_of_them=arguments.all, with_images=arguments.images)


def _serve(arguments: Namespace) -> int:
    from reward_service.cli.parser import names
    from reward_service.cli.sandbox_build import Builds, images_of
    from reward_service.cli.sandbox_serve import serve

    wanted = names(arguments.build)
    named = [name for name in wanted if name != "all"]
    images = images_of(named, arguments.parser) if named else []
    if "all" in wanted:
        images = [*dict.fromkeys((*images, *images_of([], arguments.parser)))]
    builds = Builds(base_image=arguments.base_image, network=arguments.network)
    settings = settings_for(
        arguments, host=arguments.host, port=arguments.port, sandbox=arguments.backend
    )
    return serve(settings, images, builds)
