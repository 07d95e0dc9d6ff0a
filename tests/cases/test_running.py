"""Each thing that a case can expect is compared, and a difference is told in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.making import CASES, SCHEME, problems, run


def replaced(old: str, new: str) -> str:
    assert CASES.count(old) == 1, old
    return CASES.replace(old, new)


def test_all_as_expected(tmp_path: Path) -> None:
    (result,) = run(tmp_path)
    assert (result.case, result.on, result.differences) == ("all-done", "2026-06-02", ())
    assert result.place == "cases/sample/first.yaml:25:9"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("outcome: met", "outcome: not_met", ("outcome", "not_met", "met")),
        ("outcome: met", "outcome: undecided", ("outcome", "undecided", "met")),
        ("        hours: 10\n", "        hours: 9.995\n", ("hours", "9.995", "10")),
        ("earned: 10", "earned: 10.5", ("earned", "10.5", "10")),
        ("credits: 1\n", "credits: 1.01\n", ("credits", "1.01", "1")),
        ("b: 4}", "b: 5}", ("hours of b", "5", "4")),
        ("b: 4}", "b: 4}\n        levels: {county: 1}", ("hours of level county", "1", "0")),
        ("badges: [badge], ", "", ("badges", "none", "badge")),
        ("certificates: [paper], ", "", ("certificates", "none", "paper")),
        (", elsewhere: [paper]", "", ("issued elsewhere", "none", "paper")),
        (
            "consequences: []",
            "consequences: [must_repeat]",
            ("consequences", "must_repeat", "none"),
        ),
        ("Requirements]", "nonsense]", ("explanation", "… nonsense …", "not among its words")),
        ("problems: []", "problems: [x]", ("problems", "… x …", "none")),
    ],
)
def test_what_differs_is_told(
    tmp_path: Path, old: str, new: str, told: tuple[str, str, str]
) -> None:
    (result,) = run(tmp_path, replaced(old, new))
    assert [(d.what, d.expected, d.got) for d in result.differences] == [told]


def test_an_unexpected_problem_is_told(tmp_path: Path) -> None:
    (result,) = run(tmp_path, replaced("completed: 2026-05-01", "completed: unknown"))
    told = {d.what: d.got for d in result.differences}
    assert "Moodle gives no time" in told["problems"]
    assert told["hours"] == "6"


def test_what_is_left_out_is_not_compared(tmp_path: Path) -> None:
    head, _ = CASES.split("        hours: 10\n")
    (result,) = run(tmp_path, head)
    assert result.differences == ()


def test_a_day_ends_with_its_last_second_and_a_moment_is_itself(tmp_path: Path) -> None:
    head, _ = CASES.split("      - on:")
    cases = head + (
        "      - {on: 2026-06-02 09:59, outcome: in_progress}\n"
        "      - {on: 2026-06-02 10:00, outcome: met}\n"
        "      - {on: 2026-06-02, outcome: met}\n"
        "      - {on: 2026-06-01, outcome: in_progress}\n"
        "      - {on: 2027-02-28, outcome: met}\n"
        "      - {on: 2027-03-01, outcome: in_progress, hours: 0}\n"
        "      - {on: 2027-03-01, period: 2026, outcome: met}\n"
    )
    assert [result.differences for result in run(tmp_path, cases)] == [()] * 7


def test_attempts_are_counted_from_one(tmp_path: Path) -> None:
    cases = replaced("points: 30\n        out_of: 50\n", "points: 1\n").replace(
        "    checks:",
        "      - {course: C-EXAM, assignment: Final, attempt: 2, marked: 2026-06-02, points: 60}\n"
        "    checks:",
    )
    assert run(tmp_path, cases.replace("30 / 30", "60 / 60"))[0].differences == ()
    (result,) = run(tmp_path, cases.replace("attempt: 2, ", ""))
    assert result.differences


def test_a_retracted_fact_is_none_and_a_vanished_one_is(tmp_path: Path) -> None:
    assert (
        run(tmp_path, replaced("2026-05-01}", "2026-05-01, state: vanished}"))[0].differences == ()
    )
    (result,) = run(tmp_path, replaced("2026-05-01}", "2026-05-01, state: retracted}"))
    assert ("hours", "10", "6") in [(d.what, d.expected, d.got) for d in result.differences]


def test_a_case_can_have_courses_of_its_own(tmp_path: Path) -> None:
    cases = replaced(
        "    stories: [hours]\n",
        "    stories: [hours]\n    courses:\n"
        "      - {course: C-B, custom_fields: [{name: hours, value: '5'}]}\n"
        "      - {course: X, id: 1, short_name: x, course_categories: [HRT]}\n",
    ).replace(
        "    facts:\n      - course: C-EX",
        "    facts:\n      - {course: X, completed: 2026-04-01}\n      - course: C-EX",
    )
    (result,) = run(tmp_path, cases)
    assert ("hours", "10", "12") in [(d.what, d.expected, d.got) for d in result.differences]


@pytest.mark.parametrize(
    ("teacher", "outcome"),
    [
        ("{role: [teacher]}", "met"),
        ("{role: [clerk]}", "not_applicable"),
        ("{stage: primary}", "undecided"),
        ("{role: [clerk], changes: [{since: 2026-05-01, role: [teacher]}]}", "met"),
        ("{role: [clerk], changes: [{since: 2026-07-01, role: [teacher]}]}", "not_applicable"),
        ("{role: [teacher], hired: 2027-02-28}", "met"),
        ("{role: [teacher], hired: 2027-03-01}", "not_applicable"),
        ("{role: [clerk], changes: [{since: 2020-01-01, role: []}]}", "undecided"),
        ("{role: [teacher], school: One, born: 1980-01-01, known_since: 2026-06-01}", "met"),
    ],
)
def test_teachers(tmp_path: Path, teacher: str, outcome: str) -> None:
    head, _ = replaced("{role: [teacher]}", teacher).split("        hours: 10\n")
    (result,) = run(tmp_path, head.replace("outcome: met", f"outcome: {outcome}"))
    assert result.differences == ()


def test_times_are_the_files_own(tmp_path: Path) -> None:
    """Were they the scheme's, a wrong time zone in the scheme would never be noticed."""
    cases = replaced("completed: 2026-04-01 10:00", "completed: 2026-03-01 00:00")
    assert run(tmp_path, cases)[0].differences == ()
    (result,) = run(tmp_path, cases, SCHEME.replace("Asia/Shanghai", "Asia/Bangkok"))
    assert ("hours", "10", "4") in [(d.what, d.expected, d.got) for d in result.differences]


SCORED = SCHEME.replace(
    "requirements:\n",
    "score:\n"
    "  title: {en: Points}\n"
    "  possible: 100\n"
    "  components:\n"
    "    - {id: exam, title: {en: Exam}, points: 100, in_proportion_to: exam}\n"
    "  bands:\n"
    "    - {id: passed, title: {en: Passed}, from_points: 60}\n"
    "    - {id: good, title: {en: Good}, from_points: 80}\n"
    "requirements:\n",
)


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("score: 60", []),
        ("band: passed", []),
        ("score: 59.995", [("score", "59.995", "60")]),
        ("band: good", [("band", "good", "passed")]),
    ],
)
def test_points_and_bands(tmp_path: Path, expected: str, told: list[tuple[str, ...]]) -> None:
    head, _ = CASES.split("      - on:")
    check = f"      - {{on: 2027-03-31, period: 2026, outcome: met, {expected}}}\n"
    (result,) = run(tmp_path, head + check, SCORED)
    assert [(d.what, d.expected, d.got) for d in result.differences] == told


def test_before_it_is_decided_there_is_no_band_and_without_points_no_score(tmp_path: Path) -> None:
    head, _ = CASES.split("      - on:")
    check = "      - {on: 2026-06-02, outcome: met, score: 60, band: passed}\n"
    (result,) = run(tmp_path, head + check, SCORED)
    assert [(d.what, d.got) for d in result.differences] == [("band", "none")]
    (result,) = run(tmp_path, head + check.replace(", band: passed", ""))
    assert [(d.what, d.expected, d.got) for d in result.differences] == [("score", "60", "none")]


@pytest.mark.parametrize(
    ("document", "outcome"),
    [
        ("kind: exempt, first_day: 2026-05-01", "exempt"),
        ("kind: exempt, first_day: 2026-05-01, last_day: 2027-02-28", "exempt"),
        ("kind: exempt, first_day: 2026-05-01, last_day: 2027-02-27", "not_met"),
        ("kind: exempt, first_day: 2027-03-01", "not_met"),
        ("kind: waived, first_day: 2026-05-01", "not_met"),
    ],
)
def test_documents_that_free_a_teacher(tmp_path: Path, document: str, outcome: str) -> None:
    head, _ = (
        replaced("    stories: [hours]\n", "")
        .replace(
            "{role: [teacher]}",
            f"{{role: [teacher], dispensations: [{{{document}, document: No. 5}}]}}",
        )
        .split("      - on:")
    )
    scheme = SCHEME.replace(
        "categories:\n", "dispensations: [{kind: exempt, title: {en: Freed}}]\ncategories:\n"
    )
    words = ", explanation: [No. 5]" if outcome == "exempt" else ""
    check = f"      - {{on: 2027-03-31, period: 2026, outcome: {outcome}{words}}}\n"
    (result,) = run(tmp_path, head + check, scheme)
    assert result.differences == ()


def test_records_count_like_imported_ones(tmp_path: Path) -> None:
    records = """\
    records:
      - {what: 国培, day: 2026-05-01, document: D 1, hours: 3.5}
      - {what: 国培, day: 2026-05-01, document: D 2, hours: 9, state: retracted}
      - {what: 笔试, day: 2026-05-01, document: D 1, points: 60}
    checks:
"""
    cases = replaced("    checks:\n", records).replace("points: 30", "points: 10")
    (result,) = run(tmp_path, cases)
    assert [each.what for each in result.differences] == [
        *("hours", "earned", "credits", "hours of b", "explanation")
    ]
    assert result.differences[0].got == "13.5"


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (["国陪, day: 2026-05-01, document: D"], "takes record '国陪'; expected a record of the"),
        (["国培, day: 2026-05-01, document: D"] * 2, "stands here a second time"),
        (["国培, day: 2026-05-01"], "'document' is missing"),
        (["国培, day: 2026-05-01, document: D, level: town"], "'town'"),
    ],
)
def test_mistakes_in_records(tmp_path: Path, records: list[str], told: str) -> None:
    lines = "".join(f"      - {{what: {each}}}\n" for each in records)
    cases = replaced("    checks:\n", f"    records:\n{lines}    checks:\n")
    (problem,) = problems(tmp_path, cases)
    assert told in problem


ADJUSTMENTS = """\
    adjustments:
      - {kind: add, category: a, hours: 2, on: 2026-05-03, document: D 1, reason: lost list}
      - {kind: remove, course: C-A, document: D 2}
      - {kind: excuse, of: exam, on: 2026-05-03, document: D 3}
    checks:
"""


def test_adjustments_are_made(tmp_path: Path) -> None:
    cases = replaced("    checks:\n", ADJUSTMENTS).replace("points: 30", "points: 10")
    cases = cases.replace("[30 / 30, Requirements]", "[lost list, D 1, D 2, D 3]")
    (result,) = run(tmp_path, cases)
    assert {each.what: each.got for each in result.differences} == {
        "outcome": "in_progress",
        "hours": "6",
        "earned": "6",
        "credits": "0.6",
        "hours of a": "2",
        "badges": "none",
        "certificates": "none",
        "issued elsewhere": "none",
    }


def test_an_uncertain_completion_is_dated(tmp_path: Path) -> None:
    cases = replaced("C-B, completed: 2026-05-01", "C-B, completed: unknown")
    dated = "    adjustments: [{kind: date, course: C-B, on: 2026-05-01, document: D}]\n"
    (result,) = run(tmp_path, cases.replace("    checks:\n", f"{dated}    checks:\n"))
    assert result.differences == ()


@pytest.mark.parametrize(
    ("adjustment", "told"),
    [
        ("kind: add, category: a, on: 2026-05-01", "add without 'hours'"),
        ("kind: add, category: z, hours: 1, on: 2026-05-01", "unknown category 'z'"),
        ("kind: add, category: a, hours: 1, on: 2026-05-01, of: exam", "'of' beside kind: add"),
        ("kind: remove", "not exactly one thing to remove"),
        ("kind: remove, course: C-C", "unknown course 'C-C'"),
        ("kind: remove, record: 国培, assignment: X", "'assignment' without course"),
        ("kind: date, course: C-A", "date without 'on'"),
        ("kind: excuse, of: exams, on: 2026-05-01", "unknown assessment or evidence 'exams'"),
    ],
)
def test_mistakes_in_adjustments(tmp_path: Path, adjustment: str, told: str) -> None:
    part = f"    adjustments: [{{{adjustment}, document: D}}]\n    checks:\n"
    (problem,) = problems(tmp_path, replaced("    checks:\n", part))
    assert told in problem
