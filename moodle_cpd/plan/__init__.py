"""Decisions against awards: what would change, for a person to read before it happens."""

from moodle_cpd.plan.ending import EndingSoon
from moodle_cpd.plan.limits import Allowed, check_limits
from moodle_cpd.plan.make import make_plan
from moodle_cpd.plan.plan import Plan
from moodle_cpd.plan.render import plan_as_json, plan_as_markdown, plan_as_text
from moodle_cpd.plan.running_hours import RunningHours, choices_of

__all__ = [
    "Allowed",
    "EndingSoon",
    "Plan",
    "RunningHours",
    "check_limits",
    "choices_of",
    "make_plan",
    "plan_as_json",
    "plan_as_markdown",
    "plan_as_text",
]
