"""Files of cases held against the rules: every name in them must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from moodle_cpd.cases.building import build, facts_of
from moodle_cpd.cases.schema import CaseFile, CasePart, CheckPart
from moodle_cpd.model.decision import Place
from moodle_cpd.problems import Problem
from moodle_cpd.rules.faults import nearest
from moodle_cpd.rules.levels import LEVELS
from moodle_cpd.rules.rulebook import Rulebook, Scheme
from moodle_cpd.rules.selectors import RecordSelector, Selector


def check_cases(rulebook: Rulebook, files: Mapping[str, CaseFile]) -> list[Problem]:
    """What in the cases names something that the rules don't have.

    Args:
        rulebook: the rules.
        files: the cases, by the name of their file.
    """
    problems: list[Problem] = []
    schemes = {scheme.id: scheme for scheme in rulebook.schemes}
    for name, file in files.items():
        scheme = schemes.get(file.scheme)
        if scheme is None:
            problems.append(_unknown("scheme", file.scheme, schemes, file.place(name)))
            continue
        stories = [story.story for story in file.stories]
        problems += _twice("story", ((s.story, s.place(name)) for s in file.stories))
        problems += _twice("case", ((case.case, case.place(name)) for case in file.cases))
        for case in file.cases:
            problems += (
                _unknown("story", each, stories, case.place(name))
                for each in case.stories
                if each not in stories
            )
            problems += _courses(name, file, case, scheme)
            problems += _records(name, case, scheme)
            problems += _adjustments(name, file, case, scheme)
            problems += _twice("closed period", ((c.period, c.place(name)) for c in case.closed))
            for check in case.checks:
                problems += _check(check, scheme, check.place(name))
    return list(dict.fromkeys(problems))


def _courses(name: str, file: CaseFile, case: CasePart, scheme: Scheme) -> Iterator[Problem]:
    """Courses that no line of a course map fits, unless the file lists them on purpose."""
    declared = {each.course for each in (*file.courses, *case.courses)}
    courses = {course.idnumber: course for course in build(file, case).catalogue.values()}
    selectors = [
        entry.selector.course for entry in scheme.entries if isinstance(entry.selector, Selector)
    ]
    known = sorted(each.value for each in selectors if each.kind == "idnumber")
    for fact in facts_of(file, case):
        course = courses.get(fact.course)
        if course is None:
            yield Problem(
                str(case.place(name)),
                f"course '{fact.course}' has the id of another course",
                "a different id for each course",
            )
            continue
        if fact.course in declared or any(each.rank(course) is not None for each in selectors):
            continue
        yield Problem(
            str(fact.place(name)),
            f"no line of a course map fits course '{fact.course}'",
            "a course of the course map",
            nearest(fact.course, known) or "If that is meant, list the course under courses:",
        )


def _records(name: str, case: CasePart, scheme: Scheme) -> Iterator[Problem]:
    """Records that no line of a course map takes, and records told twice."""
    selectors = [
        entry.selector for entry in scheme.entries if isinstance(entry.selector, RecordSelector)
    ]
    known = sorted(each.value for each in selectors)
    seen: set[tuple[str, str, str]] = set()
    for part in case.records:
        if all(each.rank(part.what) is None for each in selectors):
            yield Problem(
                str(part.place(name)),
                f"no line of a course map takes record '{part.what}'",
                "a record of the course map" if known else "no record: the map takes none",
                nearest(part.what, known),
            )
        subject = (part.what, part.day, part.document)
        if subject in seen:
            yield Problem(
                str(part.place(name)),
                f"record '{part.what}' of this day and document stands here a second time",
                "each record once",
            )
        seen.add(subject)


def _adjustments(name: str, file: CaseFile, case: CasePart, scheme: Scheme) -> Iterator[Problem]:
    """Adjustments of what neither the scheme nor the case has."""
    happened = facts_of(file, case)
    courses = [fact.course for fact in happened]
    assignments = [fact.assignment for fact in happened if fact.assignment is not None]
    records = [record.what for record in case.records]
    categories = [each.id for each in scheme.categories]
    excusable = [each.id for each in scheme.assessments] + [each.id for each in scheme.evidence]
    for part in case.adjustments:
        for kind, value, known in (
            ("category", part.category, categories),
            ("assessment or evidence", part.of, excusable),
            ("course", part.course, courses),
            ("assignment", part.assignment, assignments),
            ("record", part.record, records),
        ):
            if value is not None and value not in known:
                yield _unknown(kind, value, set(known), part.place(name))


def _check(check: CheckPart, scheme: Scheme, place: Place) -> Iterator[Problem]:
    awards = check.awards
    bands = () if scheme.score is None else scheme.score.bands
    wanted = {
        "category": (check.categories, {each.id for each in scheme.categories}),
        "level": (check.levels, set(LEVELS)),
        "award": (
            () if awards is None else (*awards.badges, *awards.certificates, *awards.elsewhere),
            {each.id for each in scheme.awards},
        ),
        "band": (() if check.band is None else (check.band,), {each.id for each in bands}),
        "flag": (check.consequences or (), {each.flag for each in scheme.consequences}),
    }
    for kind, (names, known) in wanted.items():
        for each in dict.fromkeys(names):
            if each not in known:
                yield _unknown(kind, each, known, place)


def _twice(kind: str, names: Iterable[tuple[str, Place]]) -> Iterator[Problem]:
    seen: dict[str, Place] = {}
    for name, place in names:
        first = seen.setdefault(name, place)
        if first is not place:
            yield Problem(
                str(place),
                f"{kind} '{name}' stands here a second time",
                "each id once",
                f"The first one is at {first}; give one of them another id",
            )


def _unknown(kind: str, name: str, known: Collection[str], place: Place) -> Problem:
    expected = "one of " + ", ".join(sorted(known)) if known else f"no {kind}: there is none"
    return Problem(str(place), f"unknown {kind} '{name}'", expected, nearest(name, known))
