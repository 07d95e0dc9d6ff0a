from datetime import timedelta
from decimal import Decimal

import pytest

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.exchange import Request, Response, as_json
from moodle_cpd.demo.state import Assignment
from moodle_cpd.errors import SiteError
from moodle_cpd.model.fact import FactKind
from tests.pull.site import LATER, NOW, Site, every_work


def work(site: Site, idnumber: str) -> tuple[int, Assignment]:
    """An assignment, and a teacher who is enrolled in its course and was not marked yet."""
    assignment = site.world.assignment(idnumber)
    tables = site.world.tables
    teacher = next(
        id_
        for id_ in site.teachers
        if not tables.users[id_].suspended
        and id_ not in tables.grades.get(assignment.id, {})
        and not tables.submissions.get(assignment.id, {}).get((id_, 0))
    )
    site.world.enrol(teacher, assignment.course)
    return teacher, assignment


def grades(site: Site, teacher: int, of: Assignment) -> list[tuple[Decimal | None, Decimal | None]]:
    found = site.of_work(FactKind.GRADE, teacher, of)
    return [(fact.value, fact.maximum) for fact in found]


def test_plain_grade_new_grade_and_grade_taken_away(site: Site) -> None:
    teacher, notes = work(site, "NEWTEACHER-NOTE")
    site.world.submit(teacher, notes.id, "<p>心得</p>", NOW)
    site.world.grade(teacher, notes.id, -1, NOW)
    site.pull()
    assert grades(site, teacher, notes) == []
    for step, (points, expected) in enumerate([(55.5, "55.5"), (80, "80"), (-1, None)]):
        site.world.grade(teacher, notes.id, points, NOW + timedelta(hours=step + 1))
        report = site.pull(now=LATER)
        assert report.new[FactKind.GRADE] == 1
        value = None if expected is None else Decimal(expected)
        assert grades(site, teacher, notes) == [(value, Decimal(100))]
    assert len(site.of_work(FactKind.GRADE, teacher, notes, history=True)) == 3
    assert site.pull(now=LATER).new[FactKind.GRADE] == 0


def test_unreleased_grade_of_a_workflow_is_unknown(site: Site) -> None:
    teacher, letter = work(site, "RESEARCH-LETTER")
    site.world.submit(teacher, letter.id, "<p>一封信</p>", NOW)
    site.world.grade(teacher, letter.id, 90, NOW, workflowstate="inreview")
    site.pull()
    assert grades(site, teacher, letter) == []
    site.world.grade(teacher, letter.id, 90, NOW, workflowstate="released")
    site.pull(now=LATER)
    assert grades(site, teacher, letter) == [(Decimal(90), Decimal(100))]


def test_blind_grade_is_unknown(site: Site) -> None:
    teacher, blind = work(site, "MENTAL-SELF")
    site.world.submit(teacher, blind.id, "<p>匿名</p>", NOW)
    site.world.grade(teacher, blind.id, 90, NOW)
    site.pull()
    assert grades(site, teacher, blind) == []


def test_grade_of_a_reopened_attempt_stays(site: Site) -> None:
    teacher, essay = work(site, "READING-ESSAY")
    essay.gradepass = 60
    site.world.submit(teacher, essay.id, "<p>征文</p>", NOW)
    site.world.grade(teacher, essay.id, 40, NOW)
    attempts = site.world.tables.submissions[essay.id][teacher, 0]
    assert len(attempts) == 2  # Moodle opened another attempt and forgets the grade in its reply
    site.pull()
    assert grades(site, teacher, essay) == [(Decimal(40), Decimal(100))]


def test_hidden_grade_that_the_account_may_not_see_takes_nothing_away(site: Site) -> None:
    teacher, letter = work(site, "RESEARCH-LETTER")
    site.world.submit(teacher, letter.id, "<p>一封信</p>", NOW)
    site.world.grade(teacher, letter.id, 90, NOW, workflowstate="released")
    site.pull()
    site.world.tables.gradebook[letter.id, teacher].hidden = True
    site.pull(now=LATER)
    assert grades(site, teacher, letter) == [(Decimal(90), Decimal(100))]
    entry = site.world.tables.gradebook[letter.id, teacher]
    entry.hidden, entry.final = False, None
    site.pull(now=LATER)
    assert grades(site, teacher, letter) == [(None, Decimal(100))]


@pytest.mark.parametrize("grade", [0, -3])
def test_assignment_without_points_gives_no_grades(site: Site, grade: int) -> None:
    teacher, notes = work(site, "NEWTEACHER-NOTE")
    site.world.submit(teacher, notes.id, "<p>心得</p>", NOW)
    site.world.grade(teacher, notes.id, 3, NOW)
    notes.grade = grade
    site.pull()
    assert grades(site, teacher, notes) == []
    assert len(site.of_work(FactKind.SUBMISSION, teacher, notes)) == 1


def test_grades_without_access_are_reported_and_keep_what_is_known(site: Site) -> None:
    site.pull()
    before = site.facts(FactKind.GRADE)
    for name in ("mod/assign:grade", "moodle/grade:viewall"):
        site.world.set_capability(name, False)
    report = site.pull(now=LATER)
    assert site.facts(FactKind.GRADE) == before
    text = "\n".join(map(str, report.problems))
    assert "mod_assign_get_grades: Moodle gives no access to the assignments 1, 2, 3 and" in text
    assert "Allow mod/assign:grade" in text
    assert "gradereport_user_get_grade_items" in text
    names = {a.idnumber for c in site.ledger.courses(site.name).values() for a in c.activities}
    assert {"ETHICS-NOTES", "RESEARCH-LETTER"} <= names  # idnumbers known before stay known


@pytest.mark.parametrize("known", [False, True])
def test_activities_without_access_are_counted_in_every_pull(site: Site, known: bool) -> None:
    if known:
        assert site.pull().problems == ()
    before = site.facts()
    site.world.set_capability("mod/assign:view", False)
    for _ in range(2):
        report = site.pull(now=LATER)
        assert report.activities == 0
        (problem,) = (p for p in report.problems if "no access to" in p.found)
        count = sum(
            len(rows)
            for course, rows in site.world.tables.course_assignments.items()
            if site.world.tables.courses[course].idnumber != ids.RECORD_COURSE
        )
        assert problem.found.startswith(f"no access to {count} activities")
        assert "mod/assign:view" in problem.hint
    standing = site.facts()
    assert [fact for fact in before if fact not in standing] == []


def test_grades_of_others_are_left_alone(site: Site) -> None:
    _, notes = work(site, "NEWTEACHER-NOTE")
    admin = 2
    site.world.enrol(admin, notes.course)
    site.world.submit(admin, notes.id, "<p>试</p>", NOW)
    site.world.grade(admin, notes.id, 100, NOW)
    site.pull()
    assert {fact.teacher for fact in site.facts()} <= set(site.teachers)


def test_only_assignments_of_the_rules_are_read_and_one_they_come_to_use_as_a_whole(
    site: Site,
) -> None:
    old = site.pull(
        wanted=lambda course, each: every_work(course, each) and each.idnumber != "ETHICS-NOTES"
    )
    notes = site.world.assignment("ETHICS-NOTES")
    kinds = (FactKind.GRADE, FactKind.SUBMISSION)
    assert not [f for kind in kinds for f in site.facts(kind) if f.activity == notes.cmid]
    known = {a.idnumber for c in site.ledger.courses(site.name).values() for a in c.activities}
    assert "ETHICS-NOTES" in known, "which assignments there are is known all the same"
    report = site.pull(now=LATER)
    assert report.activities == old.activities + 1
    expected = {
        teacher
        for teacher, row in site.world.tables.grades[notes.id].items()
        if teacher in site.teachers and row
    }
    assert {f.teacher for f in site.facts(FactKind.GRADE) if f.activity == notes.cmid} == expected
    assert len(expected) > 2


def test_what_is_refused_as_a_whole_ends_the_reading_as_the_sites_problem(site: Site) -> None:
    """No one item was left out: the next pull goes on where this one ended."""

    def refuse(request: Request) -> Response | None:
        refused = request.function == "mod_assign_get_grades"
        return as_json({"exception": "x", "errorcode": "invalidparameter"}) if refused else None

    site.server.before.append(refuse)
    with pytest.raises(SiteError, match=r"mod_assign_get_grades.*invalidparameter"):
        site.pull()
    site.server.before.remove(refuse)
    assert site.pull().problems == ()
