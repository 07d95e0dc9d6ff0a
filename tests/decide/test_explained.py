"""Explanations as a whole, line by line, as they stand in ``tests/decide/explained/``.

``python -m tests.decide.test_explained`` writes them anew, to be read before they are kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from moodle_cpd.decide import (
    Explanation,
    TeacherRecord,
    decide_teacher,
    decision_from_json,
    decision_to_json,
    explain,
    explain_fully,
    explain_old,
)
from moodle_cpd.decide.explain import named_facts
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.fact import Fact
from moodle_cpd.model.people import Attribute, DatedAttribute
from tests.decide.making import (
    BODY,
    SITE,
    TEACHER,
    activity,
    adjusted,
    attribute,
    course,
    done,
    handed_in,
    local,
    marked,
    record,
    rules,
    teacher,
)
from tests.decide.test_qualification import BODY as QUALIFICATION

FOLDER = Path(__file__).with_name("explained")

RICH = """
period: {every: year, starts: 03-01}
grace_days: 30
duty: every_period
hours_per_credit: 6
hours_at_most: 40
audience: {role: [teacher], school: [S1]}
categories:
  - id: top
    title: {zh: 必修, en: Required}
    hours_at_most: 20
    categories:
      - {id: a, title: {zh: 师德, en: Ethics}, hours_at_most: 12, reference: three}
      - {id: b, title: {en: Subject}}
  - {id: c, title: {zh: 选修}}
  - {id: d, title: {en: Beside}, apart: true}
assessments:
  - {id: exam, title: {zh: 考试, en: Exam}, pass_at: {percent: 60}}
evidence:
  - {id: essay, title: {en: Essay}, accepted_when: handed_in, characters_at_least: 500}
  - {id: lesson, title: {en: Lesson}, accepted_when: passed, pass_at: {percent: 80}}
score:
  title: {en: Assessment}
  components:
    - {id: test, title: {en: Test}, points: 40, in_proportion_to: exam}
    - {id: essay, title: {en: Essay}, points: 20, all_for: essay}
    - {id: lessons, title: {zh: 课例}, points: 20, points_each: 10, for_each: lesson}
  deductions:
    - {id: short, title: {en: Short}, points_each: 1, hours_short_of: 24, at_most: 10}
  bands:
    - {id: pass, title: {zh: 合格, en: pass}, from_points: 60}
    - {id: good, title: {zh: 良好, en: good}, from_points: 80}
recognised_when: {passed: exam}
requirements:
  all:
    - {hours_at_least: 24, title: {zh: 总学时, en: All hours}, reference: four}
    - {present: a}
    - {evidence: lesson, pieces: 2}
    - {hours_at_least: 6, from_level: county}
    - any: [{evidence: essay}, {hours_at_least: 3, of: d}]
      title: {en: Essay or more}
    - {band: pass}
consequences:
  - {flag: repeat, title: {zh: 重修, en: must repeat}, when: not_met}
awards:
  - {id: badge, kind: badge, title: {zh: 徽章, en: Badge}, issued_here: true}
  - {id: paper, kind: certificate, title: {en: Paper}, issued_here: false}
dispensations:
  - {kind: exempt, title: {zh: 病假, en: Ill}, reference: nine}
"""
ENTRIES = """
  - {course: C1, category: a, hours: 14, level: county}
  - {course: C2, category: b, hours: 10, repeatable: true}
  - {course: C3, activity: X, category: c, hours: 6, counts_when: graded, assessment: exam}
  - {course: C3, activity: E, evidence: essay}
  - {course: C3, activity: L1, evidence: lesson}
  - {course: C3, activity: L2, evidence: lesson}
  - {course: C4, category: d, hours: 3}
  - course: C5
    activity: P
    category: c
    hours: {value: 8, in_proportion_to: grade}
    counts_when: graded
  - {record: 讲座, category: c, hours: recorded}
  - {record: 论文, evidence: essay}
  - {course: C6, category: c, hours: {custom_field: hours}}
"""
ACTIVITIES = [activity(*each) for each in ((31, "X"), (32, "E"), (33, "L1"), (34, "L2", "第二课"))]
COURSES = [
    course(1, "C1"),
    course(2, "C2"),
    course(3, "C3", activities=ACTIVITIES),
    course(4, "C4"),
    course(5, "C5", activities=[activity(51, "P")]),
    course(6, "C6", fields={"hours": "5"}),
    course(7, "C7", activities=[activity(71, "Q", "Quiz"), activity(72, "R")]),
]
AT = local("2025-06-10 10:00")
DURING, IN_GRACE, AFTER = (
    local(f"{day} 12:00") for day in ("2025-08-01", "2026-03-10", "2026-04-05")
)
EXAM = [handed_in(3, 31, AT), marked(3, 31, "90", AT)]
LESSONS = [
    *(handed_in(3, 33, AT), marked(3, 33, "80", AT)),
    *(handed_in(3, 34, AT), marked(3, 34, "79.99", AT)),
]
KNOWN = (*teacher(), attribute(Attribute.SCHOOL, "S1"))
ILL = Dispensation(
    *(SITE, TEACHER, "sample", DispensationKind.EXEMPT),
    *(date(2025, 9, 1), date(2026, 8, 31), "D-17"),
)
Known = tuple[DatedAttribute, ...]


class Scene(NamedTuple):
    """An explanation, and the problems that come with its decision."""

    found: Explanation
    problems: list[str]


def explained(
    facts: Sequence[Fact],
    on: datetime,
    period: str = "2025",
    *,
    body: str = RICH,
    entries: str = ENTRIES,
    known: Known = KNOWN,
    adjustments: Sequence[Adjustment] = (),
    papers: Sequence[Dispensation] = (),
    scheme: str = "sample",
    courses: Sequence[Course] = (),
    record_courses: frozenset[int] = frozenset(),
) -> Scene:
    """The explanation of one decision, with all that it can tell."""
    book = rules(body, entries)
    catalogue = {each.id: each for each in courses or COURSES}
    person = TeacherRecord(SITE, TEACHER, facts, known, papers, adjustments=adjustments)
    decisions, problems = decide_teacher(book, catalogue, person, on, record_courses)
    (decision,) = (each for each in decisions if (each.scheme, each.period.key) == (scheme, period))
    found = explain_fully(decision, book, catalogue, person, on, record_courses)
    return Scene(found, [str(each) for each in problems])


def met() -> Scene:
    facts = [
        *(done(1, AT), done(2, AT), done(4, AT), done(2, local("2025-07-01 08:00"))),
        *(*EXAM, *LESSONS[:2], handed_in(3, 34, AT), marked(3, 34, "80", AT)),
        handed_in(3, 32, AT, length=800),
        record("讲座", "2025-05-05", "2.5", level="county", document="第7号"),
        record("别的", "2025-05-06", "1"),
        *(handed_in(7, 71, AT), marked(7, 71, "55.5", AT), marked(7, 72, "7", AT, maximum=None)),
        done(6, None),
        *(replace(done(7, AT), retracted=True), done(7, None), done(99, AT), done(98, AT)),
        *(handed_in(5, 51, AT), marked(5, 51, "1", AT, maximum="3")),
    ]
    added = adjusted("add", "2025-08-08", category="b", hours="4", level="prefecture")
    gone = adjusted("remove", of=done(4, AT))
    return explained(facts, AFTER, adjustments=[added, gone])


def running() -> Scene:
    facts = [done(1, local("2024-05-01 10:00")), done(2, local("2024-05-02 10:00"))]
    facts += [handed_in(5, 51, AT), *LESSONS, handed_in(3, 32, AT, length=499), done(6, None)]
    return explained([*facts, done(4, AT)], DURING)


def nothing_done() -> Scene:
    return explained([], DURING)


def waiting() -> Scene:
    return explained([done(2, AT), handed_in(3, 31, AT), *LESSONS], IN_GRACE)


def over() -> Scene:
    return explained([done(2, AT), *EXAM], AFTER)


def still_open() -> Scene:
    facts = [done(1, AT), done(2, AT), handed_in(3, 31, AT), handed_in(3, 32, AT, length=800)]
    facts += [*LESSONS[:2], handed_in(3, 34, AT), marked(3, 34, "80", AT)]
    return explained(facts, AFTER)


def all_there() -> Scene:
    facts = [done(1, AT), done(2, AT), *EXAM, handed_in(3, 32, AT, length=800), *LESSONS[:2]]
    return explained([*facts, handed_in(3, 34, AT), marked(3, 34, "80", AT), done(6, AT)], DURING)


def not_concerned() -> Scene:
    known = (*teacher("principal"), attribute(Attribute.SCHOOL, "S2", "2026-01-01"))
    return explained([], DURING, known=known)


def exempt() -> Scene:
    known = (*teacher(), attribute(Attribute.SCHOOL, "S1", "2026-03-01"))
    return explained([done(2, AT)], AFTER, papers=[ILL], known=known)


def held() -> Scene:
    entries = """
  - {course: C1, category: training, hours: 30, level: county, repeatable: true}
  - {course: C2, category: school, hours: 2, level: school, repeatable: true}
"""
    facts = [done(1, local("2023-05-01 10:00")), done(2, local("2024-05-01 10:00"))]
    return explained(facts, DURING, body=QUALIFICATION, entries=entries)


def old() -> Scene:
    found = met().found
    return Scene(explain_old(found.decision, found.scheme, ()), [])


def apart() -> Scene:
    """A decision by itself, as it is read back, with some of its facts."""
    found = running().found
    return Scene(explain(found.decision, found.scheme, [done(4, AT), *LESSONS[:1]]), [])


SMALL = """
  - {course: C1, category: a, hours: 4}
  - {course: C2, category: a, hours: 1, repeatable: true}
  - {course: C3, activity: X, category: a, hours: 1, counts_when: passed, pass_at: {percent: 60}}
  - {course: C4, category: b, hours: 0.5}
"""


def out_of_reach() -> Scene:
    facts = [done(1, local("2024-05-01 10:00")), done(2, local("2024-05-02 10:00"))]
    facts += [handed_in(3, 31, AT), marked(3, 31, "50", AT)]
    return explained(facts, DURING, body=BODY, entries=SMALL)


def no_way() -> Scene:
    body = BODY.replace(
        "{hours_at_least: 10}", "{at_least: 1, among: [{present: b}, {hours_at_least: 1, of: b}]}"
    )
    return explained([], DURING, body=body, entries="  - {course: C1, category: a, hours: 4}\n")


def records_that_are_not_enough() -> Scene:
    entries = "  - {record: 讲座, category: a, hours: 3}\n"
    return explained([], DURING, body=BODY, entries=entries)


def many_ways() -> Scene:
    entries = "".join(
        f"  - {{course: C{number}, category: a, hours: {number}}}\n" for number in range(1, 8)
    )
    return explained([], DURING, body=BODY, entries=entries)


FRAME = """
frames:
  - id: sample-years
    title: {zh: 三年, en: Three years}
    counts: recognised
    period: {every: frame, starts: 03-01, first: 2025, years: 3}
    duty: every_period
    requirements: {hours_at_least: 60}
"""


def frame() -> Scene:
    body = RICH.replace(", apart: true", "") + FRAME
    return explained([done(2, AT), *EXAM], DURING, body=body, scheme="sample-years")


def frame_out_of_reach() -> Scene:
    body = RICH.replace(", apart: true", "") + FRAME
    entries = "".join(line for line in ENTRIES.splitlines(keepends=True) if "讲座" not in line)
    return explained([done(2, AT)], DURING, body=body, entries=entries, scheme="sample-years")


def frame_met() -> Scene:
    body = RICH.replace(", apart: true", "") + FRAME.replace("60", "6")
    facts = [done(1, AT), done(2, AT), *EXAM]
    return explained(facts, DURING, body=body, scheme="sample-years")


def from_another_school() -> Scene:
    known = (*teacher(), attribute(Attribute.SCHOOL, "S2"))
    body = RICH.replace("school: [S1]", "school: [S1], age: {at_most: 60}")
    born = attribute(Attribute.BIRTH_DATE, "1990-01-01")
    return explained([], DURING, known=(*known, born), body=body)


def a_hundred_points() -> Scene:
    body = RICH.replace("in_proportion_to: exam", "points: 60, in_proportion_to: exam")
    body = body.replace("points: 40, points: 60", "points: 60")
    return explained([*EXAM, done(4, AT)], DURING, body=body)


WAYS = BODY.replace(
    "{hours_at_least: 10}",
    """
  all:
    - {hours_at_least: 100}
    - {hours_at_least: 2, of: b, from_level: nation}
    - {passed: exam}
    - {passed: test}
    - {evidence: essay, pieces: 3}
    - {evidence: talk}
    - at_least: 2
      among: [{present: a}, {present: b}, {passed: exam}]
    - {score_at_least: 50}
assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
  - {id: test, title: {en: Test}, pass_at: {points: 150}}
evidence:
  - {id: essay, title: {en: Essay}, accepted_when: handed_in, characters_at_least: 800}
  - {id: talk, title: {en: Talk}, accepted_when: graded}
score:
  title: {en: Points}
  starts_at: 10
  possible: 100
  components:
    - {id: one, title: {en: One}, points: 60, in_proportion_to: exam}
    - {id: two, title: {en: Two}, points: 30, points_each: 10, for_each: essay}
  bonuses:
    - {id: more, title: {en: More}, points_each: 5, for_each: talk}
recognised_when: {passed: exam}
consequences:
  - {flag: gone, title: {en: gone}, when: not_met}
""",
)
WAYS_ENTRIES = """
  - {course: C1, activity: A, category: a, hours: 3, counts_when: passed, pass_at: {points: 150}}
  - {course: C2, activity: B, assessment: exam, attempt: latest}
  - {course: C3, assessment: test}
  - course: C4
    activity: E
    category: b
    hours: 2
    counts_when: handed_in
    characters_at_least: 300
    evidence: essay
  - {course: C5, activity: G, category: a, hours: 1, counts_when: graded, earned: graded}
  - {course: C8, category: a, hours: {custom_field: hours}}
  - {course: C9, category: b, hours: 1}
  - {course: {idnumber_like: "C6*"}, category: a, hours: 1}
  - {course: {idnumber_like: "*C6"}, category: b, hours: 2}
  - {course: {short_name: plain}, category: a, hours: 4}
  - {course: C11, category: a, hours: 50}
  - {course: C12, activity: T, evidence: talk}
  - {record_like: "国培????-*", category: b, hours: recorded, level: nation}
  - {record_like: 讲座*, category: b, hours: 3}
  - {record: 讲座, category: b, hours: 4}
  - {record: 论文, evidence: essay}
  - {record: 笔试, assessment: test}
"""
WAYS_COURSES = [
    course(12, activities=[activity(121, "T", "Talk")]),
    course(11),
    replace(course(10), idnumber="", short_name="plain"),
    course(9),
    course(8, fields={"hours": "2"}),
    course(6),
    course(5, activities=[replace(activity(51, "G"), name="")]),
    course(4, activities=[activity(42, "E"), activity(41, "other")]),
    course(3),
    course(2, activities=[activity(21, "B")]),
    course(1, activities=[activity(11, "A")]),
]


def ways() -> Scene:
    facts = [
        *(handed_in(2, 21, AT), marked(2, 21, "20", AT), handed_in(2, 21, DURING, 3)),
        *(handed_in(4, 42, AT, length=200), done(6, AT), done(8, None)),
        *(handed_in(12, 121, AT), handed_in(12, 121, AT, 2)),
        *(marked(1, 11, "10", AT, maximum="200"), done(11, AT)),
        record("讲座", "2025-05-05", "2"),
    ]
    return explained(
        facts,
        DURING,
        body=WAYS,
        entries=WAYS_ENTRIES,
        courses=WAYS_COURSES,
        record_courses=frozenset({11}),
    )


def ways_after_the_end() -> Scene:
    facts = [
        *(handed_in(2, 21, AT), marked(2, 21, "20", AT), handed_in(2, 21, AT, 3)),
        *(handed_in(4, 42, AT, length=None), handed_in(5, 51, AT)),
        *(handed_in(12, 121, AT), record("论文", "2025-05-05"), record("笔试", "2025-05-05")),
    ]
    more = {"body": WAYS, "entries": WAYS_ENTRIES, "courses": WAYS_COURSES}
    return explained(facts, AFTER, **more)  # type: ignore[arg-type] # as the function takes them


SCENES: dict[str, Callable[[], Scene]] = {
    each.__name__: each
    for each in (
        *(met, running, nothing_done, waiting, over, still_open, all_there, not_concerned),
        *(exempt, held, old, apart, out_of_reach, no_way, many_ways, frame),
        *(
            records_that_are_not_enough,
            frame_out_of_reach,
            frame_met,
            from_another_school,
            a_hundred_points,
            ways,
            ways_after_the_end,
        ),
    )
}


FOR_PROGRAMS = {"met", "running", "ways"}


def pages(name: str, scene: Scene) -> Iterator[str]:
    """All that an explanation can say, for one file."""
    found = scene.found
    for language in ("en", "zh"):
        yield " | ".join(found.headline(language))
        yield found.text(language)
    yield found.markdown("en", brief=True)
    yield "\n".join(scene.problems)
    if name in FOR_PROGRAMS:
        plain = {key: each for key, each in found.json().items() if key != "decision"}
        yield json.dumps({**plain, "digest": ""}, ensure_ascii=False, indent=1)


def written(name: str) -> str:
    """The text of a file."""
    return "\n\n----\n\n".join(pages(name, SCENES[name]())) + "\n"


@pytest.mark.parametrize("name", sorted(SCENES))
def test_it_says_just_this(name: str) -> None:
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert written(name).splitlines() == expected.splitlines()


@pytest.mark.parametrize("name", sorted(SCENES))
def test_its_decision_is_written_in_one_way_only(name: str) -> None:
    decision = SCENES[name]().found.decision
    text = decision_to_json(decision)
    plain = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text == plain
    assert decision_from_json(text) == decision


def test_facts_are_named_wherever_they_stand() -> None:
    decision = waiting().found.decision
    assert decision.gate is not None
    assert decision.requirement is not None
    assert decision.score is not None
    alone = replace(decision, credit_lines=(), requirement=None, gate=None, score=None)
    assert named_facts(alone) == frozenset()
    exam = {EXAM[0].key}
    lessons = {each.key for each in LESSONS}
    assert named_facts(replace(alone, gate=decision.gate)) == exam
    assert named_facts(replace(alone, score=decision.score)) == exam | lessons
    assert named_facts(replace(alone, requirement=decision.requirement)) == lessons
    lines = replace(alone, credit_lines=decision.credit_lines)
    assert named_facts(lines) == exam | {done(2, AT).key}


def test_a_course_without_a_name_is_told_by_its_number() -> None:
    found = over().found
    lines = tuple(replace(each, course_name="") for each in found.decision.credit_lines)
    text = replace(found, decision=replace(found.decision, credit_lines=lines)).text("en")
    assert "2025-06-10 10:00 · course 2 · 10 hours count" in text
    assert "added by hand" not in text


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for scene in SCENES:
        (FOLDER / f"{scene}.txt").write_text(written(scene), encoding="utf-8")
