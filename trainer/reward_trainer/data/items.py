"""Reads a JSONL file of items or rows, and keeps of each only where it is.

Rows hold tests of many megabytes, and a run draws a few hundred prompts a step: so lines are read
again when they are drawn, and a checksum says whether they are still what they were.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from reward_trainer.data.readers import row_of
from reward_trainer.data.turns import shuffled
from reward_trainer.data.wording import Message, WordingError, asked, matches
from reward_trainer.errors import DataError

if TYPE_CHECKING:
    from reward_trainer.sections import Source

UNKNOWN = "unknown"
"""The domain of a row of which nobody has said what judges it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One prompt, before it is tokens."""

    id: str
    domain: str
    asked: str | list[Message]
    judged_by: Mapping[str, Any]
    where: str
    """The file and the line."""


class Items:
    """The items of a file, by their number."""

    def __init__(self, path: Path, source: Source) -> None:
        """Read the whole file once.

        Raises:
            DataError: it has no rows, or one that cannot be a prompt; says which line, and why.
        """
        self.path = path
        """Where they are read."""
        self._source = source
        self._offsets = array("Q")
        self._checks = array("Q")
        self._lines = array("Q")
        self.ids: list[str] = []
        """The id of each; what came twice has its line behind it."""
        domains: set[str] = set()
        known: set[str] = set()
        failed = failed_lines(Path(source.failures)) if source.failures else frozenset()
        for offset, line, raw in self._raw_lines():
            if line in failed:
                continue
            row = self._parsed(raw, line)
            if not matches(row, source.only):
                continue
            item = self._item(row, line)
            own = item.id if item.id not in known else f"{item.id}@{line}"
            known.add(own)
            domains.add(item.domain)
            self.ids.append(own)
            self._offsets.append(offset)
            self._checks.append(zlib.crc32(raw))
            self._lines.append(line)
        if not self.ids:
            self._refuse_nothing()
        self.domains = frozenset(domains - {UNKNOWN})
        """Of all items, where it is known."""
        self._choose(source.limit)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: int) -> Item:
        """Read an item again.

        Raises:
            DataError: the file is no longer what it was.
        """
        line = self._lines[index]
        try:
            with self.path.open("rb") as file:
                file.seek(self._offsets[index])
                raw = file.readline()
        except OSError as error:
            raise DataError(f"{self.path} cannot be read any more: {error}") from error
        if zlib.crc32(raw) != self._checks[index]:
            raise DataError(f"{self.path}:{line}: the file has changed; put it back as it was")
        item = self._item(self._parsed(raw, line), line)
        return Item(
            id=self.ids[index],
            domain=item.domain,
            asked=item.asked,
            judged_by=item.judged_by,
            where=item.where,
        )

    @property
    def fingerprint(self) -> str:
        """What tells these items from any others."""
        return f"{len(self)}-{zlib.crc32(self._checks.tobytes()):08x}"

    def _raw_lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield the place, the number and the bytes of each line that is not blank."""
        offset = 0
        try:
            with self.path.open("rb") as file:
                for number, raw in enumerate(file, 1):
                    if raw.strip():
                        yield offset, number, raw
                    offset += len(raw)
        except OSError as error:
            raise DataError(f"{self.path} cannot be read: {error}") from error

    def _parsed(self, raw: bytes, line: int) -> Mapping[str, Any]:
        return row_of(raw, f"{self.path}:{line}")

    def _item(self, row: Mapping[str, Any], line: int) -> Item:
        where = f"{self.path}:{line}"
        try:
            domain, judged_by = _judged_by(row, self._source)
            inner = row["row"] if isinstance(row.get("row"), dict) else {}
            question = asked({**inner, **row}, self._source)
        except WordingError as error:
            raise DataError(f"{where}: {error}") from error
        given = row.get("id")
        named = isinstance(given, str | int) and not isinstance(given, bool)
        return Item(
            id=str(given) if named else str(line),
            domain=domain,
            asked=question,
            judged_by=judged_by,
            where=where,
        )

    def _choose(self, limit: int | None) -> None:
        """Keep ``limit`` of the items, the same in every run."""
        if limit is None or limit >= len(self):
            return
        kept = sorted(shuffled(len(self), f"limit/{self._source.name}")[:limit])
        self.ids = [self.ids[index] for index in kept]
        for name in ("_offsets", "_checks", "_lines"):
            whole = getattr(self, name)
            setattr(self, name, array("Q", (whole[index] for index in kept)))

    def _refuse_nothing(self) -> NoReturn:
        if self._source.failures:
            raise DataError(f"{self.path}: no row is left after those in {self._source.failures}")
        if self._source.only:
            raise DataError(f"{self.path}: no row has {self._source.only}; see the field `only`")
        raise DataError(f"{self.path}: the file is empty; it needs a row for each prompt")


def failed_lines(path: Path) -> frozenset[int]:
    """Return the numbers of the lines whose gold fails, as ``check-data --json`` lists them.

    Raises:
        DataError: it is no such list.
    """
    try:
        findings = [json.loads(line) for line in path.read_bytes().splitlines() if line.strip()]
        return frozenset(
            int(finding["line"]) for finding in findings if finding["finding"] == "failed"
        )
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: not what `reward-service check-data FILE --json` writes ({error!r})"
        ) from error


def _judged_by(row: Mapping[str, Any], source: Source) -> tuple[str, Mapping[str, Any]]:
    """Return the domain of an item, and what goes to the service with its completions."""
    if "spec" in row:
        spec = row["spec"]
        if not isinstance(spec, dict) or not isinstance(spec.get("domain"), str):
            raise WordingError('spec: expected an object as {"domain": "math", ...}')
        return spec["domain"], {"spec": spec}
    if isinstance(row.get("row"), dict):
        kind = row.get("format", source.format)
        inner: Mapping[str, Any] = row["row"]
    else:
        kind, inner = source.format, row
    return source.domain or UNKNOWN, {"row": inner, **({"format": kind} if kind else {})}
