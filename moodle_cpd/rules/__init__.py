"""What the files in ``mappings/`` say: schemes (regulations as data) and course maps.

``load_rulebook`` reads and checks them without a site; ``check_against_site`` holds the course
maps against the courses that are really there.
"""

from moodle_cpd.rules.loader import load_rulebook
from moodle_cpd.rules.matching import EntryIndex
from moodle_cpd.rules.rulebook import Entry, Rulebook, Scheme
from moodle_cpd.rules.selectors import ActivitySelector, CourseSelector, Selector
from moodle_cpd.rules.site_check import check_against_site

__all__ = [
    "ActivitySelector",
    "CourseSelector",
    "Entry",
    "EntryIndex",
    "Rulebook",
    "Scheme",
    "Selector",
    "check_against_site",
    "load_rulebook",
]
