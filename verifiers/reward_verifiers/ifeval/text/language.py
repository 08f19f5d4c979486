"""Which language a text is in, as langdetect says with seed 0."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException


@cache
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.set_seed(0)
    profiles = files("langdetect").joinpath("profiles")
    factory.load_json_profile(
        [p.read_text("utf-8") for p in sorted(profiles.iterdir(), key=lambda p: p.name)]
    )
    return factory


def detect(text: str) -> str | None:
    """Return the language of ``text`` (ISO 639-1 and ``zh-cn``, ``zh-tw``), or None."""
    detector = _factory().create()
    detector.append(text)
    try:
        return str(detector.detect())
    except LangDetectException:
        return None
