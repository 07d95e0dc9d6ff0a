from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.ledger import Ledger, schema
from moodle_cpd.model.people import Attribute, DatedAttribute, Person
from tests.ledger.examples import NOW, SITE

LI = Person(SITE, 5, "510101", "liming", "李 明=HYPERLINK(1)")
WANG = Person(SITE, 6, "", "wang_6", "王㛃", "en", suspended=True)
DAY = date(2026, 3, 1)
NEXT = date(2026, 3, 2)


def test_only_new_and_changed_people_count(ledger: Ledger) -> None:
    assert ledger.record_people(SITE, [LI, WANG], DAY) == 2
    assert ledger.record_people(SITE, [LI, WANG], NEXT) == 0
    renamed = replace(WANG, full_name="王㛃㛃")
    assert ledger.record_people(SITE, [LI, renamed], NEXT) == 1
    assert ledger.people(SITE) == {5: LI, 6: renamed}
    assert ledger.record_people(SITE, [LI], NEXT) == 0
    assert ledger.people(SITE) == {5: LI, 6: renamed}  # not seen is not gone
    assert ledger.people("elsewhere") == {}


def test_a_former_name_is_kept_with_its_day_and_still_finds_the_teacher(ledger: Ledger) -> None:
    ledger.record_people(SITE, [LI, WANG], DAY)
    married = replace(WANG, full_name="王美娟")
    ledger.record_people(SITE, [LI, married], NEXT)
    ledger.record_people(SITE, [LI, replace(married, language="zh_cn")], NEXT)
    assert ledger.former_names(SITE, 6) == [(NEXT, "王㛃")]
    assert ledger.former_names(SITE, 5) == []
    assert [person.id for person in ledger.find_teacher(SITE, "王㛃")] == [6]
    assert ledger.attributes(SITE) == {}, "a name is nothing that rules ask for"
    ledger.record_people(SITE, [replace(LI, full_name="王㛃")], NEXT)
    assert [person.id for person in ledger.find_teacher(SITE, "王㛃")] == [5]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("510101", [LI]),
        (" liming ", [LI]),
        ("5", [LI]),
        ("王㛃", [WANG]),
        ("李", [LI]),
        ("wang_6", [WANG]),
        ("#6", [WANG]),
        ("WANG_6", [WANG]),
        ("##6", []),
        ("#", []),
        ("wangX6", []),
        ("_", []),
        ("%", []),
        ("", []),
        ("²", []),
        ("9" * 40, []),
    ],
)
def test_finding_a_teacher(ledger: Ledger, text: str, found: list[Person]) -> None:
    ledger.record_people(SITE, [LI, WANG], DAY)
    assert ledger.find_teacher(SITE, text) == found


def test_letter_case_matters_only_where_nothing_equals(ledger: Ledger) -> None:
    small = Person(SITE, 7, "t0013", "one", "甲")
    large = Person(SITE, 8, "T0013", "two", "乙")
    ledger.record_people(SITE, [small], DAY)
    assert ledger.find_teacher(SITE, "T0013") == [small]
    ledger.record_people(SITE, [large], DAY)
    assert ledger.find_teacher(SITE, "T0013") == [large]
    assert ledger.find_teacher(SITE, "t0013") == [small]


def test_who_was_not_shown_in_a_complete_reading_is_absent_until_shown_again(
    ledger: Ledger,
) -> None:
    ledger.record_people(SITE, [LI, WANG], DAY)
    ledger.record_people("elsewhere", [replace(LI, site="elsewhere")], DAY)
    assert ledger.absent_people(SITE) == frozenset()
    ledger.record_presence(SITE, {5}, DAY, complete=False)
    assert ledger.absent_people(SITE) == frozenset()
    ledger.record_presence(SITE, {5}, DAY, complete=True)
    assert ledger.absent_people(SITE) == {6}
    ledger.record_presence(SITE, set(), NEXT, complete=False)
    assert ledger.absent_people(SITE) == {6}
    ledger.record_presence(SITE, {6}, NEXT, complete=True)
    assert ledger.absent_people(SITE) == {5}
    ledger.record_presence(SITE, {5}, NEXT, complete=False)
    assert ledger.absent_people(SITE) == frozenset()
    assert ledger.absent_people("elsewhere") == frozenset()


def test_an_equal_word_comes_before_a_part_of_a_name(ledger: Ledger) -> None:
    named = Person(SITE, 7, "", "other", "510101 班主任")
    ledger.record_people(SITE, [LI, named], DAY)
    assert ledger.find_teacher(SITE, "510101") == [LI]
    assert ledger.find_teacher(SITE, "5101") == [named]


def dated(value: str, since: date, name: Attribute = Attribute.ROLE) -> DatedAttribute:
    return DatedAttribute(SITE, 5, name, value, since)


def test_attributes_get_rows_only_where_they_changed(ledger: Ledger) -> None:
    role, school = Attribute.ROLE, Attribute.SCHOOL
    assert (
        ledger.record_attributes(SITE, {5: {role: ("班主任", "骨干"), school: ("一中",)}}, DAY) == 2
    )
    assert (
        ledger.record_attributes(SITE, {5: {role: ("骨干", "班主任"), school: ("一中",)}}, NEXT)
        == 0
    )
    assert ledger.record_attributes(SITE, {5: {role: ("骨干",)}}, NEXT) == 1
    assert ledger.record_attributes(SITE, {5: {school: ()}}, NEXT) == 1
    assert ledger.record_attributes(SITE, {5: {school: ()}}, date(2026, 3, 3)) == 0
    assert ledger.attributes(SITE) == {
        5: [
            dated("班主任", DAY),
            dated("骨干", DAY),
            dated("一中", DAY, school),
            dated("骨干", NEXT),
            dated("", NEXT, school),
        ]
    }


def test_an_attribute_that_never_had_a_value_has_no_row(ledger: Ledger) -> None:
    assert (
        ledger.record_attributes(SITE, {5: {Attribute.ROLE: (), Attribute.STAGE: ("",)}}, DAY) == 0
    )
    assert ledger.attributes(SITE) == {}


def test_the_last_word_of_a_day_holds(ledger: Ledger) -> None:
    for values in (("a", "b"), ("c",)):
        ledger.record_attributes(SITE, {5: {Attribute.ROLE: values}}, DAY)
    assert ledger.attributes(SITE) == {5: [dated("c", DAY)]}


def test_a_clock_that_went_back_does_not_hide_the_news(ledger: Ledger) -> None:
    ledger.record_attributes(SITE, {5: {Attribute.ROLE: ("a",)}}, NEXT)
    ledger.record_attributes(SITE, {5: {Attribute.ROLE: ("b",)}}, DAY)
    assert ledger.attributes(SITE) == {5: [dated("b", NEXT)]}


def test_personal_details_stand_in_two_tables_only(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger.record_people(SITE, [LI, WANG], DAY)
        ledger.record_attributes(SITE, {5: {Attribute.BIRTH_DATE: ("1980-02-03",)}}, DAY)
        run = ledger.start_run(SITE, "pull", NOW)
        ledger.finish_run(run, NOW, 0, {"people": 2})
        with ledger._read() as connection:
            for table in schema.metadata.sorted_tables:
                if table.name not in {"people", "attributes"}:
                    text = repr(connection.execute(table.select()).all())
                    assert not [w for w in ("李", "liming", "510101", "1980") if w in text]
