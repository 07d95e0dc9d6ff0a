"""What a person should look at before a teacher can be decided: problems, without names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from moodle_cpd.decide.claim import Claim, Standing, choose
from moodle_cpd.decide.credit import PeriodWork
from moodle_cpd.decide.matcher import PreparedScheme
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.people import Attribute
from moodle_cpd.problems import Problem
from moodle_cpd.rules.matching import Target
from moodle_cpd.rules.rulebook import Scheme


def unfounded(scheme: Scheme, known: TeacherRecord) -> Iterator[Problem]:
    """Dispensations that the scheme knows nothing of; they change nothing."""
    provided = {rule.kind for rule in scheme.dispensations}
    for each in known.dispensations:
        if each.scheme == scheme.id and each.kind not in provided:
            yield Problem(
                _where(known),
                f"document {each.document} says '{each.kind}', which scheme "
                f"'{scheme.id}' does not provide for",
                ", ".join(sorted(provided)) or "no dispensation from this scheme",
                "It changes nothing; add it to dispensations: of the scheme if its "
                "regulation says so",
            )


def unknown(known: TeacherRecord, name: Attribute, schemes: Collection[str]) -> Problem:
    """An attribute without which the audiences of some schemes can't be judged.

    Args:
        known: of whom.
        name: the attribute.
        schemes: ids; at least one.
    """
    every = ", ".join(f"'{each}'" for each in sorted(schemes))
    decide = f"schemes {every} decide" if len(schemes) > 1 else f"scheme {every} decides"
    return Problem(
        _where(known),
        f"{name.value} is unknown, so {decide} nothing",
        "a value that the audience can be judged by",
        "Fill in the profile field or cohort that moodle-cpd.toml names for "
        f"{name.value}, then pull again",
    )


def unmarked(
    scheme: PreparedScheme,
    known: TeacherRecord,
    period: str,
    work: PeriodWork,
    claims: Iterable[Claim],
) -> Iterator[Problem]:
    """Work that is still open although the grace days are over, where anything hangs on it."""
    open_: dict[Target, bool] = {
        claim.target: claim.no_length
        for claim in claims
        if claim.open
        and (claim.target.activity is not None or claim.target.record is not None)
        and (claim.match is None or claim.match.problem is None)
    }
    for name, kind in (*work.assessed.items(), *work.evidence.items()):
        for each in kind if name in scheme.read else ():
            chosen = choose(each.attempts, latest=each.latest)
            attempts = [] if chosen is None else [chosen]
            if scheme.scheme.score is not None and not each.latest:
                # Points can still rise with a better attempt than the one that passed.
                attempts = each.attempts
            for attempt in attempts:
                if attempt.standing is Standing.PENDING:
                    open_[each.target] = attempt.no_length
    for target, no_length in open_.items():
        lacks = "has no online text that could be counted" if no_length else "is not marked"
        expected = "an online text" if no_length else "a grade"
        hint = "Have it handed in as text" if no_length else "Mark it in Moodle"
        if target.record:
            lacks = f"says no {'number of characters' if no_length else 'points'}"
            expected = "characters" if no_length else "points"
            hint = f"Import the record again with its {expected}"
        yield Problem(
            _where(known),
            f"{target} was handed in in period {period} of scheme "
            f"'{scheme.scheme.id}' and {lacks}, and the grace days are over",
            expected,
            f"{hint}; until then the outcome stays open",
        )


def undated(known: TeacherRecord, targets: Iterable[Target]) -> Problem:
    """Things that are done, and of which Moodle gives no time."""
    names = [str(each) for each in sorted(targets, key=lambda t: (t.course, t.activity or 0))]
    return Problem(
        _where(known),
        f"done, but Moodle gives no time: {', '.join(names)}",
        "a time; without one they decide nothing",
        "Look up in Moodle when they were completed",
    )


def unknown_courses(known: TeacherRecord, courses: Iterable[int]) -> Iterator[Problem]:
    """Courses that facts name and the ledger doesn't know."""
    for course in sorted(courses):
        yield Problem(
            f"{known.site}: course {course}",
            "facts name this course, but the ledger does not know the course",
            "",
            "Pull again; if the course was deleted, its facts give no credit until a line of a "
            "course map can find it",
        )


def lost_categories(scheme: Scheme, decisions: Iterable[Decision]) -> Iterator[Problem]:
    """Categories in which closed periods have hours and which the rules no longer have.

    Args:
        scheme: the frame that consists of the hours.
        decisions: on which it rests.
    """
    known = {each.id for each in scheme.categories}
    for decision in decisions:
        for line in decision.credit_lines:
            if line.counted and line.category not in known:
                yield Problem(
                    f"scheme '{scheme.id}'",
                    f"closed period {decision.period.key} has hours of category "
                    f"'{line.category}', which scheme '{decision.scheme}' no longer has",
                    ", ".join(sorted(known)),
                    "These hours count in no frame; give the category its id back",
                )


def _where(known: TeacherRecord) -> str:
    return f"{known.site}: teacher {known.teacher}"
