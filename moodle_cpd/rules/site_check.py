"""The course maps held against the courses that a site really has."""

from __future__ import annotations

from collections.abc import Sequence

from moodle_cpd.model.catalogue import Course
from moodle_cpd.problems import Problem
from moodle_cpd.rules.faults import nearest
from moodle_cpd.rules.matching import EntryIndex, Tie
from moodle_cpd.rules.rulebook import Entry, Rulebook
from moodle_cpd.rules.selectors import CourseSelector, Selector


def check_against_site(rulebook: Rulebook, catalogue: Sequence[Course]) -> list[Problem]:
    """What in the course maps doesn't work on this site.

    Args:
        rulebook: the rules.
        catalogue: all courses of the site that the service account can see.

    Returns:
        One problem for each line that finds no course or no activity, each tie on a real course,
        and each course whose custom field should tell its hours and doesn't; sorted.
    """
    problems: set[Problem] = set()
    for scheme in rulebook.schemes:
        index = EntryIndex(scheme.entries)
        without_course = {
            entry: entry.selector
            for entry in scheme.entries
            if isinstance(entry.selector, Selector)
        }
        without_activity = {e: s for e, s in without_course.items() if s.activity is not None}
        for course in catalogue:
            for entry, selector, _ in index.fitting(course):
                without_course.pop(entry, None)
                wanted = selector.activity
                if wanted and any(wanted.rank(each) is not None for each in course.activities):
                    without_activity.pop(entry, None)
            for _, match in index.matches(course):
                if isinstance(match, Tie) or match.problem is not None:
                    problems.add(match.problem)  # type: ignore[arg-type] # None was ruled out
        problems.update(_no_course(e, s.course, catalogue) for e, s in without_course.items())
        problems.update(
            _no_activity(e, s) for e, s in without_activity.items() if e not in without_course
        )
    return sorted(problems)


def _no_course(entry: Entry, selector: CourseSelector, catalogue: Sequence[Course]) -> Problem:
    hint = "Correct the line, or check that the service account may see the course"
    if selector.kind in {"idnumber", "short_name"}:
        names = {getattr(course, selector.kind) for course in catalogue} - {""}
        hint = nearest(selector.value, names) or hint
    return Problem(str(entry.place), f"no course of the site fits {selector}", "", hint)


def _no_activity(entry: Entry, selector: Selector) -> Problem:
    return Problem(
        str(entry.place),
        f"no activity fits {selector.activity} in course {selector.course}",
        "",
        "Give the activity this idnumber in Moodle (its settings, 'ID number'), or correct the "
        "line",
    )
