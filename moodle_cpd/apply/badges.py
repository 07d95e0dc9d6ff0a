"""Which badges Moodle shows, and what it means when one is not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from moodle_cpd.apply.badges_report import holders
from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.errors import CpdError
from moodle_cpd.model.award import AwardKey, AwardState
from moodle_cpd.problems import Problem

_FEW = 3
"""For fewer the report is no gain."""


def of_teacher(teacher: int, problem: Problem) -> Problem:
    """A problem that one teacher's call met, with the teacher in it."""
    return replace(problem, where=f"{problem.where}, teacher {teacher}")


def read_badges(
    delivery: Delivery, teachers: Sequence[int], badge: str, since: datetime | None = None
) -> dict[int, bool]:
    """Whether teachers hold a badge and show it; who can't be read is missing, and named.

    Args:
        delivery: the run.
        teachers: Moodle's user ids.
        badge: its name.
        since: when they were first about to be given it, where they were, this computer's time:
            then the report over badges, where there is one, tells it of most of them at once.
    """
    held = dict.fromkeys(_in_report(delivery, teachers, badge, since), True)
    others = [teacher for teacher in teachers if teacher not in held]
    for teacher, answer in delivery.moodle.badges(others, badge):
        if isinstance(answer, CpdError):
            delivery.problems += (of_teacher(teacher, each) for each in answer.problems)
        else:
            held[teacher] = answer.shows(badge)
    return held


def _in_report(
    delivery: Delivery, teachers: Sequence[int], badge: str, since: datetime | None
) -> list[int]:
    report = delivery.settings.site.badges_report
    if report is None or since is None or len(teachers) < _FEW or not delivery.may_ask(report):
        return []
    try:
        ids = holders(delivery.moodle, report, badge, since)
    except CpdError as error:
        # Whatever is amiss with the report: what is amiss with the site shows at the teachers.
        delivery.note_unfit(report, error)
        return []
    return [each for each in teachers if each in ids]


def note_unseen(delivery: Delivery, key: AwardKey, badge: str) -> None:
    """Say that all but the badge was read back.

    Where others were seen to get the same badge it works, and this teacher most likely hides
    theirs: that is worth a note. Where nobody was, it may never be awarded: a problem.
    """
    place = f"{key.site}: teacher {key.teacher}"
    works = any(
        other.scheme == key.scheme
        and other.period == key.period
        and other.award == key.award
        and award.state is AwardState.CONFIRMED
        for other, award in delivery.ledger.awards(key.site).items()
    )
    if works:
        delivery.unseen.add(key)
        delivery.notes.append(
            Problem(place, f"badge '{badge}' is not seen; others have it, so it may be hidden")
        )
    else:
        delivery.problems.append(
            Problem(
                place,
                f"all was written, but badge '{badge}' is not seen",
                "",
                "See that it is enabled and hangs on this cohort or activity; a badge that the "
                "teacher hides can't be seen",
            )
        )
