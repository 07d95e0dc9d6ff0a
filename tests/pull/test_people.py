from datetime import date

import pytest

from moodle_cpd.config import AttributeSource, PeopleSettings
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.state import ProfileField
from moodle_cpd.errors import SiteError
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.moodle import Moodle
from tests.pull.site import LATER, TODAY, Site

TOMORROW = date(2026, 3, 2)


def history(site: Site, teacher: int, name: Attribute) -> list[tuple[str, date]]:
    rows: list[DatedAttribute] = site.ledger.attributes(site.name).get(teacher, [])
    return [(row.value, row.since) for row in rows if row.name is name]


def set_field(site: Site, teacher: int, field: str, value: str | None) -> None:
    profile = site.world.tables.users[teacher].profile
    if value is None:
        profile.pop(field, None)
    else:
        profile[field] = value


def test_people_are_as_moodle_shows_them(site: Site) -> None:
    report = site.pull()
    people = site.ledger.people(site.name)
    assert list(people) == site.teachers
    assert report.people == report.people_changed == len(people)
    for teacher, person in people.items():
        user = site.world.tables.users[teacher]
        assert (person.username, person.idnumber) == (user.username, user.idnumber)
        assert user.lastname in person.full_name
        assert person.suspended == user.suspended


def test_a_user_name_that_is_not_shown_any_more_stays(site: Site) -> None:
    site.pull()
    before = {id_: person.username for id_, person in site.ledger.people(site.name).items()}
    site.world.set_capability("moodle/user:viewalldetails", False)
    site.pull()
    after = {id_: person.username for id_, person in site.ledger.people(site.name).items()}
    assert all(before.values())
    assert after == before


def test_everybody_on_the_site_without_guest_and_service_account(site: Site) -> None:
    site.people = PeopleSettings()
    site.pull()
    admin = 2
    assert list(site.ledger.people(site.name)) == [admin, *site.teachers]


def test_roles_are_split_and_translated(site: Site) -> None:
    teacher = site.teachers[0]
    set_field(site, teacher, ids.DUTY_FIELD, "教师、 班主任 、教师、")
    site.pull()
    assert history(site, teacher, Attribute.ROLE) == [("homeroom", TODAY), ("教师", TODAY)]


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("496684800", "1985-09-28"),
        ("-54000", "1969-12-31"),
        ("-536486400", "1953-01-01"),
        ("-536457601", "1953-01-01"),
    ],
)
def test_date_fields_are_midnights_of_the_sites_zone(site: Site, stored: str, day: str) -> None:
    teacher = site.teachers[0]
    set_field(site, teacher, ids.BIRTH_FIELD, stored)
    site.pull()
    assert history(site, teacher, Attribute.BIRTH_DATE) == [(day, TODAY)]


@pytest.mark.parametrize("text", ["1985-9-1", "1985/09/01", "1985.9.1", "1985年9月1日"])
def test_dates_typed_as_text(site: Site, text: str) -> None:
    make_text_field(site)
    set_field(site, site.teachers[0], "typed", text)
    site.pull()
    assert history(site, site.teachers[0], Attribute.HIRE_DATE) == [("1985-09-01", TODAY)]


def test_text_that_is_no_date_is_reported_and_changes_nothing(site: Site) -> None:
    make_text_field(site)
    first, second = site.teachers[:2]
    set_field(site, first, "typed", "1985-09-01")
    set_field(site, second, "typed", "1986-09-01")
    site.pull()
    set_field(site, first, "typed", "八五年")
    set_field(site, second, "typed", "1986-13-01")
    set_field(site, site.teachers[2], "typed", "1986-01-01")
    report = site.pull(now=LATER)
    assert history(site, first, Attribute.HIRE_DATE) == [("1985-09-01", TODAY)]
    (problem,) = report.problems
    assert f"no date, for the users {first}, {second}" in problem.found
    assert "八五年" not in str(problem)


def make_text_field(site: Site) -> None:
    site.world.tables.profile_fields.append(ProfileField(99, "typed", "参加工作"))
    origin = AttributeSource(profile_field="typed")
    site.people = site.people.model_copy(update={"attributes": {Attribute.HIRE_DATE: origin}})


def test_changes_are_dated_by_the_pull_that_saw_them(site: Site) -> None:
    first, second = site.teachers[:2]
    set_field(site, first, ids.SCHOOL_FIELD, "一中")
    set_field(site, second, ids.SCHOOL_FIELD, "一中")
    site.pull()
    set_field(site, first, ids.SCHOOL_FIELD, "二中")
    set_field(site, second, ids.SCHOOL_FIELD, None)
    assert site.pull(now=LATER).attributes_changed == 2
    assert history(site, first, Attribute.SCHOOL) == [("一中", TODAY), ("二中", TOMORROW)]
    assert history(site, second, Attribute.SCHOOL) == [("一中", TODAY), ("", TOMORROW)]


def test_fields_that_the_account_may_not_see_any_more_take_nothing_away(site: Site) -> None:
    site.pull()
    before = site.ledger.attributes(site.name)
    for teacher in site.teachers:
        site.world.tables.users[teacher].profile.clear()
    report = site.pull(now=LATER)
    assert site.ledger.attributes(site.name) == before
    found = [problem.found for problem in report.problems]
    assert [text for text in found if "nobody has a value" in text] == found
    assert len(found) == 3


def test_attribute_from_cohorts(site: Site) -> None:
    origin = AttributeSource(cohorts={"leaders": "head", "mentors": "mentor"})
    site.people = site.people.model_copy(update={"attributes": {Attribute.ROLE: origin}})
    add_cohorts(site, "leaders", "mentors")
    first, second = site.teachers[:2]
    for teacher, cohort in ((first, "leaders"), (first, "mentors"), (second, "mentors")):
        site.world.join_cohort(teacher, cohort)
    site.pull()
    assert history(site, first, Attribute.ROLE) == [("head", TODAY), ("mentor", TODAY)]
    del site.world.cohort("mentors").members[second]
    site.pull(now=LATER)
    assert history(site, second, Attribute.ROLE) == [("mentor", TODAY), ("", TOMORROW)]
    del site.world.cohort("leaders").members[first]
    del site.world.cohort("mentors").members[first]
    report = site.pull(now=LATER)
    assert history(site, first, Attribute.ROLE)[-1] == ("mentor", TODAY)
    assert "cohorts 'leaders', 'mentors'" in str(report.problems[0])


def add_cohorts(site: Site, *idnumbers: str) -> None:
    cohort = site.world.cohort(ids.TEACHERS_COHORT)
    for idnumber in idnumbers:
        number = site.world.tables.next_id("cohort")
        site.world.tables.cohorts[number] = type(cohort)(number, idnumber, idnumber)


def test_cohorts_that_are_not_there_are_all_named(site: Site) -> None:
    origin = AttributeSource(cohorts={"leaders": "head"})
    site.people = PeopleSettings(cohorts=("staff",), attributes={Attribute.ROLE: origin})
    with pytest.raises(SiteError) as caught:
        site.pull()
    assert ["'staff'" in str(p) or "'leaders'" in str(p) for p in caught.value.problems] == [
        True,
        True,
    ]


def test_account_that_sees_nobody_ends_the_pull(site: Site) -> None:
    site.pull()
    people = site.ledger.people(site.name)
    site.world.set_capability("moodle/user:viewdetails", False)
    with pytest.raises(SiteError, match="moodle/user:viewdetails"):
        site.pull()
    assert site.ledger.people(site.name) == people


def test_members_who_are_not_shown_are_reported_by_id(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What PHP cut off a long list of parameters, or a user deleted a moment ago."""
    shown = Moodle.users_by_id
    # The account itself, asked for alone, is shown: that is another check's matter.
    monkeypatch.setattr(
        Moodle, "users_by_id", lambda self, ids: shown(self, ids)[1 if len(ids) > 1 else 0 :]
    )
    report = site.pull()
    assert f"missing are the users {site.teachers[0]}" in str(report.problems[0])
    assert report.people == len(site.teachers) - 1
    assert site.ledger.absent_people(site.name) == frozenset()


def test_who_left_the_teachers_is_known_and_absent(site: Site) -> None:
    site.pull()
    left = site.teachers[0]
    assert site.ledger.absent_people(site.name) == frozenset()
    row = site.world.cohort(ids.TEACHERS_COHORT).members.pop(left)
    site.pull()
    assert left in site.ledger.people(site.name)
    assert site.ledger.absent_people(site.name) == {left}
    site.world.cohort(ids.TEACHERS_COHORT).members[left] = row
    site.pull()
    assert site.ledger.absent_people(site.name) == frozenset()


def test_who_left_is_not_absent_by_a_reading_that_lacks_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pull()
    del site.world.cohort(ids.TEACHERS_COHORT).members[site.teachers[-1]]
    shown = Moodle.users_by_id
    monkeypatch.setattr(
        Moodle, "users_by_id", lambda self, ids: shown(self, ids)[1 if len(ids) > 1 else 0 :]
    )
    site.pull()
    assert site.ledger.absent_people(site.name) == frozenset()


@pytest.mark.parametrize("key", ["idnumber", "username", "email", "profile_field:school"])
def test_the_configured_key_is_taken_and_compared(site: Site, key: str) -> None:
    teacher = site.teachers[0]
    user = site.world.tables.users[teacher]
    user.idnumber, user.username, user.email = "Ｘ 1", "x1", "X1@Example.invalid"
    user.profile[ids.SCHOOL_FIELD] = "X 1"
    site.people = site.people.model_copy(update={"key": key})
    report = site.pull()
    expected = "x1@example.invalid" if key == "email" else "x1"
    assert site.ledger.people(site.name)[teacher].key == expected
    assert report.keys is not None
    site.name = "another"
    again = site.pull()
    assert again.keys is not None
    if key == "idnumber":
        assert (teacher, "moodle", teacher) in again.keys.matched


def test_without_a_configured_key_nobody_is_compared(site: Site) -> None:
    assert site.pull().keys is None
    assert {person.key for person in site.ledger.people(site.name).values()} == {""}
