"""Good rule files, to be broken on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules import load_rulebook

SHIPPED = Path(__file__).parents[2] / "mappings"

SCHEME = """\
scheme: sample
title: {zh: 样例, en: Sample}
authority: {en: Authority}
regulation: {en: Regulation}
reference: one
time_zone: Asia/Shanghai
period:
  every: year
  starts: 03-01
grace_days: 30
duty: every_period
hours_per_credit: 10
audience:
  role: [teacher]
  years_of_service:
    at_least: 1
categories:
  - id: compulsory
    title: {en: Compulsory}
    hours_at_most: 60
    categories:
      - id: ethics
        title: {en: Ethics}
  - id: elective
    title: {en: Elective}
assessments:
  - id: exam
    title: {en: Exam}
    pass_at: {percent: 60}
requirements:
  all:
    - hours_at_least: 72
    - present: ethics
    - passed: exam
awards:
  - id: badge
    kind: badge
    title: {en: Badge}
    issued_here: true
consequences:
  - flag: must_repeat
    title: {en: Must repeat}
    when: not_met
evidence:
  - id: notes
    title: {en: Notes}
    accepted_when: passed
    pass_at: {percent: 60}
    characters_at_least: 800
score:
  title: {en: Score}
  starts_at: 10
  components:
    - id: test
      title: {en: Test}
      points: 60
      in_proportion_to: exam
    - {id: work, title: {en: Work}, points: 30, points_each: 10, for_each: notes}
  deductions:
    - {id: short, title: {en: Short}, points_each: 2, hours_short_of: 48, of: ethics}
  bonuses:
    - {id: more, title: {en: More}, points_each: 2, for_each: notes, component: work}
  bands:
    - {id: pass, title: {en: pass}, from_points: 60}
    - {id: good, title: {en: good}, from_points: 80}
recognised_when:
  score_at_least: 60
"""

COURSES = """\
course_map: sample-map
title: {en: Map}
scheme: sample
entries:
  - course: C-ETHICS
    category: ethics
    hours: 12
  - course: {idnumber_like: C-*}
    category: elective
    hours: {custom_field: hours}
  - course: C-EXAM
    activity: {name: Exam}
    assessment: exam
  - course: C-READ
    activity: READ
    category: elective
    hours: {value: 8, reference: four}
    counts_when: passed
    pass_at: {points: 6}
    attempt: latest
    earned: graded
    repeatable: true
    characters_at_least: 500
    evidence: notes
"""

GOOD = {"schemes/sample.yaml": SCHEME, "courses/sample.yaml": COURSES}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    """What loading complains of; empty where it does not."""
    try:
        load_rulebook(folder)
    except InputError as error:
        return tuple(error.problems)
    return ()
