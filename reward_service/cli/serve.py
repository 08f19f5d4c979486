"""``reward-service serve``: the HTTP service."""

from __future__ import annotations

from argparse import Namespace

from reward_service.cli.engine_options import add_engine_options, settings_of
from reward_service.cli.parser import Commands, examples


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="answer POST /score over HTTP",
        description="Answer POST /score over HTTP until Ctrl-C or SIGTERM, which finish what is "
        "in flight.\nEvery setting can also be given as REWARD_SERVICE_<NAME>.",
        epilog=examples(
            ("only this machine can reach it", "reward-service serve"),
            (
                "every machine that knows the token can",
                "REWARD_SERVICE_TOKEN=... reward-service serve --host 0.0.0.0 --port 8000",
            ),
            (
                "eight processes that judge, on a free port",
                "reward-service serve --workers 8 --port 0",
            ),
        ),
    )
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on; 0 takes a free one (default: 8000)")
    add_engine_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(arguments: Namespace) -> int:
    """Serve until told to stop."""
    settings = settings_of(arguments, host=arguments.host, port=arguments.port)
    from reward_service.serving import serve

    return serve(settings)
