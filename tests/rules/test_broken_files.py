"""One deliberately broken file for each kind of mistake: place, words, nearest right name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.files import COURSES, GOOD, SCHEME, problems, write

S, C = "schemes/sample.yaml", "courses/sample.yaml"

TWO_TERMS = """\
    - {{title: {{en: A}}, first_day: 2023-09-01, last_day: {}}}
    - {{title: {{en: B}}, first_day: {}, last_day: 2024-07-10}}
"""

BOTH = """\
category: ethics, beyond: 0, hours_at_most: 9}
  - {category: compulsory, beyond: 0, hours_at_most: 9"""

WAIVED = "- {kind: waived, title: {en: X}}\n"

CASES = [
    # file, good text, broken text, place, what the message says
    (S, "scheme: sample", "scheem: sample", "1:1", ["unknown key 'scheem'", "'scheme'?"]),
    (S, "scheme: sample", "scheme: My Sample", "1:9", ["'My Sample'", "small letters"]),
    (S, "scheme: sample", "scheme: 72", "1:9", ["the number 72", 'quotes: "72"']),
    (S, "scheme: sample", "scheme:", "1:1", ["nothing", "text"]),
    (S, "reference: one\n", "", "1:1", ["'reference' is missing"]),
    (S, "{zh: 样例, en: Sample}", "{}", "2:8", ["no words", "zh: or en:"]),
    (S, "{zh: 样例, en: Sample}", "Sample", "2:8", ["the text 'Sample'", "keys zh, en"]),
    (S, "{zh: 样例, en: Sample}", "{cn: 样例}", "2:9", ["unknown key 'cn'", "zh, en"]),
    (S, "{en: Authority}", "{en: ' '}", "3:17", ["an empty text", "expected text"]),
    (S, "Asia/Shanghai", "Asia/Beijing", "6:12", ["'Asia/Beijing'", "Asia/Shanghai"]),
    (S, "Asia/Shanghai", "../etc/passwd", "6:12", ["time zone's name"]),
    (S, "every: year", "every: month", "8:10", ["'month'", "'year'"]),
    (S, "03-01", "02-29", "9:11", ["'02-29'", "a day that every year has"]),
    (S, "03-01", "13-01", "9:11", ["month and day such as 03-01"]),
    (S, "03-01", "3月1日", "9:11", ["month and day such as 03-01"]),
    (S, "  starts: 03-01\n", "", "8:3", ["'starts' is missing", "every: year"]),
    (S, "  starts: 03-01", "  starts: 03-01\n  years: 3", "10:3", ["'years' beside every: year"]),
    (S, "every: year", "every: frame", "8:3", ["'first' is missing"]),
    (S, "every: year", "every: term", "8:3", ["'terms' is missing"]),
    *(
        (S, "  every: year\n  starts: 03-01\n", f"  every: term\n  terms:\n{terms}", *told)
        for terms, *told in [
            (
                "    - {title: {en: A}, first_day: 2023-09-31, last_day: 2024-01-20}\n",
                "10:35",
                ["'2023-09-31'", "a date such as"],
            ),
            (
                "    - {title: {en: A}, first_day: 2023-09-01, last_day: 2023-08-31}\n",
                "10:47",
                ["a last day before the first"],
            ),
            (
                TWO_TERMS.format("2024-01-20", "2024-01-20"),
                "9:3",
                ["begins on 2024-01-20", "no day in two"],
            ),
            (
                TWO_TERMS.format("2023-09-10", "2023-09-20"),
                "9:3",
                ["two terms that begin in one month"],
            ),
        ]
    ),
    (S, "role: [teacher]", "age: {}", "14:8", ["no number of years"]),
    (S, "role: [teacher]", "age: {at_most: 35, at_least: 36}", "14:9", ["years that nobody has"]),
    (S, "role: [teacher]", "age: {at_most: 350}", "14:18", ["120 or less"]),
    (S, "  starts: 03-01", "  starts: 03-01\n  first: 25", "10:10", ["the number 25", "1990"]),
    (S, "grace_days: 30", "grace_days: -1", "10:13", ["the number -1", "0 or more"]),
    (S, "grace_days: 30", "grace_days: 30 days", "10:13", ["'30 days'", "a whole number"]),
    (S, "grace_days: 30", "grace_days: 1.5", "10:13", ["the number 1.5", "a whole number"]),
    (S, "grace_days: 30", "grace_days: {value: 400}", "10:21", ["366 or less"]),
    (S, "duty: every_period", "duty: onece", "11:7", ["'onece'", "Did you mean 'once'?"]),
    (S, "hours_per_credit: 10", "hours_per_credit: 0", "12:19", ["more than 0"]),
    (S, "hours_per_credit: 10", "hours_per_credit: '10'", "12:19", ["the text '10'", "a number"]),
    (S, "role: [teacher]", "roles: [teacher]", "14:3", ["unknown key 'roles'", "'role'?"]),
    (S, "role: [teacher]", "role: teacher", "14:9", ["the text 'teacher'", "a list"]),
    (S, "role: [teacher]", "role: []", "14:9", ["a list", "at least one"]),
    (S, "at_least: 1\n", "at_least: true\n", "16:15", ["true", "a whole number"]),
    (S, "at_least: 1\n", "at_lest: 1\n", "16:5", ["unknown key 'at_lest'", "'at_least'?"]),
    (S, "hours_at_most: 60", "hours_at_most: many", "20:20", ["'many'", "a number"]),
    (S, "id: elective", "id: ethics", "24:5", ["category 'ethics'", "second time", ":22:9"]),
    (S, "{percent: 60}", "{percent: 160}", "29:24", ["the number 160", "100 or less"]),
    (S, "{percent: 60}", "{percent: 60, points: 6}", "29:14", ["not exactly one measure"]),
    (S, "hours_at_least: 72", "hour_at_least: 72", "32:7", ["'hours_at_least'?"]),
    (S, "hours_at_least: 72", "hours_at_least: 0", "32:23", ["more than 0"]),
    (S, "hours_at_least: 72", "of: ethics", "32:7", ["no kind of requirement"]),
    (
        S,
        "- hours_at_least: 72",
        "- {hours_at_least: 72, any: [{passed: exam}]}",
        "32:7",
        ["any and hours_at_least", "exactly one of"],
    ),
    (
        S,
        "- hours_at_least: 72",
        "- {hours_at_least: 72, of: etics}",
        "32:7",
        ["unknown category 'etics'", "'ethics'?"],
    ),
    (S, "present: ethics", "present: ethic", "33:7", ["unknown category 'ethic'", "'ethics'?"]),
    (S, "- present: ethics", "- {present: ethics, of: ethics}", "33:25", ["'of' beside present"]),
    (S, "passed: exam", "passed: exams", "34:7", ["unknown assessment 'exams'", "'exam'?"]),
    (S, "- passed: exam", "- {at_least: 1}", "34:7", ["only one of at_least and among"]),
    (
        S,
        "- passed: exam",
        "- {at_least: 3, among: [{passed: exam}]}",
        "34:8",
        ["at least 3 of 1", "no more than there are"],
    ),
    (S, "  all:\n", "  all: []\nx:\n", "31:8", ["at least one item"]),
    (S, "kind: badge", "kind: bagde", "37:11", ["'bagde'", "'badge'?"]),
    (S, "issued_here: true", "issued_here: yes", "39:18", ["'yes'", "true or false"]),
    (S, "    issued_here: true\n", "", "36:5", ["'issued_here' is missing"]),
    (S, "flag: must_repeat", "flag: Must repeat", "41:11", ["'Must repeat'", "small letters"]),
    (S, "when: not_met", "when: failed", "43:11", ["'failed'", "'not_met'"]),
    (
        C,
        "course: C-ETHICS",
        "record: X\n    repeatable: true",
        "6:5",
        ["'repeatable' for a record"],
    ),
    (C, "course: C-ETHICS", "record: X\n    course: Y", "5:5", ["course and record"]),
    (C, "  - course: C-ETHICS\n    category", "  - category", "5:5", ["nothing that is selected"]),
    (C, "hours: 12", "hours: recorded", "7:5", ["hours: recorded for a course"]),
    (C, "hours: 12", "hours: recordet", "7:12", ["the text 'recordet'", "a number"]),
    (
        C,
        "course: {idnumber_like: C-*}",
        "record_like: C*",
        "10:5",
        ["a custom field for a record"],
    ),
    (C, "scheme: sample", "scheme: sampel", "1:1", ["unknown scheme 'sampel'", "'sample'?"]),
    (C, "category: ethics", "category: ethic", "5:5", ["unknown category 'ethic'", "'ethics'?"]),
    (C, "assessment: exam", "assessment: final", "11:5", ["unknown assessment 'final'", "exam"]),
    (C, "hours: 12", "hours: -12", "7:12", ["the number -12", "more than 0"]),
    (C, "hours: 12", "hours: {}", "7:12", ["not exactly one source"]),
    (C, "    hours: 12\n", "", "5:5", ["only one of category and hours"]),
    (C, "    assessment: exam\n", "", "11:5", ["an entry that gives nothing"]),
    (C, "course: C-ETHICS", "course: 2024", "5:13", ["the number 2024", 'quotes: "2024"']),
    (C, "course: C-ETHICS", "course: []", "5:13", ["a list"]),
    (C, "course: C-ETHICS", "course: {id: 0}", "5:18", ["1 or more"]),
    (C, "course: C-ETHICS", "course: {id: 3, idnumber: X}", "5:13", ["id and idnumber"]),
    (C, "course: C-ETHICS", "course: {shortname: X}", "5:14", ["'short_name'?"]),
    (C, "course: C-ETHICS", "course: {custom_field: {name: x}}", "5:28", ["'value' is missing"]),
    (
        C,
        "    hours: 12\n",
        "    hours: 12\n    pass_at: {percent: 60}\n",
        "8:5",
        ["'pass_at' for a whole course"],
    ),
    (
        C,
        "    hours: 12\n",
        "    hours: 12\n    counts_when: passed\n",
        "8:5",
        ["counts_when: passed for a whole course", "activity:"],
    ),
    (C, "    counts_when: passed\n", "", "14:5", ["an activity without what makes it count"]),
    (C, "    pass_at: {points: 6}\n", "", "14:5", ["only one of counts_when: passed and pass_at"]),
    (
        C,
        "    assessment: exam\n",
        "    assessment: exam\n    repeatable: true\n",
        "14:5",
        ["'repeatable' without hours"],
    ),
    (C, "attempt: latest", "attempt: last", "20:14", ["'last'", "'latest'"]),
    (
        C,
        "{idnumber_like: C-*}",
        "C-ETHICS",
        "8:5",
        ["selects course idnumber 'C-ETHICS'", "courses/sample.yaml:5:5"],
    ),
    (S, "id: notes", "id: Notes", "45:9", ["'Notes'", "small letters"]),
    (S, "accepted_when: passed", "accepted_when: marked", "47:20", ["'marked'", "'graded'"]),
    (S, "accepted_when: passed", "accepted_when: graded", "45:5", ["both together"]),
    (S, "characters_at_least: 800", "characters_at_least: 0", "49:26", ["1 or more"]),
    (S, "characters_at_least: 800", "characters: 800", "49:5", ["'characters_at_least'?"]),
    (
        S,
        "- passed: exam",
        "- {evidence: note}",
        "34:7",
        ["unknown evidence 'note'", "'notes'?"],
    ),
    (S, "- passed: exam", "- {passed: exam, only_for: {roles: [x]}}", "34:33", ["'role'?"]),
    (
        S,
        "- passed: exam",
        "- any: [{passed: exam, only_for: {role: [x]}}, {present: ethics}]",
        "34:7",
        ["'only_for' in a choice (any:)"],
    ),
    (
        S,
        "requirements:\n",
        "requirements:\n  only_for: {role: [x]}\n",
        "31:3",
        ["'only_for' on all that is asked", "audience:"],
    ),
    (
        S,
        "  score_at_least: 60",
        "  all: [{score_at_least: 60, only_for: {role: [x]}}]",
        "67:9",
        ["'only_for' on all that is asked"],
    ),
    (
        S,
        "- hours_at_least: 72",
        "- {hours_at_least: 72, from_level: conty}",
        "32:40",
        ["'conty'", "Did you mean 'county'?"],
    ),
    (S, "- passed: exam", "- {passed: exam, from_level: county}", "34:22", ["'from_level'"]),
    (C, "scheme: sample", "scheme: sample\nlevel: town", "4:8", ["'town'", "'nation'"]),
    (
        C,
        "    assessment: exam\n",
        "    assessment: exam\n    level: county\n",
        "14:5",
        ["'level' without hours"],
    ),
    (
        S,
        "categories:\n",
        "dispensations: [{kind: exemt, title: {en: X}}]\ncategories:\n",
        "17:24",
        ["'exemt'", "'exempt'?"],
    ),
    (
        S,
        "categories:\n",
        f"dispensations:\n{WAIVED}{WAIVED}categories:\n",
        "19:3",
        ["dispensation 'waived'", "second time"],
    ),
    (S, "- passed: exam", "- {evidence: notes, pieces: 0}", "34:33", ["1 or more"]),
    (S, "- passed: exam", "- {passed: exam, pieces: 2}", "34:22", ["'pieces' beside passed"]),
    (C, "evidence: notes", "evidence: exam", "14:5", ["unknown evidence 'exam'", "notes"]),
    (
        C,
        "    hours: 12\n",
        "    hours: 12\n    evidence: notes\n",
        "8:5",
        ["'evidence' for a whole course"],
    ),
    (
        C,
        "    assessment: exam\n",
        "    assessment: exam\n    characters_at_least: 9\n",
        "14:5",
        ["'characters_at_least' without hours"],
    ),
    (S, "starts_at: 10", "start_at: 10", "52:3", ["unknown key 'start_at'", "'starts_at'?"]),
    (S, "starts_at: 10", "starts_at: -1", "52:14", ["the number -1", "0 or more"]),
    (S, "points: 60\n", "points: 0\n", "56:15", ["more than 0"]),
    (S, "in_proportion_to: exam", "pieces: 1", "54:7", ["nothing that points hang on", "all_for"]),
    (
        S,
        "in_proportion_to: exam",
        "in_proportion_to: notes",
        "54:7",
        ["unknown assessment 'notes'"],
    ),
    (
        S,
        "      in_proportion_to: exam",
        "      in_proportion_to: exam\n      all_for: notes",
        "54:7",
        ["in_proportion_to and all_for", "exactly one"],
    ),
    (
        S,
        "      in_proportion_to: exam",
        "      in_proportion_to: exam\n      pieces: 2",
        "58:7",
        ["'pieces' without all_for"],
    ),
    (S, "points: 30, points_each: 10", "points: 30", "58:7", ["points_each", "both together"]),
    (S, "{id: work,", "{id: test,", "58:7", ["component 'test'", "second time"]),
    (S, "for_each: notes}", "for_each: note}", "58:7", ["unknown evidence 'note'", "'notes'?"]),
    (S, "hours_short_of: 48", "missing: notes", "60:7", ["missing and expected", "both together"]),
    (S, "hours_short_of: 48", "failed: exam", "60:69", ["'of' without hours_short_of"]),
    (S, "of: ethics}", "of: ethic}", "60:7", ["unknown category 'ethic'", "'ethics'?"]),
    (S, "component: work", "component: wrk", "62:7", ["unknown component 'wrk'", "'work'?"]),
    (S, "{id: more", "{id: short", "62:7", ["deduction or bonus 'short'", "second time"]),
    (S, "from_points: 80", "from_points: 60", "63:3", ["bands that don't rise"]),
    (S, "from_points: 80", "from_points: 101", "65:50", ["100 or less"]),
    (S, "{id: good", "{id: pass", "65:7", ["band 'pass'", "second time"]),
    (S, "  score_at_least: 60", "  band: god", "67:3", ["unknown band 'god'", "'good'?"]),
    (S, "  score_at_least: 60", "  score_at_least: 0", "67:19", ["more than 0"]),
    (
        S,
        "issued_here: true",
        "issued_here: true\n    from_band: god",
        "36:5",
        ["band 'god'", "'good'?"],
    ),
    (
        S,
        "issued_here: true",
        "issued_here: true\n    when: not_met",
        "40:11",
        ["'not_met'", "'met'"],
    ),
    (S, "when: not_met", "when: not_meet", "43:11", ["'not_meet'", "'not_met'?"]),
    (S, "when: not_met", "when: met\n    from_band: x", "41:5", ["unknown band 'x'", "good, pass"]),
    (
        S,
        "when: not_met",
        "when: not_met\n    only_for: {rule: [x]}",
        "44:16",
        ["unknown key 'rule'", "'role'?"],
    ),
    (
        S,
        "when: not_met\n",
        "when: not_met\n  - {flag: must_repeat, title: {en: Again}, when: not_met}\n",
        "44:5",
        ["flag 'must_repeat'", "second time"],
    ),
    (C, "hours: {value: 8,", "hours: {value: 8, in_proportion_to: grades,", "17:41", ["'grade'?"]),
    (C, "hours: 12", "hours: {value: 12, in_proportion_to: grade}", "7:5", ["of a whole course"]),
    (
        C,
        "reference: four}\n    counts_when: passed\n    pass_at: {points: 6}",
        "in_proportion_to: grade}\n    counts_when: handed_in",
        "18:5",
        ["a grade that is not asked", "counts_when: graded"],
    ),
    (
        S,
        "    at_least: 1\n",
        "    at_least: 3\n    at_most: 2\n",
        "17:5",
        ["years that nobody has"],
    ),
    (
        S,
        "  role: [teacher]",
        "  role: [teacher]\n  judged_on: 02-30",
        "15:14",
        ["'period_start'", "'next_day'", "a day such as 09-01"],
    ),
    (
        S,
        "  role: [teacher]",
        "  held_on: next_day\n  judged_on: 09-01\n  role: [teacher]",
        "14:3",
        ["'held_on' beside judged_on: 09-01", "on that day everything is looked at"],
    ),
    (
        S,
        "  role: [teacher]",
        "  held_on: next_day\n  midway: next_period\n  role: [teacher]",
        "15:3",
        ["where one day decides", "midway: full beside held_on"],
    ),
    (S, "  role: [teacher]", "  midway: prorated\n  role: [teacher]", "14:11", ["months: started"]),
    (
        S,
        "  role: [teacher]",
        "  midway: {value: full, months: whole}\n  role: [teacher]",
        "14:11",
        ["only one of midway: prorated and months"],
    ),
    (
        S,
        "  role: [teacher]",
        "  judged_on: 2026-09-01\n  midway: next_period\n  role: [teacher]",
        "15:3",
        ["judged on one day", "midway: full"],
    ),
    *(
        (S, "audience:\n", f"carry_over:\n  - {{{carried}}}\naudience:\n", "14:5", told)
        for carried, told in [
            ("category: etics, beyond: 30, hours_at_most: 10", ["'etics'", "'ethics'?"]),
            ("category: ethics, hours_at_most: 10", ["'beyond' is missing"]),
            (
                BOTH,
                ["carried over here and with 'compulsory' too"],
            ),
        ]
    ),
    (
        S,
        "audience:\n",
        "carry_over: [{category: ethics, beyond: -1, hours_at_most: 9}]\naudience:\n",
        "13:41",
        ["the number -1"],
    ),
    (S, "    pass_at: {percent: 60}\n", "", "33:7", ["'exam' is to be passed", "no pass mark"]),
    (C, "entries:", "entries: []\nx:", "4:10", ["at least one item"]),
]


@pytest.mark.parametrize(("file", "good", "broken", "place", "words"), CASES)
def test_each_mistake_is_told_where_it_is(
    tmp_path: Path, file: str, good: str, broken: str, place: str, words: list[str]
) -> None:
    assert GOOD[file].count(good), good
    files = GOOD | {file: GOOD[file].replace(good, broken, 1)}
    found = [str(each) for each in problems(write(tmp_path, files))]
    fitting = [text for text in found if text.startswith(f"{file}:{place}: ")]
    assert fitting, found
    assert any(all(word in text for word in words) for text in fitting), found


def test_the_good_files_are_good(tmp_path: Path) -> None:
    assert problems(write(tmp_path, GOOD)) == ()


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = {
        S: SCHEME.replace("grace_days: 30", "grace_days: x").replace("kind: badge", "kind: b"),
        "schemes/other.yaml": "scheme: [\n",
        C: COURSES.replace("hours: 12", "hours: x").replace("attempt: latest", "attempt: x"),
        "courses/other.yaml": "",
    }
    found = [each.where for each in problems(write(tmp_path, files))]
    assert found == [
        "courses/other.yaml:1:1",
        "courses/sample.yaml:7:12",
        "courses/sample.yaml:20:14",
        "schemes/other.yaml:2:1",
        "schemes/sample.yaml:10:13",
        "schemes/sample.yaml:37:11",
    ]


def test_points_are_asked_for_only_where_there_are_points(tmp_path: Path) -> None:
    files = GOOD | {S: SCHEME[: SCHEME.index("score:\n")] + "recognised_when: {band: pass}\n"}
    (found,) = problems(write(tmp_path, files))
    assert found.where == f"{S}:50:18"
    assert "points are asked for" in found.found


def test_a_band_is_asked_for_only_where_there_is_a_score(tmp_path: Path) -> None:
    text = SCHEME[: SCHEME.index("score:\n")].replace(
        "when: not_met", "when: met\n    from_band: x"
    )
    (found,) = problems(write(tmp_path, GOOD | {S: text}))
    assert found.where == f"{S}:41:5"
    assert "'from_band: x' without a score" in found.found


def test_one_flag_may_follow_from_several_outcomes(tmp_path: Path) -> None:
    more = "when: not_met\n  - {flag: must_repeat, title: {en: Again}, when: waived}\n"
    text = SCHEME.replace("when: not_met\n", more)
    assert problems(write(tmp_path, GOOD | {S: text})) == ()


@pytest.mark.parametrize(
    ("period", "good"),
    [
        ("{every: year, starts: 03-01}", True),
        ("{every: frame, starts: 03-01, first: 2023, years: 3}", False),
        ("{every: term, terms: [{title: {en: A}, first_day: 2023-09-01, last_day: F}]}", True),
        ("{every: term, terms: [{title: {en: A}, first_day: 2023-09-02, last_day: F}]}", False),
        ("{every: term, terms: [{title: {en: A}, first_day: 2022-08-30, last_day: F}]}", False),
    ],
)
def test_a_day_on_which_all_is_judged_is_one_of_each_period(
    tmp_path: Path, period: str, *, good: bool
) -> None:
    year = "period:\n  every: year\n  starts: 03-01\n"
    text = SCHEME.replace(year, f"period: {period.replace('F', '2024-01-20')}\n")
    text = text.replace("  role: [teacher]", "  role: [teacher]\n  judged_on: 09-01")
    found = problems(write(tmp_path, GOOD | {S: text}))
    assert [each.where for each in found] == ([] if good else [f"{S}:12:3"])
    assert all("not one day of each period" in each.found for each in found)


@pytest.mark.parametrize(
    ("possible", "told"),
    [
        ("  possible: 100\n", "'possible' beside a component with only_for"),
        ("", "'only_for' on every component"),
    ],
)
def test_a_component_for_some_leaves_points_for_everybody(
    tmp_path: Path, possible: str, told: str
) -> None:
    score = f"""score:
  title: {{en: Score}}
{possible}  components:
    - id: exam
      title: {{en: Exam}}
      points: 10
      in_proportion_to: exam
      only_for: {{role: [teacher]}}
"""
    (found,) = problems(write(tmp_path, GOOD | {S: SCHEME[: SCHEME.index("score:\n")] + score}))
    assert told in found.found


@pytest.mark.parametrize(
    ("categories", "frames", "told"),
    [
        (
            """  - id: ethics
    title: {en: E}
    categories: [{id: x, title: {en: X}, apart: true}]
""",
            "",
            "'apart' below another category",
        ),
        (
            "  - {id: ethics, title: {en: E}, apart: true}\n",
            """frames:
  - id: sample-frame
    title: {en: Frame}
    counts: recognised
    period: {every: frame, starts: 01-01, first: 2021, years: 5}
    duty: every_period
    requirements: {hours_at_least: 1}
""",
            "a frame of recognised hours beside a category apart",
        ),
    ],
)
def test_a_category_apart_stands_at_the_top(
    tmp_path: Path, categories: str, frames: str, told: str
) -> None:
    begin, end = SCHEME.index("categories:\n"), SCHEME.index("assessments:\n")
    text = f"{SCHEME[:begin]}categories:\n{categories}{SCHEME[end:]}{frames}"
    assert told in "\n".join(map(str, problems(write(tmp_path, GOOD | {S: text}))))


def test_a_score_without_points(tmp_path: Path) -> None:
    text = SCHEME[: SCHEME.index("score:\n")] + "score:\n  title: {en: Nothing}\n"
    (found,) = problems(write(tmp_path, GOOD | {S: text}))
    assert found.where == f"{S}:51:3"
    assert "a score without points" in found.found


@pytest.mark.parametrize(
    ("level", "problem"),
    [
        ("level: school", False),
        ("level: county", False),
        ("level: prefecture", True),
        ("level: nation\n    certificate: {en: Of the national platform}", False),
    ],
)
def test_a_level_gives_no_more_than_it_may(tmp_path: Path, level: str, *, problem: bool) -> None:
    text = COURSES.replace("    hours: 12\n", f"    hours: 12\n    {level}\n")
    files = GOOD | {C: text.replace("scheme: sample", "scheme: sample\nlevel: county")}
    found = problems(write(tmp_path, files))
    assert [each.where for each in found] == ([f"{C}:6:5"] if problem else [])
    assert all("in a map of the level 'county'" in each.found for each in found)


def test_a_map_is_not_blamed_for_a_broken_scheme(tmp_path: Path) -> None:
    files = GOOD | {S: SCHEME.replace("grace_days: 30", "grace_days: x")}
    assert [each.where for each in problems(write(tmp_path, files))] == [f"{S}:10:13"]


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    files = GOOD | {"schemes/zz.yaml": SCHEME, "courses/zz.yaml": COURSES}
    found = [str(each) for each in problems(write(tmp_path, files))]
    assert any("scheme 'sample' stands here a second time" in each for each in found)
    assert any("course map 'sample-map' stands here a second time" in each for each in found)


def test_lines_of_two_maps_that_select_the_same_tie(tmp_path: Path) -> None:
    other = COURSES.replace("sample-map", "other-map")
    found = problems(write(tmp_path, GOOD | {"courses/other.yaml": other}))
    assert len(found) == 4
    assert all(each.where.startswith("courses/sample.yaml:") for each in found)
    assert all("courses/other.yaml:" in each.found for each in found)


def test_the_same_course_in_two_schemes_is_no_tie(tmp_path: Path) -> None:
    files = GOOD | {
        "schemes/second.yaml": SCHEME.replace("scheme: sample", "scheme: second"),
        "courses/second.yaml": COURSES.replace("scheme: sample", "scheme: second").replace(
            "sample-map", "second-map"
        ),
    }
    assert problems(write(tmp_path, files)) == ()


@pytest.mark.parametrize("files", [{}, {"courses/sample.yaml": COURSES}, {"schemes/x.txt": SCHEME}])
def test_a_folder_without_schemes(tmp_path: Path, files: dict[str, str]) -> None:
    found = problems(write(tmp_path, files))
    assert any("no scheme in the folder" in each.found for each in found)
    assert any("moodle-cpd.toml" in each.hint for each in found)


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    assert problems(write(tmp_path, GOOD | {"schemes/.#sample.yaml": "scheme: ["})) == ()


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "schemes" / "folder.yaml").mkdir()
    found = problems(tmp_path)
    assert [each.where for each in found] == ["schemes/folder.yaml"]
