"""Facts + rules + a moment → decisions, with the reason for each number. No I/O, no clock.

``prepare`` holds a rulebook against a site's courses once; ``decide_prepared`` then decides one
teacher after the other.
"""

from moodle_cpd.decide.matcher import Prepared
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.teacher import decide_prepared, decide_teacher, prepare

__all__ = ["Prepared", "TeacherRecord", "decide_prepared", "decide_teacher", "prepare"]
