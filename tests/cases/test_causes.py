"""Which values of the rules bring a change about, and alike changes together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from moodle_cpd.cases import Change, compare, grouped
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.changes import RuleChange, rule_changes
from tests.decide.making import (
    BODY,
    HEAD,
    activity,
    course,
    decide,
    done,
    local,
    marked,
)

WHOLE = BODY.replace(
    "requirements: {hours_at_least: 10}",
    """hours_at_most: 40
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
requirements:
  all:
    - hours_at_least: 10
    - passed: exam
awards: [{id: badge, kind: badge, title: {zh: 徽章, en: Badge}, issued_here: true}]
consequences: [{flag: again, title: {en: again}, when: not_met}]
""",
)
ENTRIES = """
  - {course: C1, category: a, hours: 8}
  - {course: C2, category: b, hours: 4}
  - {course: C3, activity: E, assessment: exam}
"""
COURSES = [course(1), course(2), course(3, activities=[activity(30, "E")])]
FACTS: list[Fact] = [
    done(1, local("2026-04-01 10:00")),
    done(2, local("2026-05-01 10:00")),
    marked(3, 30, "65", local("2026-05-02 10:00")),
]
ON = local("2026-06-01 10:00")


def folder(path: Path, body: str, entries: str) -> Path:
    for name, text in (
        ("schemes", HEAD + body),
        (
            "courses",
            f"course_map: m\ntitle: {{en: Map}}\nscheme: sample\nentries:\n{entries}",
        ),
    ):
        (path / name).mkdir(parents=True)
        (path / name / "sample.yaml").write_text(text, encoding="utf-8")
    return path


def found(
    tmp_path: Path,
    body: str = WHOLE,
    entries: str = ENTRIES,
    facts: Sequence[Fact] = FACTS,
    period: str = "2026",
) -> tuple[list[Change], tuple[RuleChange, ...]]:
    old = folder(tmp_path / "old", WHOLE, ENTRIES)
    new = folder(tmp_path / "new", "# another line\n" + body, entries)
    rules = rule_changes(old, new)
    before, after = (
        [each for (_, key), each in decided.items() if key == period]
        for decided, _ in (decide(load_rulebook(path), COURSES, facts, ON) for path in (old, new))
    )
    return compare(before, after, rules), rules


@pytest.mark.parametrize(
    ("body", "entries", "keys"),
    [
        (
            WHOLE.replace("- hours_at_least: 10", "- hours_at_least: 13"),
            ENTRIES,
            ["requirements all hours_at_least hours_at_least"],
        ),
        # What is asked anew and met brings nothing about.
        (
            WHOLE.replace(
                "- hours_at_least: 10", "- hours_at_least: 13\n    - {hours_at_least: 2, of: b}"
            ),
            ENTRIES,
            ["requirements all hours_at_least hours_at_least"],
        ),
        # The exam is passed all the same, so its mark brings nothing about.
        (
            WHOLE.replace("- hours_at_least: 10", "- hours_at_least: 13").replace("60", "62"),
            ENTRIES,
            ["requirements all hours_at_least hours_at_least"],
        ),
        (
            WHOLE.replace("percent: 60", "percent: 66"),
            ENTRIES,
            ["assessments exam pass_at percent"],
        ),
        (
            WHOLE.replace("- passed: exam", "- passed: exam\n    - hours_at_least: 5\n      of: b"),
            ENTRIES.replace(
                "{course: C1, category: a, hours: 8}", "{course: C1, category: a, hours: 9}"
            ),
            ["requirements all hours_at_least b", "entries C1 hours"],
        ),
        (WHOLE, ENTRIES.replace("hours: 4", "hours: 1"), ["entries C2 hours"]),
        (WHOLE.replace("hours_at_most: 40", "hours_at_most: 9"), ENTRIES, ["hours_at_most"]),
        (
            WHOLE.replace("[teacher]", "[principal]"),
            ENTRIES,
            ["audience role principal", "audience role teacher"],
        ),
        (WHOLE.replace("id: badge", "id: medal"), ENTRIES, ["awards medal", "awards badge"]),
        (WHOLE + "hours_per_credit: 10\n", ENTRIES, ["hours_per_credit"]),
    ],
)
def test_the_values_that_bring_it_about(
    tmp_path: Path, body: str, entries: str, keys: list[str]
) -> None:
    changes, rules = found(tmp_path, body, entries)
    (change,) = changes
    assert [" ".join(rules[number].keys) for number in change.causes] == keys


def test_points_are_no_cause_of_an_outcome_that_hangs_on_hours(tmp_path: Path) -> None:
    scored = (
        "score:\n  title: {en: S}\n  starts_at: 100\n  deductions:\n"
        "    - {id: short, title: {en: Short}, points_each: 2, hours_short_of: 20}\n"
    )
    old = folder(tmp_path / "old", WHOLE + scored, ENTRIES)
    body = WHOLE.replace("- hours_at_least: 10", "- hours_at_least: 13")
    new = folder(tmp_path / "new", body + scored.replace("each: 2", "each: 3"), ENTRIES)
    rules = rule_changes(old, new)
    before, after = (
        [decide(load_rulebook(path), COURSES, FACTS, ON)[0]["sample", "2026"]]
        for path in (old, new)
    )
    (change,) = compare(before, after, rules)
    assert [rules[number].section for number in change.causes] == ["requirements"]
    new = folder(tmp_path / "newer", WHOLE + scored.replace("each: 2", "each: 3"), ENTRIES)
    over = local("2027-04-05 10:00")
    before, after = (
        [decide(load_rulebook(path), COURSES, FACTS, over)[0]["sample", "2026"]]
        for path in (old, new)
    )
    rules = rule_changes(old, new)
    (change,) = compare(before, after, rules)
    assert not change.of_outcome
    assert [rules[number].section for number in change.causes] == ["score"]


def test_a_change_of_the_days_of_grace(tmp_path: Path) -> None:
    body = WHOLE.replace("grace_days: 30", "grace_days: 120")
    changes, rules = found(tmp_path, body, facts=[], period="2025")
    (change,) = changes
    assert [rules[number].section for number in change.causes] == ["grace_days"]


def test_alike_changes_stand_together(tmp_path: Path) -> None:
    body = WHOLE.replace("- hours_at_least: 10", "- hours_at_least: 13")
    changes, rules = found(tmp_path, body)
    several = [replace(changes[0], teacher=number) for number in (9, 3, 7)]
    mapped = [replace(changes[0], teacher=1, after=None)]
    first, second = grouped([*several, *mapped], rules)
    assert [change.teacher for change in first.changes] == [3, 7, 9]
    assert first.causes == ((0, 3),)
    assert [each.en for each in first.lost] == ["Badge"]
    assert (second.before, second.after) == (changes[0].before and "met", None)
