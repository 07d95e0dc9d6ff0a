from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.model.catalogue import Activity, Course
from moodle_cpd.model.fact import Record
from moodle_cpd.rules import CourseSelector, check_against_site, load_rulebook
from moodle_cpd.rules.matching import EntryIndex, Match, RecordIndex, Target, Tie
from tests.rules.files import GOOD, write

COURSE = Course(
    "m",
    5,
    "C-ART",
    "art",
    "Art",
    ("NEAR", "FAR"),
    {"area": "ethics", "hours": "4"},
    (Activity(50, 150, "ESSAY", "Essay"), Activity(51, 151, "", "Essay")),
)

SELECTORS = [
    "{course_category: FAR}",
    "{course_category: NEAR}",
    "{idnumber_like: C-*}",
    "{custom_field: {name: area, value: ethics}}",
    "C-ART",
    "{id: 5}",
]
"""From the least to the most specific."""


def matches(folder: Path, *lines: str) -> dict[Target, Match | Tie]:
    text = "course_map: m\ntitle: {en: M}\nscheme: sample\nentries:\n" + "".join(
        f"  - {line}\n" for line in lines
    )
    book = load_rulebook(write(folder, GOOD | {"courses/sample.yaml": text}))
    return dict(EntryIndex(book.schemes[0].entries).matches(COURSE))


def hours(match: Match | Tie | None) -> Decimal | None:
    assert isinstance(match, Match)
    return match.hours


@pytest.mark.parametrize("count", range(1, len(SELECTORS) + 1))
def test_the_most_specific_line_gives_the_credit(tmp_path: Path, count: int) -> None:
    lines = [
        f"{{course: {selector}, category: ethics, hours: {number}}}"
        for number, selector in enumerate(SELECTORS[:count], start=1)
    ]
    for order in (lines, list(reversed(lines))):
        assert hours(matches(tmp_path, *order)[Target(5)]) == count


def test_short_name_and_idnumber_are_equally_specific(tmp_path: Path) -> None:
    found = matches(
        tmp_path,
        "{course: C-ART, category: ethics, hours: 1}",
        "{course: {short_name: art}, category: ethics, hours: 2}",
    )
    tie = found[Target(5)]
    assert isinstance(tie, Tie)
    assert "course 5 (C-ART)" in tie.problem.found
    assert "courses/sample.yaml:5:5 and courses/sample.yaml:6:5" in tie.problem.found


ACTIVITY = "category: ethics, counts_when: graded"


def test_activities_from_type_to_id(tmp_path: Path) -> None:
    lines = [
        f"{{course: C-ART, activity: {{type: assign}}, hours: 1, {ACTIVITY}}}",
        f"{{course: C-ART, activity: {{name: Essay}}, hours: 2, {ACTIVITY}}}",
        f"{{course: C-ART, activity: ESSAY, hours: 3, {ACTIVITY}}}",
        f"{{course: {{course_category: FAR}}, activity: {{id: 51}}, hours: 4, {ACTIVITY}}}",
        "{course: C-ART, category: ethics, hours: 5}",
    ]
    found = matches(tmp_path, *lines)
    assert [hours(found.get(Target(5, module))) for module in (None, 50, 51)] == [5, 3, 4]
    found = matches(tmp_path, *lines[:2])
    assert [hours(found.get(Target(5, module))) for module in (50, 51)] == [2, 2]
    assert Target(5) not in found


def test_an_activity_is_found_before_its_course_is_weighed(tmp_path: Path) -> None:
    found = matches(
        tmp_path,
        f"{{course: {{course_category: FAR}}, activity: ESSAY, hours: 1, {ACTIVITY}}}",
        f"{{course: {{id: 5}}, activity: {{type: assign}}, hours: 2, {ACTIVITY}}}",
    )
    assert [hours(found.get(Target(5, module))) for module in (50, 51)] == [1, 2]


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("C-*", True),
        ("*", True),
        ("C-A?T", True),
        ("C-A??T", False),
        ("c-*", False),
        ("C-ART", True),
        ("C-AR", False),
        ("C-A[R]T", False),
        ("C.ART", False),
        ("**A**", True),
    ],
)
def test_patterns_know_only_star_and_question_mark(pattern: str, *, fits: bool) -> None:
    assert (CourseSelector("idnumber_like", pattern).rank(COURSE) is not None) is fits


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_patterns_mean_what_they_say(pattern: str, text: str) -> None:
    def fits(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return fits(pattern[1:], text) or (bool(text) and fits(pattern, text[1:]))
        return bool(text) and pattern[0] in {"?", text[0]} and fits(pattern[1:], text[1:])

    course = Course("m", 1, text, "s", "f")
    selector = CourseSelector("idnumber_like", pattern)
    assert (selector.rank(course) is not None) == fits(pattern, text)


def test_what_the_maps_select_is_told_once_each(tmp_path: Path) -> None:
    book = load_rulebook(write(tmp_path, GOOD))
    told = [str(selector) for selector in book.selectors()]
    assert told == [
        "course idnumber 'C-ETHICS'",
        "course idnumber_like 'C-*'",
        "course idnumber 'C-EXAM', activity name 'Exam'",
        "course idnumber 'C-READ', activity idnumber 'READ'",
    ]


def site(*courses: Course) -> list[Course]:
    exam = Course(
        "m", 2, "C-EXAM", "exam", "E", (), {"hours": "1"}, (Activity(20, 120, "", "Exam"),)
    )
    read = Course("m", 3, "C-READ", "r", "R", (), {"hours": "1"}, (Activity(30, 130, "READ", ""),))
    return [Course("m", 1, "C-ETHICS", "e", "E"), exam, read, *courses]


def test_a_site_that_fits_has_no_problems(tmp_path: Path) -> None:
    assert check_against_site(load_rulebook(write(tmp_path, GOOD)), site()) == []


def test_lines_that_find_nothing_on_the_site(tmp_path: Path) -> None:
    book = load_rulebook(write(tmp_path, GOOD))
    renamed = [Course("m", 1, "C-ETHIC", "e", "E", (), {"hours": "2"}), *site()[1:2]]
    found = [str(each) for each in check_against_site(book, renamed)]
    assert len(found) == 2
    assert found[0].startswith("courses/sample.yaml:14:5: no course of the site fits")
    assert "C-READ" in found[0]
    assert "Did you mean 'C-ETHIC'?" in found[1]


def test_a_missing_activity_is_told_only_where_its_course_is_there(tmp_path: Path) -> None:
    book = load_rulebook(write(tmp_path, GOOD))
    courses = site()
    courses[1] = Course("m", 2, "C-EXAM", "exam", "E", (), {"hours": "1"})
    (problem,) = check_against_site(book, courses)
    assert problem.where == "courses/sample.yaml:11:5"
    assert "no activity fits name 'Exam'" in problem.found
    assert "ID number" in problem.hint


def test_hours_and_ties_on_real_courses_are_told(tmp_path: Path) -> None:
    twice = GOOD["courses/sample.yaml"] + (
        "  - {course: {short_name: e}, category: elective, hours: 2}\n"
    )
    book = load_rulebook(write(tmp_path, GOOD | {"courses/sample.yaml": twice}))
    extra = Course("m", 9, "C-NEW", "n", "N", (), {"hours": "twelve"})
    found = [each.found for each in check_against_site(book, site(extra))]
    assert len(found) == 2
    assert any("course 1 (C-ETHICS) is selected equally well" in each for each in found)
    assert any("course 9 (C-NEW) has 'twelve'" in each for each in found)


def test_digest_is_of_what_files_say_not_of_how_they_look(tmp_path: Path) -> None:
    def digest(text: str) -> str:
        files = GOOD | {"courses/sample.yaml": text}
        return load_rulebook(write(tmp_path, files)).digest

    text = GOOD["courses/sample.yaml"]
    same = [
        f"# comment\n{text}",
        text.replace("hours: 12", "hours:   12.0  # twelve"),
        text.replace("{points: 6}", "\n      points: 6"),
        text.replace("category: ethics\n    hours: 12", "hours: 12\n    category: ethics"),
    ]
    other = [text.replace("hours: 12", "hours: 13"), text.replace("one", "two") + "notes: [x]\n"]
    assert {digest(each) for each in same} == {digest(text)}
    assert digest(text) not in {digest(each) for each in other}
    assert len(digest(text)) == 64


def record_match(folder: Path, record: Record, *lines: str, level: str = "") -> Match | Tie | None:
    text = f"course_map: m\ntitle: {{en: M}}\nscheme: sample\n{level}entries:\n" + "".join(
        f"  - {line}\n" for line in lines
    )
    book = load_rulebook(write(folder, GOOD | {"courses/sample.yaml": text}))
    return RecordIndex(book.schemes[0].entries).match(record)


def record(
    what: str = "国培2026", hours_said: str | None = "20", level: str = "", document: str = "D 1"
) -> Record:
    said = None if hours_said is None else Decimal(hours_said)
    return Record(what, date(2026, 5, 1), document, said, None, level)


def test_the_exact_record_goes_before_the_pattern(tmp_path: Path) -> None:
    lines = [
        "{record_like: 国培*, category: ethics, hours: 1}",
        "{record: 国培2026, category: ethics, hours: recorded}",
        "{course: C-ART, category: ethics, hours: 4}",
    ]
    assert hours(record_match(tmp_path, record(), *lines)) == 20
    assert hours(record_match(tmp_path, record("国培2027"), *lines)) == 1
    assert record_match(tmp_path, record("省培2026"), *lines) is None
    assert record_match(tmp_path, record("C-ART"), *lines) is None


def test_two_patterns_that_fit_a_record_are_a_tie(tmp_path: Path) -> None:
    found = record_match(
        tmp_path,
        record(),
        "{record_like: 国培*, category: ethics, hours: 1}",
        "{record_like: '*2026', category: ethics, hours: 2}",
    )
    assert isinstance(found, Tie)
    assert "record '国培2026' is selected equally well" in found.problem.found


def test_hours_that_a_record_does_not_say_are_unknown(tmp_path: Path) -> None:
    line = "{record: 国培2026, category: ethics, hours: recorded}"
    found = record_match(tmp_path, record(hours_said=None), line)
    assert isinstance(found, Match)
    assert (found.hours, found.problem is not None) == (None, True)
    fixed = record_match(
        tmp_path, record(hours_said=None), "{record: 国培2026, category: ethics, hours: 3}"
    )
    assert hours(fixed) == 3


@pytest.mark.parametrize(
    ("own", "certificate", "named", "expected"),
    [
        ("", "", "", "county"),
        ("", "", "school", "school"),
        ("", "", "county", "county"),
        ("", "", "province", None),
        ("", ", certificate: {en: C}", "province", "province"),
        (", level: school", "", "", "school"),
        (", level: nation, certificate: {en: C}", "", "", "nation"),
    ],
)
def test_a_record_names_no_level_above_the_map_without_a_certificate(
    tmp_path: Path, own: str, certificate: str, named: str, expected: str | None
) -> None:
    line = f"{{record: 国培2026, category: ethics, hours: recorded{own}{certificate}}}"
    found = record_match(tmp_path, record(level=named), line, level="level: county\n")
    assert isinstance(found, Match)
    assert (found.level if found.problem is None else None) == expected
    assert found.hours == (None if expected is None else 20)


def test_lines_for_records_are_not_looked_for_in_moodle(tmp_path: Path) -> None:
    text = (
        "course_map: m\ntitle: {en: M}\nscheme: sample\nentries:\n"
        "  - {record: C-ART, category: ethics, hours: 1}\n"
    )
    book = load_rulebook(write(tmp_path, GOOD | {"courses/sample.yaml": text}))
    assert book.selectors() == ()
    assert not EntryIndex(book.entries()).uses(COURSE)
    assert check_against_site(book, [COURSE]) == []
