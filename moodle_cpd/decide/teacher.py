"""All decisions of one teacher: every scheme, every period that needs one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from moodle_cpd.decide import troubles
from moodle_cpd.decide.history import History
from moodle_cpd.decide.matcher import Prepared
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.scheme_run import SchemeRun
from moodle_cpd.decide.work import collect
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.people import Attribute
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook import Rulebook


def prepare(
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    record_courses: frozenset[int] = frozenset(),
) -> Prepared:
    """Hold the rules against a site's courses, once for all teachers.

    Args:
        rulebook: the rules.
        catalogue: the site's courses by id.
        record_courses: ids of the courses in which we write; nothing in them ever counts.
    """
    return Prepared(rulebook, catalogue, record_courses)


def decide_teacher(
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    known: TeacherRecord,
    on: datetime,
    record_courses: frozenset[int] = frozenset(),
) -> tuple[list[Decision], list[Problem]]:
    """Decide one teacher; for many, ``prepare`` once and call ``decide_prepared`` for each."""
    return decide_prepared(prepare(rulebook, catalogue, record_courses), known, on)


def decide_prepared(
    prepared: Prepared, known: TeacherRecord, on: datetime
) -> tuple[list[Decision], list[Problem]]:
    """Decide one teacher in every scheme.

    Decided are, for each scheme, the periods in which anything happened, the one that ``on``
    belongs to, and the one before it; none from before the scheme's first.

    Args:
        prepared: the rules, held against the site.
        known: what is known of the teacher.
        on: the moment (UTC) for which decisions are made; nothing later is seen.

    Returns:
        Decisions by scheme and period, and what a person should look at, sorted. A problem that
        is about rules or courses names no teacher, so many teachers may bring the same one.
    """
    work = collect(known.facts, prepared.record_courses, on)
    seen = {
        fact.at
        for fact in known.facts
        if fact.at is not None
        and fact.at <= on
        and not fact.retracted
        and fact.course not in prepared.record_courses
    }
    moments = sorted(seen)
    history = History(known.attributes, moments[0] if moments else None)
    decided: dict[str, list[Decision]] = {}
    standing: dict[str, list[Decision]] = {}
    as_closed = {(each.scheme, each.period.key): each for each in known.closed}
    courses = {target.course for target in work if target.record is None}
    problems = list(troubles.unknown_courses(known, courses - prepared.catalogue.keys()))
    uncertain: set[Target] = set()
    unknown: dict[Attribute, set[str]] = defaultdict(set)
    # A frame of recognised hours comes after the scheme that recognises them.
    for scheme in sorted(prepared.schemes, key=lambda each: each.scheme.recognised_only):
        only = scheme.scheme.recognised_only
        basis = standing.get(scheme.scheme.frame_of or "", []) if only else ()
        run = SchemeRun(prepared, scheme, known, history, on, basis, as_closed)
        decided[scheme.scheme.id] = run.decide(work, moments)
        standing[scheme.scheme.id] = run.standing
        problems.extend(run.problems)
        uncertain |= run.uncertain
        for name in run.unknown:
            unknown[name].add(scheme.scheme.id)
    problems += [troubles.unknown(known, name, schemes) for name, schemes in unknown.items()]
    if uncertain:
        problems.append(troubles.undated(known, uncertain))
    decisions = [decision for scheme_id in sorted(decided) for decision in decided[scheme_id]]
    return decisions, sorted(set(problems))
