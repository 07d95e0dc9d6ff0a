"""Teachers who left: what they were given stays, nothing new is added."""

from __future__ import annotations

from collections.abc import Iterable

from moodle_cpd.model.action import Action, Verb
from moodle_cpd.problems import Problem

_NEW = {Verb.ISSUE, Verb.SUPERSEDE, Verb.WITHDRAW}


def leave_out_absent(
    site: str, actions: Iterable[Action], absent: frozenset[int]
) -> tuple[list[Action], tuple[Problem, ...]]:
    """Take out what would be issued to people whom Moodle doesn't show any more.

    Awards that were begun are still finished, and what they hold is left as it is: that somebody
    is not shown is no ground to correct or take back anything.

    Args:
        site: the site's name in the configuration.
        actions: of a plan.
        absent: user ids of those who are known and were missing in the last complete reading.

    Returns:
        The other actions, and one problem that names the teachers, none where nobody is concerned.
    """
    kept: list[Action] = []
    left_out: set[int] = set()
    for action in actions:
        if action.verb in _NEW and action.award.teacher in absent:
            left_out.add(action.award.teacher)
        else:
            kept.append(action)
    if not left_out:
        return kept, ()
    problem = Problem(
        f"{site}: people",
        "not among the teachers any more, and so given nothing new, and nothing of theirs is "
        "changed: users " + ", ".join(map(str, sorted(left_out))),
        "",
        "Put those who are still teachers back into the cohorts that [people] names, and pull",
    )
    return kept, (problem,)
