"""Where a model is: in a folder, in the cache, or on the Hub; said in seconds where it is not.

``from_pretrained`` would ask the Hub for what is a misspelt folder, and again for a minute while
the Hub is away.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

from reward_trainer.errors import TrainerError

_ON_HUB = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
"""What names on the Hub look like: all else is a path."""
_ANSWER_S = 5.0
_CONFIG = "config.json"
"""Every model has one."""


def require_model(name: str) -> None:
    """See that there is a model of this name.

    Raises:
        TrainerError: there is none; says where it was looked for, and what is there.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / _CONFIG).exists():
            raise TrainerError(f"the folder {name} holds no model: it has no {_CONFIG}")
        return
    if folder.exists():
        raise TrainerError(f"{name} is a file; a model is a folder, or a name of the Hub")
    why = _why_not_on_the_hub(name) if _ON_HUB.fullmatch(name) else ""
    if why is not None:
        also = f", and {why}" if why else ""
        raise TrainerError(f"there is no folder {name}{also}{_suggestion(folder)}")


def _suggestion(folder: Path) -> str:
    """Return the nearest folder with a model that is where ``folder`` should be."""
    beside = sorted(folder.parent.glob(f"*/{_CONFIG}")) if folder.parent.is_dir() else []
    close = get_close_matches(folder.name, [path.parent.name for path in beside], n=1)
    return f"; did you mean {folder.parent / close[0]}?" if close else ""


def _why_not_on_the_hub(name: str) -> str | None:
    """Return why a model of the Hub cannot be had, or None: it is there, or in the cache."""
    import httpx2
    from huggingface_hub import HfApi, constants, errors, try_to_load_from_cache

    if isinstance(try_to_load_from_cache(name, _CONFIG), str):
        return None
    hub = constants.ENDPOINT
    if constants.HF_HUB_OFFLINE:
        return "no such model in the cache of the Hub, which is not asked: HF_HUB_OFFLINE is set"
    try:
        HfApi().model_info(name, timeout=_ANSWER_S)
    except errors.RepositoryNotFoundError:
        return (
            f"{hub} has no such model, or it is private: set HF_TOKEN to a token that may read it"
        )
    except (httpx2.HTTPError, errors.HfHubHTTPError, OSError) as error:
        what = " ".join(str(error).split()) or type(error).__name__
        return (
            f"{hub} cannot be asked for such a model ({what}): HF_ENDPOINT may name a mirror, and a"
            " model may be downloaded elsewhere and given as a folder"
        )
    return None
