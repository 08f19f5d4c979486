"""``reward-trainer``: train, evaluate, look."""

from __future__ import annotations

import json
import logging
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reward_trainer.config import Config

_OK, _FAILED, _USAGE, _INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = _parser()
    given, unknown = parser.parse_known_args(arguments)
    if unknown:
        return _refuse(unknown, given.options)
    from reward_trainer.errors import StoppedError, TrainerError

    try:
        return int(given.run(given))
    except StoppedError as error:
        print(f"reward-trainer: {error}", file=sys.stderr)
        return error.status
    except TrainerError as error:
        print(f"reward-trainer: {error}", file=sys.stderr)
        return _FAILED
    except ValueError as error:
        from reward_trainer.complaints import complaint

        print(f"reward-trainer: {complaint(error)}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        print("reward-trainer: stopped; the same command goes on", file=sys.stderr)
        return _INTERRUPTED


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="reward-trainer",
        description="Learn from the rewards of a reward-service, as ProRL does.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_train(commands)
    _add_evaluate(commands)
    _add_presets(commands)
    _add_settings(commands)
    _add_plot(commands)
    _add_export(commands)
    _add_tiny(commands)
    for command in commands.choices.values():
        # argparse tells its options in no other way.
        command.set_defaults(options=list(command._option_string_actions))  # noqa: SLF001
    return parser


def _refuse(unknown: Sequence[str], options: Sequence[str]) -> int:
    """Say of what is no option what may have been meant."""
    from reward_trainer.complaints import unknown_option

    found = [one for one in unknown if one.startswith("-")] or unknown
    said = [unknown_option(one, options, has_settings="--set" in options) for one in found]
    print(f"reward-trainer: {'; '.join(said)}", file=sys.stderr)
    return _USAGE


def _add_train(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a model; the same command goes on with a run that stopped",
        formatter_class=RawDescriptionHelpFormatter,
        description="Train a model. Values come from the preset, then from the file of --config,\n"
        "then from the other options; what none of them says is as by default.",
        epilog="examples:\n"
        "  reward-trainer train --preset prorl-v2 --model Qwen/Qwen2.5-1.5B --folder runs/mine\n"
        "  reward-trainer train --preset dapo --model Qwen/Qwen2.5-7B --data items.jsonl \\\n"
        "    --service http://judge:8000 --set sampling.temperature=0.9 \\\n"
        "    --set 'run.loggers=[\"tensorboard\"]'\n",
    )
    parser.add_argument("--preset", metavar="NAME", help="a recipe: reward-trainer presets")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help='JSON of values: {"kl": {"beta": 0.001}}'
    )
    parser.add_argument("--model", metavar="NAME", help="a folder, or a model of the Hub")
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="PATH",
        help="instead of the preset's data: a file of rows, a folder of them, or"
        " hub:owner/name:config@split; may be given again",
    )
    parser.add_argument(
        "--service", metavar="URL", help="the reward service (default: http://127.0.0.1:8000)"
    )
    parser.add_argument("--folder", metavar="DIR", help="where the run is kept (default: run)")
    parser.add_argument("--steps", type=int, metavar="N", help="steps of the whole run")
    parser.add_argument("--seed", type=int, metavar="N", help="of all that chance decides")
    parser.add_argument(
        "--gpus", type=int, metavar="N", help="GPUs that learn together (default: 1)"
    )
    parser.add_argument(
        "--sampler-gpus",
        type=int,
        metavar="N",
        help="GPUs besides that only sample (default: those that learn do)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other value; reward-trainer settings lists them",
    )
    parser.add_argument("--plain", action="store_true", help="a line a step, no live view")
    parser.set_defaults(run=_train)


def _add_evaluate(commands: Any) -> None:
    from reward_trainer.evaluation import command

    parser = commands.add_parser(
        "evaluate",
        help="evaluate a model by ProRL's protocol, beside the paper's figures",
        formatter_class=RawDescriptionHelpFormatter,
        description=command.DESCRIPTION,
        epilog=command.EPILOG,
    )
    command.add_arguments(parser)
    parser.set_defaults(run=command.run)


def _add_presets(commands: Any) -> None:
    parser = commands.add_parser(
        "presets", help="print the known recipes side by side, or one with its sources"
    )
    parser.add_argument("name", nargs="?", help="one recipe, with the source of each number")
    parser.set_defaults(run=_presets)


def _add_settings(commands: Any) -> None:
    parser = commands.add_parser(
        "settings", help="print all that train --set takes, with defaults and what it does"
    )
    parser.add_argument(
        "part", nargs="?", default="", help="those alone whose names hold this, such as kl"
    )
    parser.set_defaults(run=_settings)


def _add_plot(commands: Any) -> None:
    parser = commands.add_parser("plot", help="write a page with a run's curves and samples")
    parser.add_argument("folder", type=Path, help="the run's folder")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="default: plot.html in the folder"
    )
    parser.set_defaults(run=_plot)


def _add_export(commands: Any) -> None:
    parser = commands.add_parser(
        "export", help="write what a run has trained as a folder that transformers and vLLM load"
    )
    parser.add_argument("folder", type=Path, help="the run's folder")
    parser.add_argument(
        "-o", "--output", type=Path, help="default: exported/step-NNNNNN in the folder"
    )
    parser.add_argument("--step", type=int, help="of a checkpoint (default: the newest)")
    parser.set_defaults(run=_export)


def _add_tiny(commands: Any) -> None:
    parser = commands.add_parser(
        "tiny",
        help="make a model and a tokenizer small enough for two cores",
        description="Make a model of 140,000 random weights and a tokenizer of single characters.",
    )
    parser.add_argument("folder", type=Path, help="where it is written")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of its weights")
    parser.add_argument(
        "--sums",
        type=Path,
        metavar="FILE",
        help="teach it to answer sums of two digits so far that it is right now and then, which"
        " takes seconds, and write the sums as rows to train on",
    )
    parser.set_defaults(run=_tiny)


def _train(given: Namespace) -> int:
    config = configured(given)
    if not config.model.name:
        raise ValueError("no model: name one with --model")
    from reward_trainer.assembly import assemble
    from reward_trainer.folder import newest_step, refuse_another_run
    from reward_trainer.seeing.loggers import open_loggers
    from reward_trainer.seeing.view import View

    folder = Path(config.run.folder)
    refuse_another_run(config, folder)  # before a logger or a lock is written there
    came_to = newest_step(folder)
    if came_to >= config.run.steps:
        print(f"the run is already at step {came_to}: nothing to do")
        return _OK
    if not sys.stderr.isatty():
        _draw_no_bars()
    # It warns of kernels for weights in 4 bits, which nothing here has.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    view = View(total_steps=config.run.steps, plain=given.plain)
    loggers = open_loggers(config.run.loggers, folder, config)
    trainer = assemble(config, watchers=[view, *loggers])
    try:
        trainer.resume()
        trainer.run()
    finally:
        for watcher in (view, *loggers):
            watcher.close()
        trainer.close()
    return _OK


def configured(given: Namespace) -> Config:
    """Return the configuration that the command line asks for.

    Raises:
        ValueError: there is no such preset, file or field, or a value is none of its field's.
    """
    from reward_trainer.config import Config
    from reward_trainer.sections import Data

    config = preset(given.preset).config if given.preset else Config()
    changes: dict[str, Any] = {}
    if given.config:
        try:
            changes |= _flat(json.loads(given.config.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise ValueError(f"{given.config}: {error}") from error
    named = {
        "model.name": given.model,
        "service.url": given.service,
        "run.folder": given.folder,
        "run.steps": given.steps,
        "run.seed": given.seed,
        "run.gpus": given.gpus,
        "sampler.gpus": given.sampler_gpus,
    }
    changes |= {name: value for name, value in named.items() if value is not None}
    if given.data:
        changes["data.blend"] = Data().blend
        changes["data.sources"] = [
            {"name": _name_of(path), "path": path} for path in dict.fromkeys(given.data)
        ]
    for pair in given.set:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--set {pair}: expected NAME=VALUE")
        changes[name] = _value(value)
    return config.having(changes)


def preset(name: str) -> Any:
    """Return the preset of this name.

    Raises:
        ValueError: there is none; the message names the nearest.
    """
    from reward_trainer.presets import PRESETS

    if name not in PRESETS:
        close = get_close_matches(name, PRESETS, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"there is no preset {name!r}{hint}; known: {', '.join(PRESETS)}")
    return PRESETS[name]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _name_of(path: str) -> str:
    """Return what a source of ``--data`` is called: as its file or its data set is."""
    if path.startswith("hub:"):
        return path.rpartition("/")[2].partition("@")[0].replace(":", "-")
    return Path(path).name.partition(".")[0] or path


def _flat(raw: Any) -> dict[str, Any]:
    """Return sections of fields by dotted name."""
    if not isinstance(raw, dict):
        raise ValueError("expected an object of sections")  # noqa: TRY004 - the file's fault
    found: dict[str, Any] = {}
    for section, fields in raw.items():
        if isinstance(fields, dict):
            found |= {f"{section}.{name}": value for name, value in fields.items()}
        else:
            found[section] = fields
    return found


def _presets(given: Namespace) -> int:
    from reward_trainer.presets.page import alone, side_by_side

    print(alone(preset(given.name)) if given.name else side_by_side())
    return _OK


def _settings(given: Namespace) -> int:
    from reward_trainer.settings import page

    print(page(given.part))
    return _OK


def _plot(given: Namespace) -> int:
    from reward_trainer.seeing.plot import write_page

    out = given.output or given.folder / "plot.html"
    write_page(given.folder, out)
    print(f"wrote {out}")
    return _OK


def _export(given: Namespace) -> int:
    from reward_trainer.export import export

    print(f"wrote {export(given.folder, given.output, step=given.step)}")
    return _OK


def _tiny(given: Namespace) -> int:
    from reward_trainer.seeing.progress import Progress
    from reward_trainer.sums import pairs, write_rows
    from reward_trainer.tiny import WARM_STEPS, make_tiny, warm_start

    _draw_no_bars()
    make_tiny(given.folder, seed=given.seed)
    if given.sums:
        progress = Progress("teaching it sums", WARM_STEPS)
        warm_start(given.folder, pairs(), done=progress.step)
        write_rows(given.sums)
        print(f"wrote {given.sums}")
    print(f"wrote {given.folder}")
    return _OK


def _draw_no_bars() -> None:
    """Keep transformers from telling how far it has come with what takes a moment."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
