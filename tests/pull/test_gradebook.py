"""Quizzes and totals of courses, read in the gradebook of those who were on the site."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.state import Assignment, GradebookGrade, Quiz, Report, ReportColumn
from moodle_cpd.model.catalogue import COURSE_TOTAL, Activity, Course
from moodle_cpd.model.fact import Fact, FactKind
from moodle_cpd.moodle.replies import GradeItem
from moodle_cpd.moodle.replies.assignments import GRADE_ITEMS
from moodle_cpd.pull import PullReport
from moodle_cpd.pull.gradebook import graded_activities
from tests.pull.site import LATER, NOW, Site

TEST = Quiz(7, 9007, 0, "结业测验", "ETHICS-QUIZ")
RECORDED = Path(__file__).parents[1] / "recorded" / "exchanges"
GRADEBOOK = "gradereport_user_get_grade_items"


def quizzes(_: Course, activity: Activity) -> bool:
    return activity.type == "quiz"


def totals(course: Course, activity: Activity) -> bool:
    return activity.type == COURSE_TOTAL and course.idnumber == ids.ETHICS


def take(site: Site, teacher: int, points: float, at: datetime) -> None:
    TEST.course = site.world.course(ids.ETHICS).id
    moment = int(at.timestamp())
    tables = site.world.tables
    tables.quizzes[TEST.id] = TEST
    tables.users[teacher].lastaccess = moment
    tables.quiz_grades[TEST.id, teacher] = GradebookGrade(
        TEST.id, teacher, points, datesubmitted=moment, dategraded=moment
    )


def learners(site: Site) -> list[int]:
    course = site.world.course(ids.ETHICS).id
    return [
        teacher
        for teacher in site.teachers
        if site.is_active(teacher, course) and not site.world.tables.users[teacher].suspended
    ]


def of_quiz(site: Site, kind: FactKind) -> list[Fact]:
    return [fact for fact in site.facts(kind) if fact.activity == TEST.cmid]


def total_of(site: Site, teacher: int) -> list[Decimal]:
    facts = [fact for fact in site.facts(FactKind.GRADE) if fact.teacher == teacher]
    return [fact.value or Decimal(0) for fact in facts if (fact.activity or 0) < 0]


def asked(site: Site) -> int:
    """How many gradebooks were asked for."""
    return sum(str((each.function, each.params)).count(GRADEBOOK) for each in site.server.log)


def pull(site: Site, now: datetime = NOW, *, full: bool = False) -> PullReport:
    return site.pull(
        lambda course: course.idnumber == ids.ETHICS, now=now, wanted=quizzes, full=full
    )


def test_a_quiz_is_a_grade_and_a_handing_in(site: Site) -> None:
    teacher = learners(site)[0]
    take(site, teacher, 82.5, NOW - timedelta(days=4))
    report = pull(site)
    assert report.activities == 1
    (grade,) = of_quiz(site, FactKind.GRADE)
    assert (grade.teacher, grade.value, grade.maximum) == (teacher, Decimal("82.5"), Decimal(100))
    (handed_in,) = of_quiz(site, FactKind.SUBMISSION)
    assert handed_in.at == grade.at == NOW - timedelta(days=4)
    assert handed_in.value is None
    known = {a.idnumber: a for a in site.ledger.courses(site.name)[TEST.course].activities}
    assert known["ETHICS-QUIZ"].type == "quiz"
    take(site, teacher, 91, NOW + timedelta(hours=1))
    pull(site, LATER)
    assert [fact.value for fact in of_quiz(site, FactKind.GRADE)] == [Decimal(91)]
    site.world.tables.quiz_grades.clear()
    pull(site, LATER)
    assert [fact.value for fact in of_quiz(site, FactKind.GRADE)] == [None]


def test_the_total_of_a_course_is_selected_by_its_type(site: Site) -> None:
    report = site.pull(wanted=totals)
    course = site.world.course(ids.ETHICS).id
    found = [f for f in site.facts(FactKind.GRADE) if f.course == course]
    graded = [
        t
        for t in learners(site)
        if any(
            (row.id, t) in site.world.tables.gradebook
            and site.world.tables.gradebook[row.id, t].final is not None
            for row in site.world.tables.course_assignments[course]
        )
    ]
    assert {fact.teacher for fact in found} == set(graded)
    assert len(found) == report.new[FactKind.GRADE] > 2
    assert {fact.activity for fact in found} == {-(course + 500)}
    assert {fact.maximum for fact in found} != {None}
    assert report.new[FactKind.SUBMISSION] == 0


def test_what_a_real_gradebook_holds() -> None:
    recorded = RECORDED / GRADEBOOK / "good.json"
    reply = GRADE_ITEMS.validate_python(json.loads(recorded.read_text(encoding="utf-8"))["reply"])
    (user,) = reply.usergrades
    (total,) = graded_activities(user.gradeitems)
    assert total == Activity(-313, 3, "", "课程总评 Course total", COURSE_TOTAL)
    quiz = user.gradeitems[0].model_copy(update={"itemmodule": "quiz", "itemname": "测验"})
    scale = quiz.model_copy(update={"rangeformatted": "差&ndash;好"})
    second = quiz.model_copy(update={"itemnumber": 1})
    assert graded_activities([quiz, scale, second]) == [
        Activity(211, 41, "rec-hours", "测验", "quiz")
    ]


def gradebooks(scene: str) -> list[GradeItem]:
    """Lines of seven real gradebooks of two courses, and of all kinds."""
    path = RECORDED.parent / "gradebooks" / f"{scene}.json"
    replies = json.loads(path.read_text(encoding="utf-8"))["replies"]
    found = [GRADE_ITEMS.validate_python(reply) for reply in replies]
    return [item for reply in found for user in reply.usergrades for item in user.gradeitems]


def told(scene: str, kind: str) -> list[int | None]:
    items = [i for i in gradebooks(scene) if kind in {i.itemtype, i.itemmodule} and i.is_told]
    return [None if item.graderaw is None else int(item.graderaw) for item in items]


def test_a_real_gradebook_tells_all_that_it_holds_to_an_account_that_sees_hidden_grades() -> None:
    assert told("allowed", "quiz") == [75, 100, None, 88, 50, 100]
    assert told("allowed", "course") == [127, 195, None, 108, 50, 130, 3]


def test_what_moodle_does_not_show_is_not_taken_for_no_grade() -> None:
    assert told("least", "quiz") == [], "the line is left out without mod/quiz:view"
    assert told("least", "course") == [None, 3], "hidden grades are in all totals but one"
    assert told("columns-off", "course") == told("columns-off", "assign") == []


def test_words_of_a_scale_are_no_points() -> None:
    """Moodle 5.1 says ``scaleid: null`` of all of them."""
    words = [item for item in gradebooks("allowed") if item.has_scale]
    kinds = {item.itemmodule or item.iteminstance for item in words}
    assert kinds == {"forum", 8}
    assert {each.type for each in graded_activities(gradebooks("allowed"))} == {
        "quiz",
        COURSE_TOTAL,
    }
    rounded = gradebooks("allowed")[0].model_copy(update={"grademax": Decimal("100.4")})
    assert not rounded.has_scale


def test_a_total_that_hidden_grades_hide_stays_as_it_was_known(site: Site) -> None:
    site.pull(wanted=totals)
    before = [fact.value for fact in site.facts(FactKind.GRADE)]
    course = site.world.course(ids.ETHICS).id
    for row in site.world.tables.course_assignments[course]:
        for teacher in learners(site):
            if (row.id, teacher) in site.world.tables.gradebook:
                site.world.tables.gradebook[row.id, teacher].hidden = True
    site.world.set_capability("moodle/grade:viewhidden", False)
    report = site.pull(wanted=totals, now=LATER, full=True)
    assert [fact.value for fact in site.facts(FactKind.GRADE)] == before
    assert any("moodle/grade:viewhidden" in problem.hint for problem in report.problems)
    site.world.set_capability("moodle/grade:viewhidden", True)
    assert site.pull(wanted=totals, now=LATER, full=True).problems == ()


def test_quizzes_with_scales_or_out_of_sight_give_no_points(site: Site) -> None:
    teacher = learners(site)[0]
    take(site, teacher, 2, NOW)
    TEST.scale = ("差", "中", "好")
    try:
        assert pull(site).activities == 0
    finally:
        TEST.scale = ()
    site.world.set_capability("mod/quiz:view", False)
    assert pull(site).activities == 0
    site.world.set_capability("mod/quiz:view", True)
    assert pull(site).activities == 1


class TestOverrides:
    """A grade of a plain assignment that somebody wrote into the gradebook by hand."""

    @staticmethod
    def graded(site: Site) -> tuple[int, Assignment]:
        notes = site.world.assignment("NEWTEACHER-NOTE")
        teacher = learners(site)[0]
        site.world.enrol(teacher, notes.course)
        site.world.submit(teacher, notes.id, "<p>心得</p>", NOW)
        site.world.grade(teacher, notes.id, 55, NOW)
        return teacher, notes

    @staticmethod
    def values(site: Site, teacher: int, notes: Assignment) -> list[int]:
        history = site.of_work(FactKind.GRADE, teacher, notes, history=True)
        return [int(fact.value or -1) for fact in history]

    def test_is_found_when_everything_is_read_and_stays_until_taken_back(self, site: Site) -> None:
        teacher, notes = self.graded(site)
        site.pull()
        site.world.override_grade(teacher, notes.id, 80, LATER, locked=False)
        assert site.pull(now=LATER).new[FactKind.GRADE] == 0, "the assignment tells nothing of it"
        assert site.pull(now=LATER, full=True).new[FactKind.GRADE] == 1
        assert self.values(site, teacher, notes) == [55, 80]
        for _ in range(2):
            assert site.pull(now=LATER, full=True).new[FactKind.GRADE] == 0
        site.world.grade(teacher, notes.id, 60, LATER)
        site.pull(now=LATER)
        assert self.values(site, teacher, notes) == [55, 80], "what was written by hand goes before"
        entry = site.world.tables.gradebook[notes.id, teacher]
        entry.overridden, entry.final = False, 60.0
        site.pull(now=LATER, full=True)
        site.world.grade(teacher, notes.id, 65, LATER + timedelta(hours=1))
        site.pull(now=LATER + timedelta(hours=2))
        assert self.values(site, teacher, notes) == [55, 80, 60, 65]

    def test_is_not_searched_for_at_first_or_where_the_settings_say_no(self, site: Site) -> None:
        teacher, notes = self.graded(site)
        site.pull()
        first = asked(site)
        site.pull(now=LATER, full=True)
        second = asked(site) - first
        assert second > first
        site.overrides = False
        site.world.override_grade(teacher, notes.id, 80, LATER, locked=False)
        site.pull(now=LATER, full=True)
        assert asked(site) - first - second < second / 2
        assert self.values(site, teacher, notes) == [55]


@pytest.mark.usefixtures("site")
class TestWithAReportOverUsers:
    """Who was not on the site has no new grade."""

    @pytest.fixture
    def site(self, site: Site) -> Site:
        tables = site.world.tables
        report = Report(
            id=tables.next_id("report"),
            name="教师",
            columns=[ReportColumn("user:username")],
            filters=["user:timemodified", "user:lastaccess"],
            audience={site.world.service_user_id},
            source="core_user\\reportbuilder\\datasource\\users",
        )
        tables.reports[report.id] = report
        site.people_report = report.id
        for user in tables.users.values():
            user.timemodified = user.lastaccess = int((NOW - timedelta(days=400)).timestamp())
        take(site, learners(site)[0], 70, NOW - timedelta(days=100))
        return site

    def test_only_visitors_are_asked_about(self, site: Site) -> None:
        first, second, *_ = learners(site)
        pull(site)
        before = asked(site)
        take(site, second, 88, NOW + timedelta(hours=2))
        report = pull(site, LATER)
        assert asked(site) - before == 2, "one for the course's lines, one for the visitor"
        assert report.new[FactKind.GRADE] == 1
        assert {fact.teacher for fact in of_quiz(site, FactKind.GRADE)} == {first, second}

    def test_a_total_moves_where_somebody_marked_an_assignment(self, site: Site) -> None:
        def read(now: datetime) -> None:
            site.pull(lambda course: course.idnumber == ids.ETHICS, now=now, wanted=totals)

        teacher, course = learners(site)[0], site.world.course(ids.ETHICS).id
        work = site.world.tables.course_assignments[course][0]
        site.world.grade(teacher, work.id, 55, NOW)
        read(NOW)
        (before,) = total_of(site, teacher)
        site.world.grade(teacher, work.id, 88, NOW + timedelta(hours=1))
        asked_before = asked(site)
        read(LATER)
        assert asked(site) - asked_before == 2, "one for the course's lines, one for who was marked"
        (after,) = total_of(site, teacher)
        assert after - before == 33

    def test_without_the_filter_everybody_is(self, site: Site) -> None:
        site.world.tables.reports[site.people_report or 0].filters.remove("user:lastaccess")
        pull(site)
        before = asked(site)
        pull(site, LATER)
        assert asked(site) - before == 1 + len(learners(site))

    def test_a_mark_that_somebody_else_changed_is_found_when_everything_is_read(
        self, site: Site
    ) -> None:
        teacher = learners(site)[0]
        pull(site)
        site.world.tables.quiz_grades[TEST.id, teacher].final = 95
        assert pull(site, LATER).new[FactKind.GRADE] == 0
        assert pull(site, LATER, full=True).new[FactKind.GRADE] == 1

    def test_a_quiz_that_the_rules_come_to_use_is_read_as_a_whole(self, site: Site) -> None:
        site.pull()
        assert of_quiz(site, FactKind.GRADE) == []
        pull(site, LATER)
        assert len(of_quiz(site, FactKind.GRADE)) == 1

    def test_a_refusal_is_told_and_made_good_for(self, site: Site) -> None:
        site.world.set_capability("moodle/grade:viewall", False)
        assert pull(site).problems
        site.world.set_capability("moodle/grade:viewall", True)
        assert pull(site, LATER).problems == ()
        assert len(of_quiz(site, FactKind.GRADE)) == 1
