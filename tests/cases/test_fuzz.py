"""Broken files of cases never crash: there are problems with places, or the cases can be run."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.cases import check_cases, read_cases, run_cases
from moodle_cpd.model.text import one_line
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.soundness import check_rules
from tests.breaking import broken_text
from tests.cases.making import CASES, COURSES, SCHEME, write
from tests.rules.files import problems as rule_problems
from tests.rules.test_fuzz import SNIPPETS

with tempfile.TemporaryDirectory() as _folder:
    BOOK = load_rulebook(write(Path(_folder)))


@given(broken_text(CASES, SNIPPETS))
def test_broken_cases(text: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "first.yaml").write_bytes(text)
        read = read_cases(Path(folder), Path(folder))
    found = [*read.problems, *check_cases(BOOK, read.files)]
    for problem in found:
        assert re.match(r"first\.yaml:[1-9]\d*:[1-9]\d*$", problem.where)
        assert problem.found
        assert one_line(str(problem)) == str(problem)
    if not found:
        assert list(run_cases(BOOK, read.files))


@given(st.sampled_from([(SCHEME, "schemes"), (COURSES, "courses")]), st.data())
def test_broken_rules_that_still_load(which: tuple[str, str], data: st.DataObject) -> None:
    good, kind = which
    text = data.draw(broken_text(good, SNIPPETS))
    with tempfile.TemporaryDirectory() as name:
        folder = write(Path(name))
        (folder / kind / "sample.yaml").write_bytes(text)
        if rule_problems(folder):
            return
        book = load_rulebook(folder)
        for problem in check_rules(book):
            assert re.match(r"(schemes|courses)/sample\.yaml:\d+:\d+$", problem.where)
        read = read_cases(folder / "cases", folder)
        if not check_cases(book, read.files):
            assert list(run_cases(book, read.files))
