"""What every part of a pull works with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from moodle_cpd.config import Settings
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.fact import Fact, Source
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle import Moodle
from moodle_cpd.pull.report import Tally
from moodle_cpd.pull.strategies import Strategy
from moodle_cpd.pull.watermarks import Watermarks

S = TypeVar("S")


@dataclass
class Reading:
    """One pull.

    Attributes:
        moodle: where facts come from.
        ledger: where they go.
        settings: of the installation.
        run: id of the run in the ledger.
        now: when the pull began, UTC.
        progress: hears how far it is.
        strategy: how completions are read.
        marks: from when on each stream is read.
        scope: what the pull is for, as a text that changes when the rules do.
        suspended: teachers whose account is suspended; Moodle refuses to tell more of them than
            their list of courses, their grades of plain assignments, and their submissions.
        lists_read: whether anybody's list of courses was read.
        tally: what was done so far.
    """

    moodle: Moodle
    ledger: Ledger
    settings: Settings
    run: int
    now: datetime
    progress: Progress
    strategy: Strategy
    marks: Watermarks
    scope: str = ""
    suspended: frozenset[int] = frozenset()
    lists_read: bool = False
    tally: Tally = field(default_factory=Tally)

    @property
    def site(self) -> str:
        """The site's name in the configuration."""
        return self.moodle.name

    @property
    def teachers(self) -> frozenset[int]:
        """Ids of all whom this pull reads."""
        return self.marks.teachers

    def key(self, *asked: object) -> str:
        """Names what is asked for, so that a reading of something else is not gone on with."""
        return sha256(" ".join((self.scope, *map(str, asked))).encode()).hexdigest()

    def record(self, facts: Iterable[Fact]) -> None:
        """Write facts down and count the new ones; after that no interruption loses them."""
        groups: dict[tuple[str, bool], list[Fact]] = {}
        for fact in facts:
            groups.setdefault((fact.kind, fact.retracted), []).append(fact)
        for group in groups.values():
            new = self.ledger.record_facts(self.run, group)
            if group[0].retracted:
                self.tally.retracted += new
            else:
                self.tally.new[group[0].kind] += new


def source(function: str, **reply: object) -> Source:
    """Where a fact is known from; ``reply`` names fields of Moodle's answer, none personal."""
    text = json.dumps(reply, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return Source(function, text)


def parts(items: Iterable[S], size: int) -> Iterator[list[S]]:
    """Consecutive parts of at most ``size`` items; no more than one is held."""
    left = iter(items)
    while part := list(islice(left, size)):
        yield part
