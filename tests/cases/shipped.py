"""The shipped rules and cases, and what became of each changed value, found out once."""

from __future__ import annotations

from functools import cache

from moodle_cpd.cases import Mutant, mutants, read_cases
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.shipped import shipped_mappings

RULES = shipped_mappings()
BOOK = load_rulebook(RULES)
FOLDER = read_cases(RULES / "cases", RULES)


@cache
def changed(scheme: str) -> tuple[Mutant, ...]:
    """Every value of a scheme changed alone; it takes seconds."""
    return tuple(mutants(RULES, scheme, FOLDER.files))
