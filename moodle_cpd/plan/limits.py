"""Limits on mass action: a slipped digit in a rule must not issue a thousand certificates."""

from __future__ import annotations

from moodle_cpd.config import LimitSettings
from moodle_cpd.model.action import Verb
from moodle_cpd.plan.plan import Plan
from moodle_cpd.problems import Problem


def check_limits(
    plan: Plan, limits: LimitSettings, *, teachers: int, allowed: int | None
) -> tuple[Problem, ...]:
    """Why a plan may not be applied without an explicit word; empty where it may.

    Args:
        plan: what would be done.
        limits: as configured.
        teachers: how many teachers are known on the site.
        allowed: how many awards the person said they expect, None where they said nothing. It
            lifts the limits for up to that many.
    """
    # What was begun and has not reached Moodle yet is issued now as well.
    issues = [action for action in plan.executable if action.verb is Verb.ISSUE or action.messages]
    count = len(issues)
    if allowed is not None and count <= allowed:
        return ()
    problems = []
    hint = f"Read the plan; if all of it is meant, add --allow {count}"
    if allowed is not None:
        problems.append(
            Problem("--allow", f"the plan issues {count} awards", f"at most {allowed}", hint)
        )
    if count > limits.awards:
        problems.append(
            Problem("[limits] awards", f"the plan issues {count}", f"at most {limits.awards}", hint)
        )
    receiving = len({action.award.teacher for action in issues})
    if count > limits.share_from and receiving > limits.share * teachers:
        problems.append(
            Problem(
                "[limits] share",
                f"the plan gives awards to {receiving} of {teachers} teachers",
                f"at most {limits.share:.0%}",
                hint,
            )
        )
    return tuple(problems)
