"""What regulations say of schools and offices: kept, listed, and each mistake told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from moodle_cpd.model.decision import Outcome
from moodle_cpd.rules import load_rulebook
from moodle_cpd.rules.declared_list import declared_lines
from tests.rules.files import GOOD, SCHEME, problems, write

S = "schemes/sample.yaml"
DECLARED = """\
org_unit_assessments:
  - id: school-term
    title: {zh: 单位考核}
    reference: seven
    unit: school
    possible: 30
    converted_into: {en: the year}
    teachers_results_enter: true
    components:
      - {id: one, title: {en: One}, reference: a, points: 10}
      - {id: two, title: {en: Two}, reference: b, points: 20, due: [DUE]}
    bands:
      - {id: pass, title: {en: pass}, from_points: 60}
      - {id: good, title: {en: good}, from_points: 80}
quotas:
  - {id: all-of-them, title: {en: All}, reference: c, number: 1300}
  - {id: some, title: {en: Some}, reference: d, number: 300, part_of: all-of-them}
  - {id: share, title: {en: Share}, reference: e, percent: 20, in_each: school, role: [teacher]}
approvals:
  - {id: plan, title: {en: Plan}, reference: f, kind: filed, of: county, by: prefecture}
archive:
  - {id: notes, title: {en: Notes}, reference: g, kept_by: school, evidence: notes, when: met}
""".replace("DUE", "{day: 2023-09-25, title: {en: class joined}}")


def test_it_is_kept_and_listed(tmp_path: Path) -> None:
    scheme = load_rulebook(write(tmp_path, GOOD | {S: SCHEME + DECLARED})).schemes[0]
    (unit,) = scheme.declared.assessments
    assert unit.possible == 30
    assert [part.points for part in unit.components] == [Decimal(10), Decimal(20)]
    assert [band.minimum for band in unit.bands] == [Decimal(60), Decimal(80)]
    (whole, part, share) = scheme.declared.quotas
    assert (whole.number, part.part_of, share.percent) == (1300, "all-of-them", Decimal(20))
    (kept,) = scheme.declared.archive
    assert (kept.source, kept.when) == (("evidence", "notes"), Outcome.MET)
    lines = [words for _, words in declared_lines(scheme)]
    assert len(lines) == 1 + 1 + 2 + 3 + 1 + 1
    assert "2023-09-25 class joined" in lines[3]
    assert lines[1].startswith(
        "单位考核: 校级 school，满分 possible 30，转入 converted into the year"
    )
    assert "← seven (schemes/sample.yaml:" in lines[1]
    assert "州（市）级 prefecture，备案 filed ← f" in lines[7]
    assert [*declared_lines(load_rulebook(write(tmp_path, GOOD)).schemes[0])] == []


FIRST = SCHEME.count("\n") + 1


@pytest.mark.parametrize(
    ("good", "broken", "line", "words"),
    [
        ("possible: 30", "possible: 31", 5, "30 points together, of 31 possible"),
        ("id: two,", "id: one,", 10, "component 'one' stands here a second time"),
        ("reference: a, ", "", 9, "'reference' is missing"),
        ("unit: school", "unit: scool", 4, "Did you mean 'school'?"),
        ("2023-09-25", "2023-09-31", 10, "a date such as"),
        ("from_points: 80", "from_points: 60", 11, "bands that don't rise"),
        ("id: good", "id: pass", 13, "band 'pass'"),
        ("number: 1300", "number: 299", 16, "more than 'all-of-them'"),
        ("number: 1300", "percent: 50", 16, "or another measure"),
        ("part_of: all-of-them", "part_of: all-of-tem", 16, "Did you mean 'all-of-them'?"),
        ("part_of: all-of-them", "part_of: some", 16, "which is a part itself"),
        ("percent: 20", "percent: 20, number: 3", 17, "not exactly one measure"),
        ("percent: 20", "percent: 120", 17, "100 or less"),
        ("id: share", "id: some", 17, "quota 'some' stands here a second time"),
        ("kind: filed", "kind: file", 19, "Did you mean 'filed'?"),
        ("by: prefecture", "by: county", 19, "a level above 'county'"),
        ("by: prefecture", "by: school", 19, "a level above 'county'"),
        ("evidence: notes", "evidence: note", 21, "Did you mean 'notes'?"),
        ("evidence: notes", "award: bage", 21, "Did you mean 'badge'?"),
        ("evidence: notes", "evidence: notes, category: ethics", 21, "at most one of"),
        ("when: met", "when: meet", 21, "Did you mean 'met'?"),
    ],
)
def test_each_mistake_is_told_where_it_is(
    tmp_path: Path, good: str, broken: str, line: int, words: str
) -> None:
    assert DECLARED.count(good) == 1
    text = SCHEME + DECLARED.replace(good, broken)
    found = [str(each) for each in problems(write(tmp_path, GOOD | {S: text}))]
    place = f"{S}:{FIRST + line}:"
    assert any(each.startswith(place) and words in each for each in found), found
