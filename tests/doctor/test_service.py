"""Functions of the service, files, and what is said of writing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import moodle_cpd
from moodle_cpd.config import Settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.doctor import Verdict
from moodle_cpd.doctor.needs import NEEDS
from moodle_cpd.model.award import Route
from tests.doctor.conftest import Examine

BATCH = "tool_mobile_call_external_functions"
UNNEEDED = {
    "core_cohort_create_cohorts",
    "core_cohort_delete_cohort_members",
    "enrol_manual_enrol_users",
    "core_user_get_users",
    "core_reportbuilder_retrieve_report",
    "mod_assign_set_user_flags",
}
"""Needed by other settings than those of the tests."""


def test_every_function_that_the_program_calls_is_in_the_table() -> None:
    called = set()
    for path in Path(moodle_cpd.__file__).parent.glob("moodle/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                called |= set(
                    re.findall(r"^(?:core|enrol|mod|gradereport|tool)_[a-z]+_\w+$", node.value)
                )
    assert called == {need.function for need in NEEDS}


@pytest.mark.parametrize(
    "function",
    sorted(
        need.function
        for need in NEEDS
        if need.function not in {BATCH, *UNNEEDED, "core_webservice_get_site_info"}
        and not need.function.startswith("core_reportbuilder")
    ),
)
def test_a_function_that_is_missing_is_named_and_the_rest_goes_on(
    site: EmbeddedMoodle, look: Examine, function: str
) -> None:
    site.world.withdraw_function(function)
    examined = look(try_write=True)
    finding = examined[f"function:{function}"]
    assert finding.verdict is Verdict.LACK
    assert "Add functions" in finding.remedy
    assert "write:grade" in {each.check for each in examined.findings}, "it went on to the end"


def test_without_batches_it_is_slower_but_works(
    site: EmbeddedMoodle, settings: Settings, look: Examine
) -> None:
    site.world.withdraw_function(BATCH)
    examined = look()
    assert examined[f"function:{BATCH}"].verdict is Verdict.WARNING
    assert examined.lacks == set()
    assert "single" in examined["strategy"].found


def test_certificates_that_cannot_be_read_back(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.download_allowed = False
    finding = look()["files"]
    assert finding.verdict is Verdict.LACK
    assert "Can download files" in finding.remedy


def test_uploads_need_no_permission_of_the_service(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.upload_allowed = False
    examined = look(try_write=True)
    assert examined.lacks == set()
    assert examined["write:upload"].verdict is Verdict.OK


def test_what_no_route_needs_is_not_asked_for(
    site: EmbeddedMoodle, settings: Settings, look: Examine
) -> None:
    site.world.download_allowed = False
    for function in (
        "mod_assign_save_grades",
        "core_files_upload",
        "core_enrol_get_enrolled_users",
    ):
        site.world.withdraw_function(function)
    only_cohort = tuple(award for award in settings.awards if award.route is Route.COHORT)
    examined = look(settings=settings.model_copy(update={"awards": only_cohort}))
    assert examined.lacks == set()
    assert "write:grade" not in {finding.check for finding in examined.findings}


class TestWriting:
    def test_nothing_is_written_unless_asked(self, site: EmbeddedMoodle, look: Examine) -> None:
        examined = look()
        functions = {request.function for request in site.log}
        assert not functions & {
            "core_files_upload",
            "core_cohort_delete_cohort_members",
            "core_cohort_add_cohort_members",
            "mod_assign_save_grades",
        }
        assert {"write:cohort", "write:upload", "write:grade"} <= examined.of(Verdict.UNTESTED)

    def test_a_try_leaves_nobody_in_a_cohort_and_nobody_graded(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        before = {c.idnumber: dict(c.members) for c in site.world.tables.cohorts.values()}
        examined = look(try_write=True)
        assert examined["write:cohort"].verdict is Verdict.OK
        assert examined["write:upload"].verdict is Verdict.OK
        assert examined["write:grade"].verdict is Verdict.UNTESTED
        after = {c.idnumber: dict(c.members) for c in site.world.tables.cohorts.values()}
        assert after == before
        assert site.world.tables.messages == []
        assert site.world.badges_of(site.account.id) == []

    def test_a_cohort_that_the_account_is_in_is_left_alone(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        for period in ("2025", "2026"):
            site.world.join_cohort(site.account.id, ids.homeroom(period))
        assert look(try_write=True)["write:cohort"].verdict is Verdict.UNTESTED
        assert site.account.id in site.world.cohort(ids.homeroom("2026")).members

    def test_without_the_function_for_it_nothing_is_claimed(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        site.world.withdraw_function("core_cohort_delete_cohort_members")
        finding = look(try_write=True)["write:cohort"]
        assert finding.verdict is Verdict.UNTESTED
        assert "moodle/cohort:assign" in finding.remedy


def test_what_is_optional_is_told_whether_the_program_or_a_person_does_it(
    site: EmbeddedMoodle, look: Examine
) -> None:
    found = look()
    asked = found["optional:core_cohort_create_cohorts"]
    assert asked.verdict is Verdict.UNTESTED
    assert "moodle/cohort:manage" in asked.remedy
    assert "enrol/manual:enrol" in found["optional:enrol_manual_enrol_users"].remedy
    site.world.withdraw_function("enrol_manual_enrol_users")
    left = look()["optional:enrol_manual_enrol_users"]
    assert left.verdict is Verdict.OK
    assert "left to a person" in left.found
