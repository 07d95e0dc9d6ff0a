"""Rules that change from a day on: each period by the values that govern it."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from pathlib import Path

from moodle_cpd.cases import read_regulations
from moodle_cpd.model.decision import Outcome
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.soundness import check_rules
from tests.decide.making import SHIPPED, course, decide, done, local, rules

BODY = """
period: {every: year, starts: 03-01}
grace_days:
  by_period:
    - {value: 30, until: 2026-02-28}
    - {value: 10, from: 2026-03-01}
duty: every_period
audience: {role: [teacher]}
categories:
  - {id: a, title: {en: A}}
  - {id: b, title: {en: B}, from: 2026-03-01}
requirements:
  all:
    - {hours_at_least: 10, until: 2026-02-28}
    - {hours_at_least: 20, from: 2026-03-01}
    - {present: b, from: 2026-03-01}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 10, repeatable: true, until: 2026-02-28}
  - {course: C1, category: a, hours: 16, repeatable: true, from: 2026-03-01}
  - {course: C2, category: b, hours: 4}
"""
COURSES = (course(1), course(2))
PAGE = Path(__file__).parents[2] / "docs" / "administrators" / "changing-rules.md"


def test_each_period_is_decided_by_its_own_values() -> None:
    book = rules(BODY, ENTRIES)
    facts = [
        done(1, local("2026-02-28 23:59")),
        done(1, local("2026-03-01 00:00")),
        done(2, local("2026-02-28 12:00")),
    ]
    found, problems = decide(book, COURSES, facts, local("2027-06-01 08:00"))
    assert problems == []
    old, new = found["sample", "2025"], found["sample", "2026"]
    assert (old.outcome, old.earned) == (Outcome.MET, Decimal(10))
    assert old.by_category == (("a", Decimal(10)),)
    assert (new.outcome, new.earned) == (Outcome.NOT_MET, Decimal(16))
    assert dict(new.by_category) == {"a": Decimal(16), "b": Decimal(0)}


def test_days_of_grace_change_too() -> None:
    book = rules(BODY, ENTRIES)
    on = local("2027-03-12 08:00")
    found, _ = decide(book, COURSES, [done(1, local("2026-05-01 08:00"))], on)
    assert found["sample", "2026"].outcome is Outcome.NOT_MET
    found, _ = decide(book, COURSES, [], local("2026-03-12 08:00"))
    assert found["sample", "2025"].outcome is Outcome.IN_PROGRESS


def test_what_counted_once_does_not_count_again_under_new_rules() -> None:
    entries = ENTRIES.replace("repeatable: true, ", "")
    facts = [done(1, local("2025-05-01 08:00")), done(1, local("2026-05-01 08:00"))]
    found, _ = decide(rules(BODY, entries), COURSES, facts, local("2026-06-01 08:00"))
    assert found["sample", "2025"].earned == 10
    assert found["sample", "2026"].earned == 0


def test_the_page_on_changing_rules_works_as_it_says(tmp_path: Path) -> None:
    folder = tmp_path / "new-rules"
    shutil.copytree(SHIPPED, folder)
    page = PAGE.read_text(encoding="utf-8")
    area, hours, present, line = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    scheme = folder / "schemes" / "qianshan-annual-72h.yaml"
    text = scheme.read_text(encoding="utf-8")
    text = text.replace("  - id: research\n", area + "  - id: research\n", 1)
    text, changed = re.subn(
        r"    - hours_at_least: 72\n(?:      .*\n)+", lambda _: hours, text, count=1
    )
    assert changed == 1
    text = text.replace(
        "      title:\n        zh: 必修五个方面", present + "      title:\n        zh: 必修五个方面"
    )
    scheme.write_text(text, encoding="utf-8")
    courses = folder / "courses" / "demo-qianshan-annual-72h.yaml"
    courses.write_text(
        courses.read_text(encoding="utf-8").rstrip("\n") + "\n\n" + line, encoding="utf-8"
    )

    book = load_rulebook(folder)
    assert check_rules(book) == check_rules(load_rulebook(SHIPPED))
    (total,) = (
        line
        for each in read_regulations(folder)
        if each.scheme == "qianshan-annual-72h"
        for line in each.lines
        if line.part.id == "total"
    )
    assert [spot.shown for spot in total.spots] == ["72", "80"]
    (now,) = (each for each in book.schemes if each.id == "qianshan-annual-72h")
    before = now.earlier[-1]
    assert "80" in str(now.requirement)
    assert "digital-literacy" in str(now.requirement)
    assert "digital-literacy" not in str(before.requirement)
    assert "Decimal('72')" in str(before.requirement)


REACHING_BACK = """
period: {every: year, starts: 01-01}
grace_days: 0
duty: every_period
audience: {role: [teacher]}
categories:
  - {id: a, title: {en: A}}
  - {id: b, title: {en: B}, from: 2026-01-01}
requirements:
  all:
    - {hours_at_least: 10, within_years: 2}
    - {present: a, from_level: county, within_years: 2, from: 2026-01-01}
    - {present: b, within_years: 2, from: 2026-01-01}
"""
GIVEN = """
  - {course: C1, category: a, hours: 10, level: county}
  - {course: C2, category: b, hours: 4}
"""


def test_what_is_asked_from_a_day_on_reaches_back_over_periods_before_it() -> None:
    book = rules(REACHING_BACK, GIVEN)
    facts = [done(1, local("2025-05-01 08:00"))]
    found, _ = decide(book, COURSES, facts, local("2026-06-01 08:00"))
    assert found["sample", "2025"].outcome is Outcome.MET
    assert found["sample", "2026"].outcome is Outcome.IN_PROGRESS
    facts.append(done(2, local("2026-05-01 08:00")))
    found, _ = decide(book, COURSES, facts, local("2026-06-01 08:00"))
    assert found["sample", "2026"].outcome is Outcome.MET


def test_days_without_a_number_between_two_are_told() -> None:
    late = BODY.replace(
        "{hours_at_least: 20, from: 2026-03-01}", "{hours_at_least: 20, from: 2026-03-02}"
    )
    gap = "no such hours are asked from 2026-03-01 to the day before 2026-03-02"
    assert gap in [problem.found for problem in check_rules(rules(late, ENTRIES))]
    assert gap not in [problem.found for problem in check_rules(rules(BODY, ENTRIES))]


def test_days_without_points_between_two_are_told() -> None:
    scored = (
        BODY[: BODY.index("requirements:")]
        + """\
evidence: [{id: essay, title: {en: Essay}, accepted_when: handed_in}]
score:
  title: {en: Score}
  possible: 100
  components: [{id: x, title: {en: X}, points: 100, all_for: essay}]
requirements:
  all:
    - {hours_at_least: 1}
    - {score_at_least: 60, until: 2026-02-28}
    - {score_at_least: 70, from: DAY}
"""
    )
    gap = "no such points are asked from 2026-03-01 to the day before 2026-03-02"
    for day, told in (("2026-03-01", False), ("2026-03-02", True)):
        problems = check_rules(rules(scored.replace("DAY", day), ENTRIES))
        assert (gap in [problem.found for problem in problems]) is told
