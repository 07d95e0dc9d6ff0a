"""The administrators' page on cases names every key, and its example comes out as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moodle_cpd.cases import check_cases, read_cases, run_cases, schema
from moodle_cpd.model.decision import Outcome
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.schema_base import Part
from moodle_cpd.rules.shipped import shipped_mappings

PAGE = Path(__file__).parents[2] / "docs" / "administrators" / "cases.md"
TEXT = PAGE.read_text(encoding="utf-8")
KEYS = sorted(
    {
        name
        for part in vars(schema).values()
        if isinstance(part, type) and issubclass(part, Part) and part is not Part
        for name in part.model_fields
    }
    - {"notes"}
)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained(key: str) -> None:
    assert f"{key}:" in TEXT


@pytest.mark.parametrize("outcome", [*Outcome, schema.UNDECIDED])
def test_every_outcome_is_named(outcome: str) -> None:
    assert re.search(rf"\b{outcome}\b", TEXT)


def test_the_example_comes_out_as_written(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(scheme: .*?)```", TEXT, re.DOTALL)
    assert found is not None
    file = tmp_path / "example.yaml"
    file.write_text(found[1], encoding="utf-8")
    read = read_cases(file, tmp_path)
    assert read.problems == ()
    book = load_rulebook(shipped_mappings())
    assert check_cases(book, read.files) == []
    results = list(run_cases(book, read.files))
    assert len(results) == 2
    assert [result.differences for result in results] == [(), ()]
