"""Rules that can be read and make no sense: what nobody can meet, and what nobody can look up.

These are no errors of a file by itself: a scheme may be waiting for its course maps. So
``load_rulebook`` takes them, and ``moodle-cpd check`` tells them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from moodle_cpd.model.decision import Place
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem
from moodle_cpd.rules.gaps import gaps
from moodle_cpd.rules.references import unreferenced
from moodle_cpd.rules.rulebook import Category, Entry, Rulebook, Scheme
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
)
from moodle_cpd.rules.selectors import EXACT_KINDS, RecordSelector, Selector

_ONE_ACTIVITY = ("id", "idnumber")
_MAP = "Add lines to a course map of this scheme, or ask for less"
_ENDLESS = Decimal("Infinity")


def check_rules(rulebook: Rulebook) -> list[Problem]:
    """What in the rules can't be meant so.

    Args:
        rulebook: the rules.

    Returns:
        Requirements that nobody can meet with the mapped courses, caps below what is asked or below
        what a part of them allows, and values of the regulation without a reference; by place.
    """
    found = [
        problem
        for latest in rulebook.schemes
        for scheme in latest.editions
        for problem in (*_unreachable(scheme), *_caps(scheme), *unreferenced(scheme))
    ]
    found += [problem for scheme in rulebook.schemes for problem in gaps(scheme)]
    return sorted(set(found), key=_by_place)


def _unreachable(scheme: Scheme) -> Iterator[Problem]:
    if not scheme.entries:
        yield Problem(
            str(scheme.place),
            f"no course map gives anything in scheme '{scheme.id}'",
            "at least one file in courses/ that names it",
            "Nobody can meet a scheme without course maps",
        )
        return
    if scheme.recognised_only:
        return  # It takes several of the other scheme's periods, whose number nobody knows.
    reach = _Reach(scheme)
    yield from reach.lacking(scheme.requirement)
    if scheme.recognised_when is not None:
        yield from reach.lacking(scheme.recognised_when)


class _Reach:
    """The most that one teacher can have in one period with the mapped courses.

    A line that names one course gives its hours once; a pattern, a course category or a custom
    field may give any number, and so may records, of which there can be several.
    """

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._hours = dict.fromkeys((category.id for category in scheme.categories), Decimal(0))
        for entry in scheme.entries:
            if entry.category is not None:
                self._hours[entry.category] += _capped(_most(entry), entry.at_most)
        for carried in scheme.carry_over:
            self._hours[carried.category] += carried.at_most
        total = Decimal(0)
        # Parents stand before children, so backwards each category is whole before its parent.
        for category in reversed(scheme.categories):
            hours = self._hours[category.id] = _capped(self._hours[category.id], category.at_most)
            if category.parent is None:
                total += 0 if category.apart else hours
            else:
                self._hours[category.parent] += hours
        self._total = _capped(total, scheme.at_most)

    def lacking(self, requirement: Requirement) -> Iterator[Problem]:
        """What of a requirement can't be met; a choice is told only where too little is left."""
        match requirement:
            case HoursAtLeast(need=need, category=category, years=years):
                yield from self._hours_lacking(requirement.place, need / years, category)
            case Present(category=category):
                if not self._hours[category]:
                    yield _nobody(requirement.place, f"hours of '{category}'", "none")
            case Passed(assessment=assessment):
                if all(entry.assessment != assessment for entry in self._scheme.entries):
                    yield _nobody(
                        requirement.place, f"'{assessment}' to be passed", "no activity for it"
                    )
            case Pieces(evidence=evidence, need=need):
                pieces = self._pieces(evidence)
                if pieces < need:
                    yield _nobody(requirement.place, f"{need} of '{evidence}'", f"{pieces} at most")
            case OnlyFor(part=part):
                yield from self.lacking(part)
            case Group(count=count, parts=parts):
                lacking = [list(self.lacking(part)) for part in parts]
                if sum(not each for each in lacking) < count:
                    for each in lacking:
                        yield from each
            case _:
                return

    def _hours_lacking(
        self, place: Place, need: Decimal, category: str | None
    ) -> Iterator[Problem]:
        most = self._total if category is None else self._hours[category]
        if most < need:
            of = "" if category is None else f" of '{category}'"
            yield _nobody(place, f"{show(need)} hours{of}", f"{show(most)} at most")

    def _pieces(self, evidence: str) -> Decimal:
        """How many activities the course maps name for a kind of evidence."""
        total = Decimal(0)
        for entry in self._scheme.entries:
            if entry.evidence == evidence:
                total += 1 if _names_one(entry.selector) else _ENDLESS
        return total


def _names_one(selector: Selector | RecordSelector) -> bool:
    """Whether it can find one course or activity only."""
    if isinstance(selector, RecordSelector) or selector.course.kind not in EXACT_KINDS:
        return False
    return selector.activity is None or selector.activity.kind in _ONE_ACTIVITY


def _most(entry: Entry) -> Decimal:
    return entry.hours if entry.hours is not None and _names_one(entry.selector) else _ENDLESS


def _capped(hours: Decimal, at_most: Decimal | None) -> Decimal:
    return hours if at_most is None else min(hours, at_most)


def _nobody(place: Place, asked: str, there: str) -> Problem:
    return Problem(
        str(place), f"asks for {asked}, and the course maps give {there}", "what can be met", _MAP
    )


def _caps(scheme: Scheme) -> Iterator[Problem]:
    """Caps below what is asked for, and caps that can never bite because one above is lower."""
    categories = {category.id: category for category in scheme.categories}
    for need in _hours_asked(scheme.requirement):
        for at_most, place in _caps_of(need, scheme, categories):
            if at_most < need.need:
                yield Problem(
                    str(need.place),
                    f"asks for {show(need.need)} hours of which only {show(at_most)} count",
                    f"no more than the cap at {place}",
                    "Raise hours_at_most there, or ask for less here",
                )
    for carried in scheme.carry_over:
        cap = categories[carried.category].at_most
        if cap is not None and cap <= carried.beyond:
            yield Problem(
                str(carried.place),
                f"carries over what is beyond {show(carried.beyond)} hours of "
                f"'{carried.category}', of which only {show(cap)} count",
                f"less than the cap at {categories[carried.category].place}",
                "Raise hours_at_most there, or lower beyond: here",
            )
    for category in scheme.categories:
        above = None if category.parent is None else categories[category.parent].at_most
        if category.at_most is not None and above is not None and category.at_most > above:
            yield Problem(
                str(category.place),
                f"'{category.id}' may give {show(category.at_most)} hours, the category above it "
                f"only {show(above)}",
                "no more than above",
                "Lower this hours_at_most, or raise the one above",
            )


def _hours_asked(requirement: Requirement) -> Iterator[HoursAtLeast]:
    if isinstance(requirement, HoursAtLeast):
        yield requirement
    elif isinstance(requirement, OnlyFor):
        yield from _hours_asked(requirement.part)
    elif isinstance(requirement, Group) and requirement.kind == "all":
        for part in requirement.parts:
            yield from _hours_asked(part)


def _caps_of(
    need: HoursAtLeast, scheme: Scheme, categories: dict[str, Category]
) -> Iterator[tuple[Decimal, Place]]:
    """The caps that hold for the hours of a requirement; a category's stand before the scheme's."""
    if need.category is None:
        if scheme.at_most is not None:
            yield scheme.at_most, scheme.place
        return
    category = categories[need.category]
    if category.at_most is not None:
        yield category.at_most, category.place


def _by_place(problem: Problem) -> tuple[str, int, int, Problem]:
    file, line, column = problem.where.rsplit(":", 2)
    return file, int(line), int(column), problem
