"""A period is over only once the site was read to its end."""

from __future__ import annotations

from datetime import datetime

from moodle_cpd.decide import TeacherRecord, decide_teacher
from moodle_cpd.model.decision import Decision, Outcome
from tests.decide.making import BODY, SITE, TEACHER, course, done, local, rules, teacher

ENTRIES = """
  - {course: C1, category: a, hours: 1}
"""
END_OF_GRACE = local("2026-03-31 00:00")
LATER = local("2026-06-01 00:00")


def decided(read_until: datetime | None, on: datetime = LATER) -> Decision:
    facts = [done(1, local("2025-05-01 10:00"))]
    known = TeacherRecord(SITE, TEACHER, facts, teacher(), read_until=read_until)
    courses = {1: course(1)}
    decisions, _ = decide_teacher(rules(BODY, ENTRIES), courses, known, on)
    return next(each for each in decisions if each.period.key == "2025")


def test_read_to_the_end_it_is_not_met() -> None:
    assert decided(None).outcome is Outcome.NOT_MET
    assert decided(END_OF_GRACE).outcome is Outcome.NOT_MET


def test_read_for_the_last_time_before_it_stays_open_and_says_why() -> None:
    decision = decided(local("2026-03-30 23:59"))
    assert decision.outcome is Outcome.IN_PROGRESS
    assert decision.consequences == ()
    assert any("not read" in reason.en for reason in decision.reasons)


def test_it_is_said_from_the_moment_on_at_which_the_days_of_grace_are_over() -> None:
    before = local("2026-03-30 23:59")
    for on, said in ((before, False), (END_OF_GRACE, True)):
        reasons = decided(before, on).reasons
        assert any("not read" in reason.en for reason in reasons) is said
    assert decided(END_OF_GRACE, END_OF_GRACE).reasons == ()
