"""Each capability that is missing is named; most of them Moodle answers emptily for."""

from __future__ import annotations

import pytest

from moodle_cpd.config import PeopleSettings, Settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.doctor import Verdict
from tests.doctor.conftest import Examine

PERIOD = ids.homeroom("2026")

NAMED_AT = {
    "webservice/rest:use": "service",
    "moodle/course:view": "read:users-courses",
    "moodle/course:viewparticipants": "read:users-courses",
    "moodle/user:viewdetails": "read:users",
    "moodle/user:viewalldetails": "read:user-details",
    "report/progress:view": f"record-course:{PERIOD}:completion",
    "gradereport/user:view": "read:gradebook",
    "moodle/grade:viewall": "read:gradebook",
    "mod/assign:view": "read:assignments",
    "mod/assign:grade": "read:grades",
    "moodle/cohort:view": "cohort:teachers",
    "moodle/cohort:assign": "write:cohort",
}


def test_nothing_lacks_on_a_site_that_is_ready(look: Examine) -> None:
    examined = look(try_write=True)
    assert examined.lacks == set()
    assert examined.of(Verdict.WARNING) == set()
    assert examined.requests <= 45


@pytest.mark.parametrize(("capability", "check"), NAMED_AT.items())
def test_a_missing_capability_is_named(
    site: EmbeddedMoodle, look: Examine, capability: str, check: str
) -> None:
    site.world.set_capability(capability, False)
    finding = look(try_write=True)[check]
    assert finding.verdict is Verdict.LACK
    assert capability in finding.remedy
    assert "Site administration > " in finding.remedy


def test_without_seeing_completion_reports_nobody_is_taken_for_not_completed(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.set_capability("report/completion:view", False)
    findings = [each for each in look().findings if each.check == "read:completion"]
    assert findings
    assert all(each.verdict is Verdict.LACK for each in findings)
    assert all("report/completion:view" in each.remedy for each in findings)


def test_a_hidden_record_course_needs_a_capability_of_its_own(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.course(ids.RECORD_COURSE).visible = False
    assert "viewhiddencourses" in look()[f"record-course:{PERIOD}"].remedy
    site.world.set_capability("moodle/course:viewhiddencourses", True)
    assert look().lacks == set()


class TestEveryoneIsATeacher:
    """Without cohorts people are searched for by e-mail address, which Moodle may not show."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        people = PeopleSettings(attributes=settings.people.attributes)
        return settings.model_copy(update={"people": people})

    def test_all_are_found(self, look: Examine) -> None:
        examined = look()
        assert examined["read:user-search"].verdict is Verdict.OK
        assert examined.lacks == set()

    def test_who_has_no_address_that_can_be_seen_is_not_found(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        site.world.set_capability("moodle/site:viewuseridentity", False)
        finding = look()["read:user-search"]
        assert finding.verdict is Verdict.LACK
        assert "moodle/site:viewuseridentity" in finding.remedy
        assert "Show user identity" in finding.remedy

    def test_few_without_an_address_are_named_by_id(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        teacher = min(site.world.cohort(ids.TEACHERS_COHORT).members)
        site.world.tables.users[teacher].email = ""
        finding = look()["read:user-search"]
        assert finding.verdict is Verdict.WARNING
        assert f"users {teacher})" in finding.found

    def test_a_function_is_needed_that_cohorts_would_spare(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        site.world.withdraw_function("core_user_get_users")
        assert "function:core_user_get_users" in look().lacks


def test_with_cohorts_no_search_and_no_e_mail_is_needed(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.withdraw_function("core_user_get_users")
    site.world.set_capability("moodle/site:viewuseridentity", False)
    assert look().lacks == set()
