"""Which badges Moodle shows, and what it means when one is not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.errors import CpdError
from moodle_cpd.model.award import AwardKey, AwardState
from moodle_cpd.problems import Problem


def of_teacher(teacher: int, problem: Problem) -> Problem:
    """A problem that one teacher's call met, with the teacher in it."""
    return replace(problem, where=f"{problem.where}, teacher {teacher}")


def read_badges(delivery: Delivery, teachers: Sequence[int]) -> dict[int, frozenset[str]]:
    """Names of the badges that teachers hold and show; who can't be read is missing, and named."""
    held: dict[int, frozenset[str]] = {}
    for teacher, answer in delivery.moodle.badges(teachers):
        if isinstance(answer, CpdError):
            delivery.problems += (of_teacher(teacher, each) for each in answer.problems)
        else:
            held[teacher] = frozenset(badge.name for badge in answer.badges)
    return held


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
