"""Doing exactly the plan that was shown: journaled delivery, read back from Moodle."""

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.run import ApplyReport, apply_plan

__all__ = ["ApplyReport", "Delivery", "apply_plan"]
