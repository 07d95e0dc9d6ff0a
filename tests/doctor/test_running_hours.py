"""The assignment that shows running hours, examined before anything is written there."""

from __future__ import annotations

from typing import Any

import pytest

from moodle_cpd.config import RunningHoursSettings, Settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.doctor import Verdict
from moodle_cpd.moodle.client import BATCH_FUNCTION
from tests.doctor.conftest import Examine, Examined

CHECK = f"running-hours:{ids.QIANSHAN_PROGRESS}"


@pytest.fixture
def look_at_hours(look: Examine, settings: Settings) -> Examine:
    wanted = RunningHoursSettings(
        scheme="homeroom-teacher-30h", course=ids.RECORD_COURSE, activity=ids.QIANSHAN_PROGRESS
    )
    with_hours = settings.model_copy(update={"running_hours": (wanted,)})

    def run(**options: Any) -> Examined:
        return look(settings=with_hours, **options)

    return run


def test_all_is_well(look_at_hours: Examine) -> None:
    examined = look_at_hours()
    assert examined[CHECK].verdict is Verdict.OK
    assert examined.lacks == set()
    assert examined.of(Verdict.WARNING) == set()


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("completionusegrade", True, "completion is tracked"),
        ("feedback_comments", False, "feedback comments are off"),
        ("idnumber", "renamed", "not found"),
    ],
)
def test_an_assignment_that_does_not_fit(
    site: EmbeddedMoodle, look_at_hours: Examine, setting: str, value: Any, words: str
) -> None:
    setattr(site.world.assignment(ids.QIANSHAN_PROGRESS), setting, value)
    finding = look_at_hours()[CHECK]
    assert finding.verdict is Verdict.LACK
    assert words in finding.found
    assert finding.remedy


def test_a_low_maximum_is_a_warning(site: EmbeddedMoodle, look_at_hours: Examine) -> None:
    site.world.assignment(ids.QIANSHAN_PROGRESS).grade = 20
    examined = look_at_hours()
    assert examined[f"{CHECK}:grade"].verdict is Verdict.WARNING
    assert examined.lacks == set()


def test_a_hidden_course_shows_nothing(site: EmbeddedMoodle, look_at_hours: Examine) -> None:
    site.world.set_capability("moodle/course:viewhiddencourses", True)
    site.world.course(ids.RECORD_COURSE).visible = False
    assert look_at_hours()[f"{CHECK}:hidden"].verdict is Verdict.WARNING


def test_without_batches_hours_are_off(site: EmbeddedMoodle, look_at_hours: Examine) -> None:
    site.world.withdraw_function(BATCH_FUNCTION)
    assert "running hours are off" in look_at_hours()[CHECK].found
    assert look_at_hours()[CHECK].verdict is Verdict.LACK


def test_without_the_function_that_keeps_moodle_quiet(
    site: EmbeddedMoodle, look_at_hours: Examine
) -> None:
    site.world.withdraw_function("mod_assign_set_user_flags")
    examined = look_at_hours()
    assert examined.lacks == {"function:mod_assign_set_user_flags"}
    assert examined[CHECK].verdict is Verdict.UNTESTED


def test_nothing_is_written(site: EmbeddedMoodle, look_at_hours: Examine) -> None:
    look_at_hours(try_write=True)
    assert "mod_assign_save_grades" not in repr(site.log)
    assert site.world.tables.messages == []
