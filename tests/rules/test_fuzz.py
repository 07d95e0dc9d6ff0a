"""Broken rule files never crash: whatever is done to good ones, there are problems with places."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.model.text import one_line
from tests.rules.files import GOOD, SHIPPED, problems, write

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


@st.composite
def broken_text(draw: st.DrawFn, good: str) -> bytes:
    """A good file after a few cuts, insertions, swaps of lines, and perhaps a wrong byte."""
    text = good
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 30))
        match draw(st.sampled_from(["cut", "insert", "replace", "line", "copy"])):
            case "cut":
                text = text[:start] + text[start + length :]
            case "insert":
                text = text[:start] + draw(SNIPPETS) + text[start:]
            case "replace":
                text = text[:start] + draw(SNIPPETS) + text[start + length :]
            case "copy":
                text = text[:start] + text[max(0, start - length) :]
            case _:
                lines = text.splitlines(keepends=True) or [""]
                number = draw(st.integers(0, len(lines) - 1))
                indent = draw(st.integers(0, 8))
                lines[number] = " " * indent + lines[number].lstrip(" ")
                text = "".join(lines)
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 20)) == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + bytes([draw(st.integers(128, 255))]) + content[place:]
    return content


@st.composite
def files(draw: st.DrawFn) -> dict[str, str | bytes]:
    name = draw(st.sampled_from(sorted(TEXTS)))
    return {**GOOD, name: draw(broken_text(TEXTS[name]))}


@given(files())
def test_mutated_files_give_problems_with_places(broken: dict[str, str | bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = problems(write(Path(folder), broken))
    for problem in found:
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
    with tempfile.TemporaryDirectory() as folder:
        found = problems(write(Path(folder), GOOD | {name: "\n".join(lines)}))
    assert all(":" in problem.where for problem in found)
