"""Profiles are read again where the report over users shows a change, and of newcomers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.functions.people_rows import SOURCE
from moodle_cpd.demo.state import Report, ReportColumn
from moodle_cpd.model.people import Attribute
from tests.pull.site import LATER, NOW, Site

LATEST = NOW + timedelta(days=9)
PROFILES = "core_user_get_users_by_field"


@pytest.fixture
def site(site: Site) -> Site:
    tables = site.world.tables
    report = Report(
        id=tables.next_id("report"),
        name="教师",
        columns=[ReportColumn("user:username")],
        filters=["user:timemodified"],
        audience={site.world.service_user_id},
        source=SOURCE,
    )
    tables.reports[report.id] = report
    site.people_report = report.id
    for user in tables.users.values():
        user.timemodified = int((NOW - timedelta(days=400)).timestamp())
    return site


def asked(site: Site) -> list[int]:
    """How many profiles each request asked for, the account's own aside."""
    return [
        len(request.params["values"]) for request in site.server.log if request.function == PROFILES
    ]


def change(site: Site, teacher: int, school: str) -> None:
    user = site.world.tables.users[teacher]
    user.profile[ids.SCHOOL_FIELD] = school
    user.timemodified = int(LATER.timestamp()) - 60


def test_only_changed_profiles_are_read(site: Site) -> None:
    site.pull()
    everybody = asked(site)
    assert sum(everybody) >= len(site.teachers)
    teacher = site.teachers[2]
    change(site, teacher, "新学校")
    report = site.pull(now=LATER)
    assert asked(site)[len(everybody) :] == [1]
    assert report.attributes_changed == 1
    assert report.people == len(site.teachers)
    schools = [
        (each.since, each.value)
        for each in site.ledger.attributes(site.name)[teacher]
        if each.name is Attribute.SCHOOL
    ]
    assert schools[-1] == (LATER.date(), "新学校")
    assert len(schools) == 2, "the old one stays, with its date"


def test_a_renamed_account_and_a_newcomer_are_read(site: Site) -> None:
    cohort = site.world.cohort(ids.TEACHERS_COHORT)
    newcomer, renamed = site.teachers[0], site.teachers[3]
    since = cohort.members.pop(newcomer)
    site.pull()
    cohort.members[newcomer] = since
    user = site.world.tables.users[renamed]
    user.username, user.timemodified = "new-name", int(LATER.timestamp())
    site.pull(now=LATER)
    people = site.ledger.people(site.name)
    assert people[renamed].username == "new-name"
    assert newcomer in people
    assert site.ledger.absent_people(site.name) == frozenset()


def test_who_left_is_absent_though_nobodys_profile_was_read(site: Site) -> None:
    site.pull()
    gone = site.teachers[-1]
    del site.world.cohort(ids.TEACHERS_COHORT).members[gone]
    site.pull(now=LATER)
    assert site.ledger.absent_people(site.name) == {gone}


def test_a_change_that_the_report_does_not_show_is_found_by_the_full_reading(site: Site) -> None:
    site.pull()
    teacher = site.teachers[2]
    change(site, teacher, "新学校")
    site.world.tables.users[teacher].timemodified = 0
    assert site.pull(now=LATER).attributes_changed == 0
    assert site.pull(now=LATEST).attributes_changed == 1


def test_an_empty_field_of_a_changed_profile_does_not_blame_the_account(site: Site) -> None:
    site.pull()
    change(site, site.teachers[1], "")
    report = site.pull(now=LATER)
    assert report.problems == ()
    assert report.attributes_changed == 0, "empty and hidden look alike: the full reading tells"
    assert site.pull(now=LATEST).attributes_changed == 1


@pytest.mark.parametrize("spoil", ["source", "columns", "audience"])
def test_a_report_that_can_not_be_used_is_named_and_everybody_is_read(
    site: Site, spoil: str
) -> None:
    site.pull()
    report = site.world.tables.reports[site.people_report or 0]
    if spoil == "source":
        report.source = site.world.tables.reports[min(site.world.tables.reports)].source
    elif spoil == "columns":
        report.columns.clear()
    else:
        report.audience.clear()
    before = len(asked(site))
    result = site.pull(now=LATER)
    assert sum(asked(site)[before:]) >= len(site.teachers)
    assert len(result.problems) == 1
