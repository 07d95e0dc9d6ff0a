"""Changes that no test can notice, because nothing that matters changes: each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from moodle_cpd.rules.yaml_source import YamlSource, read_source
from tests.mutation.changes import Change

FILE = Path(__file__).with_name("harmless.yaml")


@dataclass(frozen=True, slots=True)
class Excuse:
    """One entry of the file.

    Attributes:
        key: of the change: module, function, was, now, which of several alike; ``now`` is empty
            where whatever is put there is harmless, and then it is every one of them.
        place: of the entry, ``file:line:column``.
        why: the reason.
    """

    key: tuple[str, str, str, str, int]
    place: str
    why: str

    def fits(self, change: Change) -> bool:
        """Whether the entry is about a change."""
        module, function, was, now, nth = self.key
        if (module, function, was) != (change.module, change.function, change.was):
            return False
        return not now or (now, nth) == (change.now, change.nth)


def read_excuses(path: Path = FILE) -> list[Excuse]:
    """The entries of the file."""
    source: YamlSource = read_source(path, path.name)
    found = []
    groups = source.root["harmless"]
    for group in groups:
        for item, mark in zip(group["changes"], group["changes"].marks, strict=True):
            key = (
                str(group["module"]),
                str(group["function"] or ""),
                str(item["was"]),
                str(item.get("now", "")),
                int(item.get("nth", 1)),
            )
            found.append(Excuse(key, source.at(mark), str(item.get("why", group.get("why", "")))))
    return found


def unused(excuses: Iterable[Excuse], changes: Iterable[Change]) -> list[Excuse]:
    """Entries about changes that are not there (any more)."""
    every = list(changes)
    return [each for each in excuses if not any(each.fits(change) for change in every)]
