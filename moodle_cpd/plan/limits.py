"""Limits on mass action: a slipped digit in a rule must not issue a thousand certificates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from moodle_cpd.config import LimitSettings
from moodle_cpd.model.action import Verb
from moodle_cpd.plan.plan import Plan
from moodle_cpd.plan.reasons import ENDING
from moodle_cpd.problems import Problem


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person said they expect of a plan; each word lifts its own limit alone.

    Attributes:
        awards: up to so many awards are issued; None: they said nothing.
        supersessions: up to so many certificates that stand are corrected, renewed or expire.
        withdraw: awards may be taken back at all.
        withdrawals: up to so many are.
    """

    awards: int | None = None
    supersessions: int | None = None
    withdraw: bool = False
    withdrawals: int | None = None


def check_limits(
    plan: Plan, limits: LimitSettings, *, teachers: int, allowed: Allowed
) -> tuple[Problem, ...]:
    """Why a plan may not be applied without an explicit word; empty where it may.

    Args:
        plan: what would be done.
        limits: as configured.
        teachers: how many teachers are known on the site.
        allowed: what the person said.
    """
    problems = list(_issues(plan, limits, teachers, allowed.awards))
    changed = len(plan.of(Verb.SUPERSEDE, Verb.EXPIRE))
    words = f"changes {changed} certificates that stand"
    problems += _one_kind(
        "supersessions", words, changed, limits.supersessions, allowed.supersessions
    )
    if allowed.withdraw:
        taken = len(plan.withdrawals)
        words = f"takes back {taken} awards"
        problems += _one_kind("withdrawals", words, taken, limits.withdrawals, allowed.withdrawals)
    return tuple(problems)


def _issues(
    plan: Plan, limits: LimitSettings, teachers: int, allowed: int | None
) -> Iterator[Problem]:
    # What was begun and has not reached Moodle yet is issued now as well.
    issues = [
        action
        for action in plan.of(Verb.ISSUE, Verb.CONFIRM, Verb.REPAIR)
        if action.verb is Verb.ISSUE or (action.messages and action.reason != ENDING)
    ]
    count = len(issues)
    if allowed is not None and count <= allowed:
        return
    hint = f"Read the plan; if all of it is meant, add --allow {count}"
    if allowed is not None:
        yield Problem("--allow", f"the plan issues {count} awards", f"at most {allowed}", hint)
    if count > limits.awards:
        yield Problem(
            "[limits] awards", f"the plan issues {count}", f"at most {limits.awards}", hint
        )
    receiving = len({action.award.teacher for action in issues})
    if count > limits.share_from and receiving > limits.share * teachers:
        yield Problem(
            "[limits] share",
            f"the plan gives awards to {receiving} of {teachers} teachers",
            f"at most {limits.share:.0%}",
            hint,
        )


def _one_kind(
    name: str, does: str, count: int, limit: int, allowed: int | None
) -> Iterator[Problem]:
    most = limit if allowed is None else allowed
    option = f"--allow-{name}"
    if count > most:
        yield Problem(
            f"[limits] {name}" if allowed is None else option,
            f"the plan {does}",
            f"at most {most}",
            f"Read the plan; if all of it is meant, add {option} {count}",
        )
