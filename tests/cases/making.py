"""A small set of rules and cases, to be changed on purpose."""

from __future__ import annotations

from pathlib import Path

from moodle_cpd.cases import CheckResult, check_cases, read_cases, run_cases
from moodle_cpd.rules import load_rulebook

SCHEME = """\
scheme: sample
title: {zh: 样例, en: Sample}
authority: {en: Authority}
regulation: {en: Regulation}
reference: one
time_zone: Asia/Shanghai
period: {every: year, starts: 03-01}
grace_days: 30
duty: every_period
hours_per_credit: 10
audience: {role: [teacher], reference: one}
categories:
  - {id: a, title: {en: A}, reference: one}
  - {id: b, title: {en: B}, reference: one}
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
requirements:
  all:
    - hours_at_least: 10
    - passed: exam
awards:
  - {id: badge, kind: badge, title: {en: Badge}, issued_here: true}
  - {id: paper, kind: certificate, title: {en: Paper}, issued_here: false, reference: one}
consequences:
  - {flag: must_repeat, title: {en: Must repeat}, when: not_met}
"""

COURSES = """\
course_map: sample-map
title: {en: Map}
scheme: sample
entries:
  - {course: C-A, category: a, hours: 6}
  - {course: C-B, category: b, hours: {custom_field: hours}}
  - {course: C-EXAM, activity: {name: Final}, assessment: exam}
  - {course: {course_category: HRT}, category: b, hours: 1}
  - {record: 国培, category: b, hours: recorded}
  - {record: 笔试, assessment: exam}
"""

CASES = """\
scheme: sample
title: {en: Cases}
time_zone: Asia/Shanghai
courses:
  - course: C-B
    custom_fields: [{name: hours, value: "4"}]
stories:
  - story: hours
    facts:
      - {course: C-A, completed: 2026-04-01 10:00}
      - {course: C-B, completed: 2026-05-01}
cases:
  - case: all-done
    title: {en: Everything is done}
    teacher: {role: [teacher]}
    stories: [hours]
    facts:
      - course: C-EXAM
        assignment: Final
        handed_in: 2026-06-01 10:00
        marked: 2026-06-02 10:00
        points: 30
        out_of: 50
    checks:
      - on: 2026-06-02
        outcome: met
        hours: 10
        earned: 10
        credits: 1
        categories: {a: 6, b: 4}
        awards: {badges: [badge], certificates: [paper], elsewhere: [paper]}
        consequences: []
        explanation: [30 / 30, Requirements]
        problems: []
"""


def write(folder: Path, cases: str = CASES, scheme: str = SCHEME, courses: str = COURSES) -> Path:
    """A folder of rules with one file of cases; the folder."""
    for name, text in (
        ("schemes/sample.yaml", scheme),
        ("courses/sample.yaml", courses),
        ("cases/sample/first.yaml", cases),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, cases: str = CASES, scheme: str = SCHEME) -> list[CheckResult]:
    """Run cases whose files are good."""
    write(folder, cases, scheme)
    book = load_rulebook(folder)
    read = read_cases(folder / "cases", folder)
    assert read.problems == ()
    assert check_cases(book, read.files) == []
    return list(run_cases(book, read.files))


def problems(folder: Path, cases: str) -> list[str]:
    """What is wrong with a file of cases."""
    write(folder, cases)
    read = read_cases(folder / "cases", folder)
    return [str(p) for p in (*read.problems, *check_cases(load_rulebook(folder), read.files))]
