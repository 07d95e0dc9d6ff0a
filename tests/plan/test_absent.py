"""Who left is given nothing new, and what was given stays."""

from __future__ import annotations

from decimal import Decimal

from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import AwardKey, Route
from moodle_cpd.model.decision import Text
from moodle_cpd.plan.absent import leave_out_absent


def action(verb: Verb, teacher: int, award: str = "badge") -> Action:
    return Action(
        verb=verb,
        award=AwardKey("s", teacher, "x", "2026", award),
        route=Route.COHORT,
        course="",
        target="x-2026",
        badge="X 2026",
        title=Text("证书", "Certificate"),
        hours=Decimal(30),
        credits=None,
        decision_digest="d",
        reason=Text("", ""),
        messages=1,
    )


def test_only_what_would_be_new_is_left_out_and_its_teachers_are_named() -> None:
    new = [action(Verb.ISSUE, 9), action(Verb.ISSUE, 7), action(Verb.ISSUE, 7, "certificate")]
    new += [action(Verb.SUPERSEDE, 7), action(Verb.WITHDRAW, 7)]
    others = [action(Verb.CONFIRM, 7), action(Verb.EXPIRE, 7), action(Verb.ISSUE, 8)]
    kept, (problem,) = leave_out_absent("s", [*new, *others], frozenset({7, 9, 11}))
    assert kept == others
    assert problem.found.endswith("users 7, 9")


def test_nobody_is_named_who_earned_nothing_new() -> None:
    actions = [action(Verb.CONFIRM, 7), action(Verb.ISSUE, 8)]
    assert leave_out_absent("s", actions, frozenset({7, 11})) == (actions, ())
