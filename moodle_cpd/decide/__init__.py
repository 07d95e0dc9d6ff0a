"""Facts + rules + a moment → decisions, with the reason for each number. No I/O, no clock.

``prepare`` holds a rulebook against a site's courses once; ``decide_prepared`` then decides one
teacher after the other. ``explain`` leads from a decision back to Moodle's replies.
"""

from moodle_cpd.decide.basis import basis_of
from moodle_cpd.decide.closed import as_it_stands, hold
from moodle_cpd.decide.codec import decision_from_json
from moodle_cpd.decide.explain import Explanation, explain, explain_fully, explain_old
from moodle_cpd.decide.lasting import Horizon, Lasting
from moodle_cpd.decide.matcher import Prepared
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.results import (
    Cell,
    cells_from_json,
    cells_to_json,
    problems_from_json,
    problems_to_json,
    result_of,
    results_from_json,
    results_to_json,
)
from moodle_cpd.decide.steps import escaped
from moodle_cpd.decide.teacher import decide_prepared, decide_teacher, prepare
from moodle_cpd.decide.wording import OUTCOMES
from moodle_cpd.decide.writing import decision_digest, decision_to_json, written

__all__ = [
    "OUTCOMES",
    "Cell",
    "Explanation",
    "Horizon",
    "Lasting",
    "Prepared",
    "TeacherRecord",
    "as_it_stands",
    "basis_of",
    "cells_from_json",
    "cells_to_json",
    "decide_prepared",
    "decide_teacher",
    "decision_digest",
    "decision_from_json",
    "decision_to_json",
    "escaped",
    "explain",
    "explain_fully",
    "explain_old",
    "hold",
    "prepare",
    "problems_from_json",
    "problems_to_json",
    "result_of",
    "results_from_json",
    "results_to_json",
    "written",
]
