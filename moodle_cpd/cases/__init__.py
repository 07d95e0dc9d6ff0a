"""Worked cases: a teacher, what happened, a date, and the outcome that policy people expect.

``read_cases`` reads them, ``run_cases`` holds them against the rules, ``mutants`` finds out whether
they would notice a wrong rule, ``rows`` tells which case guards which line of a regulation, and
``compare`` tells what another version of the rules changes.
"""

from moodle_cpd.cases.checking import check_cases
from moodle_cpd.cases.grouping import Group, grouped
from moodle_cpd.cases.mutating import Fate, Mutant, mutants
from moodle_cpd.cases.reading import CaseFolder, read_cases
from moodle_cpd.cases.regulation_table import guards, lacking, page, rows
from moodle_cpd.cases.regulations import read_regulations
from moodle_cpd.cases.running import CheckResult, Difference, run_cases
from moodle_cpd.cases.schema import CaseFile
from moodle_cpd.cases.what_if import Change, Side, compare

__all__ = [
    "CaseFile",
    "CaseFolder",
    "Change",
    "CheckResult",
    "Difference",
    "Fate",
    "Group",
    "Mutant",
    "Side",
    "check_cases",
    "compare",
    "grouped",
    "guards",
    "lacking",
    "mutants",
    "page",
    "read_cases",
    "read_regulations",
    "rows",
    "run_cases",
]
