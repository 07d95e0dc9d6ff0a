"""Broken rule files never crash: whatever is done to good ones, there are problems with places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.errors import InputError
from moodle_cpd.model.text import one_line
from moodle_cpd.problems import Problem
from moodle_cpd.rules.loader import build_rulebook
from moodle_cpd.rules.yaml_source import YamlSource
from tests.breaking import broken_text
from tests.rules.files import GOOD, SHIPPED

TEXTS = GOOD | {
    path.relative_to(SHIPPED).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(SHIPPED.rglob("*.yaml"))
    if path.parent.name in {"schemes", "courses"}
}

SNIPPETS = st.one_of(
    st.sampled_from(
        [
            *(":", "- ", "[", "]", "{", "}", "&a ", "*a", "!!str ", "'", '"', "|\n", ">\n", "\t"),
            *("\n", "\n\n", "  ", "? ", "#", "---\n", "...\n", "%YAML 1.1\n", "<<: ", "null", "~"),
            *("true", "1e999", "0", "-1", ".inf", ".nan", "9" * 400, "\\ud800", '"\\ud83d"'),
            *("[" * 60, "- " * 60, "{a: " * 60, "id", "scheme", "all:", "categories:", "\x00"),
            *(
                "from: 2026-03-01",
                "until: 2025-02-30",
                "by_period:\n  - {until: 2025-08-31, value: 1}",
            ),
            *("by_period: []", "frames:\n", "qualification: {}", "every: programme", "renewal:"),
            *("value: 3", "- from: 2027-01-01\n", "quotas: [{}]", "within_years: 3"),
            *("\ufeff", "\u2028", "\x85", "=", "@", "`", "2025-01-01", "{}", "[]", "ethics"),
        ]
    ),
    st.text(max_size=8),
)


@lru_cache
def good(name: str) -> YamlSource:
    """A good file, parsed once for all examples: parsing is what takes the time."""
    return YamlSource(name, GOOD[name].encode())


def problems(name: str, content: bytes) -> Sequence[Problem]:
    """What loading the good files complains of with this one among them."""
    sources = [good(other) for other in GOOD if other != name]
    found: list[Problem] = []
    unreadable = []
    try:
        sources.append(YamlSource(name, content))
    except InputError as error:
        found.extend(error.problems)
        unreadable.append(name)
    try:
        build_rulebook(sources, found, unreadable)
    except InputError as error:
        return error.problems
    return ()


@given(st.data())
def test_mutated_files_give_problems_with_places(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(TEXTS)))
    for problem in problems(name, data.draw(broken_text(TEXTS[name], SNIPPETS))):
        assert re.match(r"(schemes|courses)/[a-z0-9-]+\.yaml:[1-9]\d*:[1-9]\d*$", problem.where)
        assert problem.found
        assert one_line(str(problem)) == str(problem)


@st.composite
def values(draw: st.DrawFn) -> str:
    """Any plain YAML value on one line."""
    inner = st.one_of(st.text("abc: '\"[]{}#", max_size=5), st.integers().map(str))
    kind = st.sampled_from(["{}", "[{}]", "{{x: {}}}", "'{}'", "[[{}]]", "{{id: {}, title: 1}}"])
    return draw(kind).format(draw(inner))


@given(st.data())
def test_any_value_in_the_place_of_any_other(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD)))
    lines = GOOD[name].splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition(":")[0]
    lines[number] = f"{key}: {data.draw(values())}"
    found = problems(name, "\n".join(lines).encode())
    assert all(":" in problem.where for problem in found)
