"""Cohorts, badges and record activities of the periods that can be decided now."""

from __future__ import annotations

import pytest

from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.doctor import Verdict
from tests.doctor.conftest import NOW, Examine

COHORT = "cohort:homeroom-2026"
RECORD = "record-course:homeroom-2026"
BADGE = "badge:班主任培训合格 2026"


def test_a_cohort_that_is_not_there(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.cohort("homeroom-2026").idnumber = "homeroom-26"
    finding = look()[COHORT]
    assert finding.verdict is Verdict.LACK
    assert "> Cohorts" in finding.remedy


def test_what_the_period_before_lacks_is_a_warning(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.cohort("homeroom-2025").idnumber = "old"
    site.world.assignment("homeroom-2025").idnumber = "old"
    examined = look()
    assert examined.lacks == set()
    for check in ("cohort:homeroom-2025", "record-course:homeroom-2025"):
        assert examined[check].verdict is Verdict.WARNING
        assert "period before, 2025" in examined[check].found


class TestBadge:
    def test_can_not_be_seen_before_somebody_holds_it(self, look: Examine) -> None:
        assert look()[BADGE].verdict is Verdict.UNTESTED

    def test_is_held_by_the_cohorts_members(self, site: EmbeddedMoodle, look: Examine) -> None:
        site.world.join_cohort(min(site.world.cohort("teachers").members), "homeroom-2026")
        assert look()[BADGE].verdict is Verdict.OK

    def test_hangs_on_nothing(self, site: EmbeddedMoodle, look: Examine) -> None:
        cohort = site.world.cohort("homeroom-2026")
        cohort.members[min(site.world.cohort("teachers").members)] = 0
        finding = look()[BADGE]
        assert finding.verdict is Verdict.WARNING
        assert "Manage badges" in finding.remedy


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("blindmarking", True, "blind marking"),
        ("markingworkflow", True, "workflow"),
        ("feedback_files", False, "feedback files are off"),
        ("feedback_comments", False, "feedback comments are off"),
        ("grade", -3, "not in points"),
        ("idnumber", "renamed", "not found"),
    ],
)
def test_a_record_activity_that_would_lose_what_is_written(
    site: EmbeddedMoodle, look: Examine, setting: str, value: object, words: str
) -> None:
    setattr(site.world.assignment("homeroom-2026"), setting, value)
    finding = look()[RECORD]
    assert finding.verdict is Verdict.LACK
    assert words in finding.found
    assert finding.remedy


def test_a_maximum_grade_below_the_hours_that_are_asked_for(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.assignment("homeroom-2026").grade = 29
    finding = look()[f"{RECORD}:grade"]
    assert finding.verdict is Verdict.LACK
    assert "29" in finding.found
    assert "30 hours" in finding.found
    site.world.assignment("homeroom-2026").grade = 30
    assert look().lacks == set()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"completionusegrade": False, "completionpassgrade": False}, "does not complete"),
        ({"completionsubmit": True}, "completionsubmit"),
    ],
)
def test_completion_that_does_not_follow_from_the_grade(
    site: EmbeddedMoodle, look: Examine, asked: dict[str, bool], words: str
) -> None:
    for name, value in asked.items():
        setattr(site.world.assignment("homeroom-2026"), name, value)
    finding = look()[f"{RECORD}:completion"]
    assert finding.verdict is Verdict.LACK
    assert words in finding.found
    assert "Make a submission" in finding.remedy


def test_a_record_course_that_has_not_begun(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.course(ids.RECORD_COURSE).startdate = int(NOW.timestamp()) + 3600
    finding = look()[f"{RECORD}:start"]
    assert finding.verdict is Verdict.LACK
    assert "2026-11-22 05:00 UTC" in finding.found


def test_nobody_is_enrolled_in_the_record_course(site: EmbeddedMoodle, look: Examine) -> None:
    for user in site.world.cohort("teachers").members:
        site.world.unenrol(user, ids.RECORD_COURSE)
    finding = look()[RECORD]
    assert finding.verdict is Verdict.LACK
    assert "moodle/site:accessallgroups" in finding.remedy


def test_without_rules_targets_are_not_looked_at(look: Examine) -> None:
    examined = look(rulebook=None)
    assert examined.lacks == set()
    assert not any(each.check.startswith("record-course") for each in examined.findings)


def test_a_hidden_record_course_keeps_teachers_from_their_certificates(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.course(ids.RECORD_COURSE).visible = False
    site.world.set_capability("moodle/course:viewhiddencourses", True)
    finding = look()[f"{RECORD}:hidden"]
    assert finding.verdict is Verdict.WARNING
    assert "Course visibility" in finding.remedy
