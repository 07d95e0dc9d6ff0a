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
    scale = quiz.model_copy(update={"scaleid": 2})
    second = quiz.model_copy(update={"itemnumber": 1})
    assert graded_activities([quiz, scale, second]) == [
        Activity(211, 41, "rec-hours", "测验", "quiz")
    ]


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
