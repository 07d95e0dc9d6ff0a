"""What a pull did, and what it could not do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from moodle_cpd.errors import CpdError
from moodle_cpd.ledger import KeyReport
from moodle_cpd.model.fact import FactKind
from moodle_cpd.problems import Problem
from moodle_cpd.pull.strategies import Strategy

_NAMED = 3


@dataclass(frozen=True, slots=True)
class PullReport:
    """What one pull found.

    Attributes:
        people: teachers read.
        people_changed: of them new or changed.
        attributes_changed: attributes (school, role, …) new or changed.
        courses: courses read, those that the rules select.
        activities: assignments in them that the rules use.
        new: new facts and new versions of facts, retractions aside, by kind.
        retracted: facts that a reply said are no longer so.
        vanished: teacher and course of completions that stand and are not seen any more; they
            still count (``credit-rules``, 15).
        problems: what was left out, and why; the pull is partial where there are any.
        requests: HTTP requests sent.
        strategy: how completions were read.
        full: whether everything was read, and not only what is new.
        began: our clock when what was read was asked for first, UTC: where an earlier pull was cut
            off and this one went on, when that one began.
        keys: how the teachers' keys fit together; None where no key is configured.
    """

    people: int
    people_changed: int
    attributes_changed: int
    courses: int
    activities: int
    new: Mapping[FactKind, int]
    retracted: int
    vanished: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...]
    requests: int
    strategy: Strategy
    full: bool
    began: datetime
    keys: KeyReport | None = None


@dataclass
class Tally:
    """Counts of a pull that is under way.

    Attributes:
        people: as in the report, and so on.
    """

    people: int = 0
    people_changed: int = 0
    attributes_changed: int = 0
    courses: int = 0
    activities: int = 0
    new: dict[FactKind, int] = field(default_factory=lambda: dict.fromkeys(FactKind, 0))
    retracted: int = 0
    keys: KeyReport | None = None
    _problems: dict[Problem, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, problem: Problem) -> None:
        """Something is amiss."""
        self._problems.setdefault(problem, [])

    def skip(self, error: CpdError, item: str) -> None:
        """One item could not be read; equal refusals become one problem with a count."""
        for problem in error.problems:
            self._problems[problem].append(item)

    def missing(self, where: str, found: str, ids: Iterable[int], hint: str) -> None:
        """What was asked and not answered; nothing where all was.

        Args:
            where: site and function.
            found: what is missing, before its ids.
            ids: of what is missing.
            hint: what to do.
        """
        text = _some([str(id_) for id_ in sorted(ids)])
        if text:
            self.note(Problem(where, f"{found} {text}", "", hint))

    def report(
        self,
        *,
        requests: int,
        vanished: Iterable[tuple[int, int]],
        strategy: Strategy,
        full: bool,
        began: datetime,
    ) -> PullReport:
        """The counts as they are now, with what the rest of the pull knows."""
        problems = (
            replace(problem, found=f"{problem.found} ({_some(items)})") if items else problem
            for problem, items in self._problems.items()
        )
        return PullReport(
            people=self.people,
            people_changed=self.people_changed,
            attributes_changed=self.attributes_changed,
            courses=self.courses,
            activities=self.activities,
            new=dict(self.new),
            retracted=self.retracted,
            vanished=tuple(sorted(vanished)),
            problems=tuple(sorted(problems)),
            requests=requests,
            strategy=strategy,
            full=full,
            began=began,
            keys=self.keys,
        )


def _some(items: list[str]) -> str:
    rest = len(items) - _NAMED
    return ", ".join(items[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
