"""Everybody's decisions: made again where something they rest on changed, and read back whole."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from moodle_cpd.cli.side_by_side import side_by_side
from moodle_cpd.decide import (
    Cell,
    Horizon,
    Prepared,
    TeacherRecord,
    as_it_stands,
    basis_of,
    cells_from_json,
    cells_to_json,
    decide_prepared,
    decision_from_json,
    hold,
    prepare,
    problems_from_json,
    problems_to_json,
    result_of,
    results_from_json,
    results_to_json,
    written,
)
from moodle_cpd.ledger import DecisionRecord, Ledger, TeacherDecided
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.progress import Progress
from moodle_cpd.model.result import Result
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook

_TOGETHER = 100
"""Teachers whose facts and decisions are in memory at one time."""

_COUNTED_TOGETHER = 2_000
"""Teachers of whom it is in memory at one time what their decisions come to."""

_COLLECT_AFTER = 200_000
"""Values that are made before cycles among them are looked for."""

_NEVER = datetime.min.replace(tzinfo=UTC)


_Decides: TypeAlias = Callable[[Mapping[int, int]], list[TeacherDecided]]
Tally: TypeAlias = tuple[int, tuple[Cell, ...], tuple[Problem, ...]]
"""A teacher's user id, what each decision comes to, and what a person should look at."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What all decisions of a site come to.

    Attributes:
        counts: teachers by scheme, period and outcome.
        problems: what a person should look at, each once.
        met: teachers who met anything.
    """

    counts: Mapping[Cell, int]
    problems: tuple[Problem, ...]
    met: frozenset[int]

    @property
    def decisions(self) -> int:
        """How many decisions there are."""
        return sum(self.counts.values())


class Everybody:
    """All known teachers of a site, to be decided by some rules for some moment.

    Args:
        ledger: whose facts.
        site: the site's name in the configuration.
        rulebook: the rules.
        on: the moment of which it is decided, UTC.
        read_until: when the site was last read with nothing left out, UTC; None: never.
    """

    def __init__(
        self,
        ledger: Ledger,
        site: str,
        rulebook: Rulebook,
        on: datetime,
        read_until: datetime | None,
    ) -> None:
        self._ledger = ledger
        self._site = site
        self._rulebook = rulebook
        self._on = on
        self._read_until = read_until or _NEVER
        written = ledger.record_courses_seen(site, ())
        self._closures = {(each.scheme, each.period): each for each in ledger.closures(site)}
        self._prepared: Prepared = prepare(rulebook, ledger.courses(site), written)

    def decide(self) -> Iterator[tuple[list[Decision], list[Problem]]]:
        """Decide everybody, by user id; nothing is kept."""
        for known in self.known(self._ledger.people(self._site)):
            yield self.decide_one(known)

    def decide_one(self, known: TeacherRecord) -> tuple[list[Decision], list[Problem]]:
        """Decide one teacher, what is closed as it stands; nothing is kept."""
        decisions, problems = decide_prepared(self._prepared, known, self._on)
        if not self._closures:
            return decisions, problems
        keys = {each.key for each in known.adjustments}
        held, otherwise = hold(decisions, known.closed, self._closures, keys)
        return held, sorted({*problems, *otherwise})

    def look(self) -> Iterator[Tally]:
        """What everybody's decisions would come to; nothing is kept."""
        for known in self.known(self._ledger.people(self._site)):
            decisions, problems = self.decide_one(known)
            cells = [(each.scheme, each.period.key, each.outcome.value) for each in decisions]
            yield known.teacher, tuple(cells), tuple(problems)

    def bring_up_to_date(
        self, run: int, progress: Progress, *, every: bool = False, jobs: int = 1
    ) -> int:
        """Decide those whose last decisions may not hold now, and keep what changed.

        Args:
            run: which run decides.
            progress: told of each teacher.
            every: everybody, whatever was decided before.
            jobs: so many processes decide; 1: this one.

        Returns:
            How many decisions were new.
        """
        # What is closed is decided otherwise from then on.
        closed = "".join(map(repr, self._closures.values()))
        basis = basis_of(self._prepared, f"{_program()} {closed}")
        read = min(self._on, self._read_until)
        # How much news there was is read before the news: what comes meanwhile is not lost.
        news = self._ledger.undecided(self._site, basis=basis, on=self._on, read=read, every=every)
        progress.start("decide", len(news))
        new = 0
        source = iter(news.items())
        batches = iter(lambda: dict(islice(source, _TOGETHER)), {})
        decided: Iterator[list[TeacherDecided]]
        if jobs > 1 and len(news) > _TOGETHER:
            decided = side_by_side(jobs, self._elsewhere(basis), batches)
        else:
            decided = map(self.decides(basis), batches)
        with _few_collections():
            for batch in decided:
                new += self._ledger.record_decided(run, batch)
                progress.advance(len(batch))
        return new

    def _elsewhere(self, basis: str) -> Callable[[], _Decides]:
        """The same as ``decides``, made in another process."""
        path, site, on = self._ledger.path, self._site, self._on
        return partial(_there, path, site, self._rulebook, on, self._read_until, basis)

    def decides(self, basis: str) -> _Decides:
        """What decides some teachers, each given with how often news of them had come.

        Args:
            basis: digest of the rules, courses and program, to be kept with what is decided.
        """
        horizon = Horizon(self._prepared, self._on, self._read_until)

        def decide(news: Mapping[int, int]) -> list[TeacherDecided]:
            known = self.known(news)
            return [self._decide_one(each, news[each.teacher], basis, horizon) for each in known]

        return decide

    def _decide_one(
        self, known: TeacherRecord, seen: int, basis: str, horizon: Horizon
    ) -> TeacherDecided:
        decisions, problems = self.decide_one(known)
        results, records = [], []
        for decision in decisions:
            body, digest = written(decision)
            result = result_of(decision, digest)
            results.append(result)
            records.append(_record(result, body))
        holds = horizon.of(known)
        return TeacherDecided(
            site=self._site,
            teacher=known.teacher,
            seen=seen,
            basis=basis,
            since=holds.since,
            until=holds.until,
            read_since=holds.read_since,
            read_before=holds.read_before,
            cells=cells_to_json(results),
            problems=problems_to_json(problems),
            results=results_to_json(results),
            decisions=tuple(records),
        )

    def known(self, teachers: Iterable[int]) -> Iterator[TeacherRecord]:
        """What is known of teachers, in the order given."""
        remaining = iter(teachers)
        while batch := list(islice(remaining, _TOGETHER)):
            attributes = self._ledger.attributes(self._site, batch)
            facts = dict(self._ledger.facts(self._site, batch))
            dispensations = self._ledger.dispensations(self._site, batch)
            adjustments = self._ledger.adjustments(self._site, batch)
            closed = self._closed(batch, adjustments)
            by_then = self._ledger.known_when_closed(self._site, batch) if self._closures else {}
            for teacher in batch:
                yield TeacherRecord(
                    site=self._site,
                    teacher=teacher,
                    facts=facts.get(teacher, ()),
                    attributes=attributes.get(teacher, ()),
                    dispensations=dispensations.get(teacher, ()),
                    adjustments=adjustments.get(teacher, ()),
                    read_until=self._read_until,
                    closed=closed.get(teacher, ()),
                    missed=by_then.get(teacher, set())
                    - {(each.scheme, each.period.key) for each in closed.get(teacher, ())},
                )

    def _closed(
        self, teachers: Iterable[int], adjustments: Mapping[int, Sequence[Adjustment]]
    ) -> Mapping[int, list[Decision]]:
        """Teachers' decisions of closed periods, as they stand."""
        found: dict[int, list[Decision]] = defaultdict(list)
        if not self._closures:
            return found
        for teacher, periods in self._ledger.closed_decisions(self._site, teachers).items():
            keys = {each.key for each in adjustments.get(teacher, ())}
            for since in periods:
                made = [None if each is None else decision_from_json(each.body) for each in since]
                stands = as_it_stands(made, keys)
                if stands is not None:
                    found[teacher].append(stands)
        return found


def _there(
    path: Path, site: str, rulebook: Rulebook, on: datetime, read_until: datetime, basis: str
) -> _Decides:
    """What a process of many decides by."""
    gc.set_threshold(_COLLECT_AFTER)
    return Everybody(Ledger.open(path), site, rulebook, on, read_until).decides(basis)


def standing(ledger: Ledger, site: str) -> Iterator[Result]:
    """What the decisions that stand come to, of all known teachers, one after the other."""
    for teacher, results in ledger.decided(site):
        yield from results_from_json(site, teacher, results)


def tallied(ledger: Ledger, site: str) -> Iterator[Tally]:
    """The same to be counted, with the problems beside it."""
    for teacher, cells, problems in ledger.counted(site):
        yield teacher, cells_from_json(cells), problems_from_json(problems)


def summed(teachers: Iterable[Tally]) -> Outcomes:
    """What everybody's decisions come to."""
    counts: Counter[Cell] = Counter()
    found: dict[Problem, None] = {}
    met: set[int] = set()
    source = iter(teachers)
    while some := list(islice(source, _COUNTED_TOGETHER)):
        # The decisions of many come to the same.
        alike: dict[tuple[Cell, ...], list[int]] = defaultdict(list)
        for teacher, cells, problems in some:
            alike[cells].append(teacher)
            found.update(dict.fromkeys(problems))
        for cells, same in alike.items():
            for cell in cells:
                counts[cell] += len(same)
            if any(outcome == Outcome.MET.value for _, _, outcome in cells):
                met.update(same)
    return Outcomes(counts, tuple(found), frozenset(met))


def _record(result: Result, body: str) -> DecisionRecord:
    return DecisionRecord(
        result.site,
        result.teacher,
        result.scheme,
        result.period,
        result.outcome.value,
        result.digest,
        body,
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Millions of short-lived values without cycles: looking for cycles takes an eighth of it."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@cache
def _program() -> str:
    """Digest of the code that decides: another version of it decides everybody again."""
    package = Path(__file__).parents[1]
    digest = sha256()
    for room in ("decide", "rules", "model"):
        for path in sorted((package / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
