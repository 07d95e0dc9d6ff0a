"""The shipped schemes say what their regulations say, and their maps fit the embedded Moodle."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from moodle_cpd.demo import idnumbers
from moodle_cpd.demo.catalogue import SCHOOL_TRAININGS, TRAININGS
from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.rules import Scheme, check_against_site, load_rulebook
from moodle_cpd.rules.rulebook_periods import PostPeriods, YearPeriods
from moodle_cpd.rules.rulebook_requirements import (
    Group,
    HoursAtLeast,
    OnlyFor,
    Passed,
    Pieces,
    Present,
    Requirement,
    ScoreAtLeast,
)
from moodle_cpd.rules.shipped import shipped_mappings

BOOK = load_rulebook(shipped_mappings())
R1, R5 = BOOK.scheme("qianshan-annual-72h"), BOOK.scheme("homeroom-teacher-30h")


def demo_courses() -> list[Course]:
    return [
        Course(
            "demo",
            number,
            training.idnumber,
            training.shortname,
            training.fullname,
            (training.category, "CPD"),
            {idnumbers.HOURS_FIELD: str(training.hours)} if training.field else {},
            tuple(
                Activity(100 * number + place, 900 + place, work.idnumber, work.name)
                for place, work in enumerate(training.works)
            ),
        )
        for number, training in enumerate((*TRAININGS, *SCHOOL_TRAININGS), start=2)
    ]


def test_the_maps_fit_the_embedded_moodle() -> None:
    assert check_against_site(BOOK, demo_courses()) == []


def test_r1_is_the_regulation() -> None:
    assert R1.periods == YearPeriods(3, 1, None)
    assert R1.hours_per_credit == 10
    assert R1.audience.service_at_least == 1
    assert not R1.once
    total, areas, exam, works, research, reflections, extra = requirements(R1.requirement)
    assert isinstance(total, HoursAtLeast)
    assert (total.need, total.category) == (Decimal(72), None)
    assert isinstance(areas, Group)
    assert len([part for part in areas.parts if isinstance(part, Present)]) == 5
    assert isinstance(exam, Passed)
    assert isinstance(works, Group)
    assert [part.evidence for part in works.parts if isinstance(part, Pieces)] == [
        "ethics-notes",
        "standard-copied-out",
        "research-records",
        "letter",
    ]
    book = works.parts[-1]
    assert isinstance(book, Group)
    assert (book.kind, len(book.parts)) == ("any", 3)
    assert isinstance(research, Group)
    assert [part.need for part in research.parts if isinstance(part, Pieces)] == [2, 2]
    assert isinstance(reflections, Pieces)
    assert (reflections.evidence, reflections.need) == ("term-reflection", 2)
    assert isinstance(extra, OnlyFor)
    assert extra.audience.roles == {"backbone_teacher"}
    parents = {category.id: category.parent for category in R1.categories}
    assert [name for name, parent in parents.items() if parent is None] == [
        "compulsory",
        "research",
        "elective",
    ]
    assert list(parents.values()).count("compulsory") == 5


def test_r5_is_the_regulation() -> None:
    assert R5.once
    assert R5.audience.roles == {"homeroom_teacher", "prospective_homeroom_teacher"}
    held = R5.qualification
    assert held is not None
    assert held.serving is not None
    assert held.serving.roles == {"homeroom_teacher"}
    assert [(each.category, each.from_level, each.years) for each in held.renewals] == [
        ("homeroom-training", "county", 3),
        ("school-based-training", None, 1),
    ]
    hours, exam = requirements(R5.requirement)
    assert isinstance(hours, HoursAtLeast)
    assert hours.need == 30
    assert isinstance(exam, Passed)
    assert {award.id: award.issued_here for award in R5.awards} == {
        "homeroom-badge": True,
        "training-certificate": False,
        "qualification-certificate": True,
    }
    assert {each.flag for each in R5.consequences} == {
        "may_not_serve_as_homeroom_teacher",
        "must_join_next_years_training",
        "must_renew_qualification",
    }


def test_r2_is_the_regulation() -> None:
    year = BOOK.scheme("prefecture-four-level")
    assert year.periods == YearPeriods(9, 1, 2023)
    hours, band = requirements(year.requirement)
    assert isinstance(hours, OnlyFor)
    assert isinstance(hours.part, HoursAtLeast)
    assert (hours.part.need, hours.part.category) == (Decimal(50), "school-based")
    assert isinstance(band, ScoreAtLeast)
    assert band.need == 60
    assert year.score is not None
    assert [each.minimum for each in year.score.bands] == [60, 80, 90]
    programme = requirements(BOOK.scheme("prefecture-four-level-programme").requirement)
    asked = [each.part for each in programme if isinstance(each, OnlyFor)]
    found = [(int(p.need), p.category, p.from_level) for p in asked if isinstance(p, HoursAtLeast)]
    assert found == [
        (150, None, None),
        (50, "educational-technology", None),
        (50, "teaching-skills", None),
        (50, "homeroom", "county"),
        (50, "homeroom", "prefecture"),
        (150, "backbone", "county"),
        (50, "principals", "county"),
        (50, "principals", "prefecture"),
    ]
    technology = programme[1]
    assert isinstance(technology, OnlyFor)
    assert technology.audience.age_at_most == 45
    grade_one = BOOK.scheme("prefecture-four-level-new-curriculum")
    assert grade_one.audience.held_on == "next_day"
    assert isinstance(grade_one.requirement, HoursAtLeast)
    assert grade_one.requirement.need == 50
    new = BOOK.scheme("prefecture-four-level-new-teachers")
    assert new.periods == PostPeriods(2, date(2023, 9, 1))
    assert isinstance(new.requirement, HoursAtLeast)
    assert new.requirement.need == 120
    assert [each.flag for each in new.consequences] == ["may_not_take_post"]


def requirements(root: Requirement) -> tuple[Requirement, ...]:
    assert isinstance(root, Group)
    assert root.kind == "all"
    return root.parts


@pytest.mark.parametrize("scheme", BOOK.schemes, ids=lambda scheme: scheme.id)
def test_readings_are_told_in_both_languages_and_nothing_is_left_open(scheme: Scheme) -> None:
    notes = scheme.notes
    assert any("读法" in note and "Reading:" in note for note in notes)
    assert not any("尚未包括" in note or "Not covered yet" in note for note in notes)


@pytest.mark.parametrize("scheme", BOOK.schemes, ids=lambda scheme: scheme.id)
def test_what_the_regulation_says_names_its_paragraph(scheme: Scheme) -> None:
    assert all(category.place.reference for category in scheme.categories)
    assert all(assessment.place.reference for assessment in scheme.assessments)
    assert all(evidence.place.reference for evidence in scheme.evidence)
    assert all(consequence.place.reference for consequence in scheme.consequences)
    assert scheme.requirement.place.reference
    if isinstance(scheme.requirement, Group):
        assert all(part.place.reference for part in scheme.requirement.parts)
    if scheme.score is not None:
        assert all(each.place.reference for each in scheme.score.components)
        assert all(each.place.reference for each in scheme.score.changes)
        assert all(each.place.reference for each in scheme.score.bands)
