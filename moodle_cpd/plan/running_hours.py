"""What teachers see of their hours, held against what was last written: the changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from moodle_cpd.config import RunningHoursSettings
from moodle_cpd.decide.lacks import every
from moodle_cpd.model.decision import Decision, Outcome, Place
from moodle_cpd.model.people import Person
from moodle_cpd.model.quantity import show
from moodle_cpd.model.result import Result
from moodle_cpd.model.running_hours import HoursPlace, HoursShown, HoursUpdate
from moodle_cpd.plan.running_words import running_text
from moodle_cpd.plan.words import language_of
from moodle_cpd.rules import Rulebook
from moodle_cpd.rules.rulebook_requirements import Group


class RunningHours:
    """The running hours of a site, held against decisions teacher by teacher.

    There is no limit on how many change at once: nobody is told, nothing of it is proof, and the
    next run puts right what was wrong.

    Args:
        wanted: what is shown where.
        shown: what was last read back from Moodle, by place.
        meant: what was about to be written and not read back; it is written again.
        people: who is shown anything, by Moodle's user id; the others keep what they have.
        decision: gives a teacher's decision by its digest; None where it is not known.
        choices: see ``running_text``.
        on: the moment for which it is planned, UTC.

    Attributes:
        same: grounds that are new for what is shown unchanged, by place.
    """

    def __init__(
        self,
        wanted: Sequence[RunningHoursSettings],
        shown: Mapping[HoursPlace, HoursShown],
        meant: Collection[HoursPlace],
        people: Mapping[int, Person],
        decision: Callable[[int, str], Decision | None],
        choices: Collection[Place],
        on: datetime,
    ) -> None:
        self._wanted = wanted
        self._shown = shown
        self._meant = meant
        self._people = people
        self._decision = decision
        self._choices = choices
        self._on = on
        self.same: dict[HoursPlace, str] = {}

    def updates(self, results: Sequence[Result]) -> Iterator[HoursUpdate]:
        """What one teacher is to see otherwise than now.

        Args:
            results: of all of the teacher's decisions that stand, in the order of their periods.
        """
        person = self._people.get(results[0].teacher) if results else None
        if person is None or person.suspended:
            return
        language = language_of(person.language)
        for each in self._wanted:
            update = self._update(each, results, language)
            if update is not None:
                yield update

    def _update(
        self, wanted: RunningHoursSettings, results: Sequence[Result], language: str
    ) -> HoursUpdate | None:
        own = [each for each in results if each.scheme == wanted.scheme]
        while own:
            result = own.pop()
            place = HoursPlace(result.teacher, wanted.course, wanted.activity)
            shown = self._shown_of(place, result)
            grounds = _digest(result.digest, wanted.grade, language)
            sure = shown is not None and place not in self._meant
            # Whom the scheme does not concern is told so only in the place of what stood before.
            before_it = place in self._shown or place in self._meant
            never = result.outcome is Outcome.NOT_APPLICABLE and not before_it
            if never or (shown is not None and sure and shown.grounds == grounds):
                return None
            decision = self._decision(result.teacher, result.digest)
            amount = None if decision is None else _amount(wanted, decision)
            if decision is None or amount is None:
                return None
            if decision.period.start > self._on:
                continue
            points = wanted.grade == "points"
            text = running_text(decision, language, points=points, choices=self._choices)
            before = None if shown is None else shown.amount
            update = HoursUpdate(place, result.scheme, result.period, before, amount, text, grounds)
            if shown is not None and sure and update.text_sha256 == shown.text_sha256:
                self.same[place] = grounds
                return None
            return update
        return None

    def _shown_of(self, place: HoursPlace, result: Result) -> HoursShown | None:
        """What is shown there, if it is of the same scheme and period."""
        shown = self._shown.get(place)
        ours = shown is not None and (shown.scheme, shown.period) == (result.scheme, result.period)
        return shown if ours else None


def choices_of(rulebook: Rulebook) -> frozenset[Place]:
    """Where the rules let a teacher choose one of several requirements."""
    return frozenset(
        each.place
        for scheme in rulebook.schemes
        for edition in scheme.editions
        for tree in (edition.requirement, edition.recognised_when)
        if tree is not None
        for each in every(tree)
        if isinstance(each, Group) and each.kind == "any"
    )


def in_order(updates: Iterable[HoursUpdate]) -> tuple[HoursUpdate, ...]:
    """By assignment, then teacher."""
    return tuple(sorted(updates, key=lambda each: (*each.place[1:], each.place.teacher)))


def _amount(wanted: RunningHoursSettings, decision: Decision) -> Decimal | None:
    """The grade, as it reads in the comment; None where the scheme gives no points now."""
    if decision.outcome is Outcome.NOT_APPLICABLE:
        return Decimal(0)
    if wanted.grade == "hours":
        return Decimal(show(decision.recognised))
    return None if decision.score is None else Decimal(show(decision.score.total))


def _digest(*grounds: str) -> str:
    return sha256("\n".join(grounds).encode()).hexdigest()
