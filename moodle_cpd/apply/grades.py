"""Grades as Moodle keeps them, and what it makes of them where somebody changes the maximum.

With *Rescale existing grades: Yes* every grade is multiplied by new maximum / old maximum and kept
with five decimals (``assign_rescale_activity_grades`` in ``mod/assign/lib.php``). With *No* the
assignment keeps them, and the gradebook shows none above the new maximum
(``grade_item::bounded_grade``).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from moodle_cpd.problems import Problem

_NEAR: Final = Decimal("0.0001")
"""Moodle keeps five decimals, and the last of them wanders where a grade is scaled to and fro."""


def same_grade(held: Decimal | None, due: Decimal, *, none: bool = False) -> bool:
    """Whether a grade is what is due, as exactly as Moodle keeps it; ``none``: or no grade."""
    return none if held is None else abs(held - due) < _NEAR


def is_rescaled(held: Iterable[Decimal | None], due: Decimal, then: int, now: int) -> bool:
    """Whether grades are what Moodle made of those that were written, for another maximum.

    Args:
        held: in the gradebook and in the assignment; one of them may be as it was.
        due: as it was written.
        then: the assignment's maximum at that time; 0: it is not known.
        now: its maximum now.
    """
    if then <= 0 or then == now:
        return False
    made = (due, due * now / then, min(due, Decimal(now)))
    given = [grade for grade in held if grade is not None]
    return any(not same_grade(grade, due) for grade in given) and all(
        any(same_grade(grade, each) for each in made) for grade in given
    )


def all_rescaled(rows: Iterable[tuple[Decimal | None, Decimal, int]], now: int) -> int | None:
    """The maximum under which an assignment's grades were written, if Moodle scaled them all since.

    Beside such grades nothing may be written: it would be scaled on the way back.

    Args:
        rows: of each teacher the grade in the assignment, as it was written, and the maximum then.
        now: the assignment's maximum now.
    """
    found = None
    for held, due, then in rows:
        if held is None or not due or then in {0, now}:
            continue
        if same_grade(held, due):
            return None
        if same_grade(held, due * now / then):
            found = then
    return found


def rescaled_problem(place: str, then: int, now: int) -> Problem:
    """What became of all grades of an assignment at once; the same words for every teacher.

    Args:
        place: the assignment, in words.
        then: its maximum when the grades were written.
        now: its maximum now.
    """
    return Problem(
        place,
        f"its maximum grade was {then} when we wrote grades and is {now} now, and Moodle scaled "
        "or cut them; they are left as they are",
        f"a maximum grade of {then}",
        f"Set 'Maximum grade' (最高分) back to {then}, and answer 'Rescale existing grades' "
        "(重新调整现有成绩) as it was answered when it was changed; if another is needed, change "
        "it afterwards with 'No' (否), and never to less than a grade that is there",
    )
