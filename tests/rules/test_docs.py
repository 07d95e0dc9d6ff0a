"""The administrators' page on rules names every key there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.rules.schema_base import Part
from moodle_cpd.rules.schema_courses import CourseMapFile
from moodle_cpd.rules.schema_scheme import SchemeFile
from moodle_cpd.rules.selectors import ACTIVITY_KINDS, COURSE_KINDS

PAGE = Path(__file__).parents[2] / "docs" / "administrators" / "rules.md"


def parts(root: type[Part]) -> set[type[Part]]:
    found = set(root.__subclasses__())
    for each in list(found):
        found |= parts(each)
    return found


RULES = [part for part in parts(Part) if part.__module__.startswith("moodle_cpd.rules.")]
KEYS = sorted(
    {name for part in RULES for name in part.model_fields} | {*COURSE_KINDS, *ACTIVITY_KINDS}
)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained(key: str) -> None:
    assert {SchemeFile, CourseMapFile} <= parts(Part)
    assert f"{key}:" in PAGE.read_text(encoding="utf-8")
