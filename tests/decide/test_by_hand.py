"""What a person adjusts: added, removed, dated, excused; always with reason and document."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from moodle_cpd.decide import decision_from_json, decision_to_json, explain
from moodle_cpd.model.adjustment import Adjustment
from moodle_cpd.model.decision import Outcome, State
from moodle_cpd.model.fact import Fact
from tests.decide.making import (
    BODY,
    SITE,
    activity,
    adjusted,
    course,
    decide,
    decide_one,
    done,
    handed_in,
    local,
    marked,
    record,
    rules,
)

AFTER = local("2027-04-05 00:00")
WITHIN = local("2026-06-01 00:00")

ENTRIES = """\
  - {course: C1, category: a, hours: 10}
  - {course: C2, activity: E, category: b, hours: 6, counts_when: graded}
"""
COURSES = [course(1), course(2, activities=[activity(20, "E")])]
DONE = done(1, local("2026-05-01 10:00"))
ADDED = adjusted("add", "2026-05-03", category="a", hours="4")

ASKED = BODY.replace(
    "requirements: {hours_at_least: 10}",
    """assessments:
  - {id: exam, title: {en: Exam}, pass_at: {percent: 60}}
evidence:
  - {id: lesson, title: {en: Lesson}, accepted_when: graded}
requirements:
  all:
    - passed: exam
    - {evidence: lesson, pieces: 2}
""",
)
ASKED_ENTRIES = """\
  - {course: C1, activity: X, assessment: exam}
  - {course: C2, activity: {type: assign}, evidence: lesson}
"""


def test_added_hours_are_a_line_of_their_own() -> None:
    book = rules(entries=ENTRIES)
    decision = decide_one(book, COURSES, [DONE], WITHIN, "2026", adjustments=[ADDED])
    assert decision.recognised == 14
    assert dict(decision.by_category) == {"a": 14, "b": 0}
    line = decision.credit_lines[-1]
    assert (line.given, line.entry, line.facts) == (Decimal(4), None, (ADDED.key,))
    assert line.at == local("2026-05-03 12:00")
    assert "D 9" in line.reason.zh
    assert "the list was lost" in line.reason.en


def test_added_hours_are_held_to_caps_and_levels() -> None:
    capped = BODY.replace("{id: a, title: {en: A}}", "{id: a, title: {en: A}, hours_at_most: 11}")
    asked = capped.replace("hours_at_least: 10", "hours_at_least: 3, from_level: county")
    decision = decide_one(
        rules(asked, ENTRIES),
        COURSES,
        [DONE],
        WITHIN,
        "2026",
        adjustments=[replace(ADDED, level="county")],
    )
    assert decision.earned == 11
    assert decision.outcome is Outcome.MET
    assert decision.by_level == (("county", Decimal(1)),)


def test_what_is_added_counts_in_the_period_of_its_day_and_not_before_it() -> None:
    book = rules(entries=ENTRIES)
    old = adjusted("add", "2025-02-28", category="a", hours="4")
    found, _ = decide(book, COURSES, [], WITHIN, adjustments=[old, ADDED])
    assert {key: each.earned for (_, key), each in found.items()} == {
        "2024": 4,
        "2025": 0,
        "2026": 4,
    }
    before = local("2026-05-03 11:59")
    assert decide_one(book, COURSES, [], before, "2026", adjustments=[ADDED]).earned == 0


def test_a_removed_completion_counts_no_more_and_is_shown() -> None:
    book = rules(entries=ENTRIES)
    gone = adjusted("remove", of=DONE)
    decision = decide_one(book, COURSES, [DONE], WITHIN, "2026", adjustments=[gone])
    assert decision.earned == 0
    (line,) = decision.credit_lines
    assert line.facts == (DONE.key, gone.key)
    assert line.entry is not None
    assert "D 9" in line.reason.en
    assert len(decision.by_hand) == 1


def test_what_was_done_again_counts_where_the_first_was_removed() -> None:
    again = done(1, local("2026-05-20 10:00"))
    gone = adjusted("remove", of=DONE)
    decision = decide_one(
        rules(entries=ENTRIES), COURSES, [DONE, again], WITHIN, "2026", adjustments=[gone]
    )
    assert decision.earned == 10


def test_a_removed_grade_stays_removed_when_it_is_marked_anew() -> None:
    work = handed_in(2, 20, local("2026-05-01 10:00"))
    first = marked(2, 20, "80", local("2026-05-02 10:00"))
    anew = marked(2, 20, "90", local("2026-05-03 10:00"))
    book = rules(entries=ENTRIES)
    assert decide_one(book, COURSES, [work, anew], WITHIN, "2026").earned == 6
    for removed in (first, work):
        decision = decide_one(
            book,
            COURSES,
            [work, anew],
            WITHIN,
            "2026",
            adjustments=[adjusted("remove", of=removed)],
        )
        assert decision.earned == 0
        assert set(decision.credit_lines[0].facts) >= {work.key, anew.key}


def test_a_removed_attempt_leaves_the_others() -> None:
    facts = [
        handed_in(2, 20, local("2026-05-01 10:00")),
        marked(2, 20, "80", local("2026-05-01 11:00")),
        handed_in(2, 20, local("2026-05-02 10:00"), 1),
        marked(2, 20, "90", local("2026-05-02 11:00"), attempt=1),
    ]
    gone = adjusted("remove", of=facts[3])
    decision = decide_one(
        rules(entries=ENTRIES), COURSES, facts, WITHIN, "2026", adjustments=[gone]
    )
    assert decision.earned == 6
    assert [line.counted for line in decision.credit_lines] == [6, 0]


def test_a_removed_record_counts_no_more() -> None:
    book = rules(entries="  - {record: R, category: a, hours: recorded}\n")
    fact = record("R", "2026-05-01", "10")
    gone = adjusted("remove", of=fact)
    assert decide_one(book, [], [fact], WITHIN, "2026", adjustments=[gone]).earned == 0


@pytest.mark.parametrize(
    ("fact", "hours"),
    [(done(1, None), 10), (handed_in(2, 20, None), 0)],
)
def test_a_day_is_given_to_what_has_none(fact: Fact, hours: int) -> None:
    book = rules(entries=ENTRIES)
    facts = [fact]
    if hours == 0:
        facts.append(marked(2, 20, "80", None))
        hours = 6
    _, problems = decide(book, COURSES, facts, WITHIN)
    assert any("Moodle gives no time" in each.found for each in problems)
    dated = [adjusted("date", "2025-05-01", of=each) for each in facts]
    found, problems = decide(book, COURSES, facts, WITHIN, adjustments=dated)
    assert problems == []
    assert found["sample", "2025"].earned == hours
    assert found["sample", "2026"].credit_lines == ()
    (line,) = found["sample", "2025"].credit_lines
    assert set(line.facts) == {each.key for each in facts}
    assert line.at == local("2025-05-01 12:00")


def test_a_time_that_moodle_gives_is_not_replaced() -> None:
    dated = adjusted("date", "2025-05-01", of=DONE)
    decision = decide_one(
        rules(entries=ENTRIES), COURSES, [DONE], WITHIN, "2026", adjustments=[dated]
    )
    assert decision.earned == 10


def test_a_removed_uncertain_completion_is_no_problem_any_more() -> None:
    fact = done(1, None)
    found, problems = decide(
        rules(entries=ENTRIES),
        COURSES,
        [fact],
        WITHIN,
        adjustments=[adjusted("remove", of=fact)],
    )
    assert problems == []
    (line,) = found["sample", "2026"].credit_lines
    assert line.reason.en.startswith("counts no more")
    assert (line.at, line.facts[0]) == (None, fact.key)


@pytest.mark.parametrize(("on", "hours"), [("2026-05-03 11:59", 0), ("2026-05-03 12:00", 4)])
def test_what_is_added_is_seen_from_the_noon_of_its_day_on(on: str, hours: int) -> None:
    book = rules(entries=ENTRIES)
    decision = decide_one(book, COURSES, [], local(on), "2026", adjustments=[ADDED])
    assert decision.earned == hours


def test_each_period_tells_what_was_adjusted_in_it() -> None:
    book = rules(entries=ENTRIES)
    dated = adjusted("date", "2025-05-01", of=DONE)
    gone = adjusted("remove", of=DONE)
    found, _ = decide(book, COURSES, [DONE], WITHIN, adjustments=[ADDED, dated])
    told = {key: [each.en for each in one.by_hand] for (_, key), one in found.items()}
    assert [len(each) for each in told.values()] == [1, 1]
    assert "a day given to what had none (2025-05-01)" in told["2025"][0]
    assert "4 hours of a added (2026-05-03)" in told["2026"][0]
    # What is removed tells in the period in which it happened.
    found, _ = decide(book, COURSES, [DONE], WITHIN, adjustments=[gone])
    assert [len(one.by_hand) for one in found.values()] == [0, 1]
    unseen = replace(gone, subject=done(2, DONE.at).subject)
    found, _ = decide(book, COURSES, [DONE], WITHIN, adjustments=[unseen])
    assert [len(one.by_hand) for one in found.values()] == [0, 0]


def test_what_is_removed_leaves_other_work_as_it_is() -> None:
    other = [handed_in(2, 20, DONE.at), marked(2, 20, "80", DONE.at)]
    gone = adjusted("remove", of=DONE)
    book = rules(entries=ENTRIES)
    decision = decide_one(book, COURSES, [DONE, *other], WITHIN, "2026", adjustments=[gone])
    assert decision.earned == 6


@pytest.mark.parametrize(("how", "at"), [("", "2026-05-01"), (", earned: graded", "2026-05-20")])
def test_what_is_removed_stands_where_it_would_have_counted(how: str, at: str) -> None:
    entries = ENTRIES.replace("counts_when: graded", f"counts_when: graded{how}")
    facts = [
        handed_in(2, 20, local("2026-05-01 10:00")),
        marked(2, 20, "80", local("2026-05-20 10:00")),
        # No line is about this one.
        handed_in(9, 90, local("2026-05-01 10:00")),
        marked(9, 90, "80", local("2026-05-20 10:00")),
    ]
    courses = [*COURSES, course(9, activities=[activity(90, "Z")])]
    gone = [adjusted("remove", of=facts[1]), adjusted("remove", of=facts[3])]
    book = rules(entries=entries)
    decision = decide_one(book, courses, facts, WITHIN, "2026", adjustments=gone)
    found = {line.course: line.at for line in decision.credit_lines}
    assert found == {2: local(f"{at} 10:00"), 9: local("2026-05-01 10:00")}
    assert decision.earned == 0


def test_what_is_removed_is_removed_though_it_was_given_a_day() -> None:
    facts = [handed_in(2, 20, None), marked(2, 20, "80", None)]
    gone = adjusted("remove", of=facts[1])
    dated = adjusted("date", "2026-05-01", of=facts[0])
    for both in ([gone, dated], [dated, gone]):
        decision = decide_one(
            rules(entries=ENTRIES), COURSES, facts, WITHIN, "2026", adjustments=both
        )
        assert decision.earned == 0
        assert [line.reason.en.split(";")[0] for line in decision.credit_lines] == [
            "counts no more"
        ]


def test_a_line_added_by_hand_is_no_course_and_has_a_level_only_if_one_was_said() -> None:
    body = BODY.replace("hours_at_least: 10", "hours_at_least: 3, from_level: county")
    book = rules(body, ENTRIES)
    plain = decide_one(book, COURSES, [DONE], WITHIN, "2026", adjustments=[ADDED])
    line = plain.credit_lines[-1]
    assert (line.course, line.course_name, line.level) == (0, "", "")
    assert plain.outcome is Outcome.IN_PROGRESS
    assert plain.by_level == ()


def test_hours_that_are_not_told_are_a_problem_and_said_to_be_none() -> None:
    nothing = replace(ADDED, hours=None)
    decisions, problems = decide(rules(entries=ENTRIES), COURSES, [], WITHIN, adjustments=[nothing])
    assert [each.where for each in problems] == [f"{SITE}: teacher 7"]
    assert decisions["sample", "2026"].earned == 0
    assert "0 hours of a added" in decisions["sample", "2026"].by_hand[0].en


def test_excused_counts_as_passed_and_as_one_piece() -> None:
    book = rules(ASKED, ASKED_ENTRIES)
    exam = adjusted("excuse", "2026-05-03", target="exam")
    first = adjusted("excuse", "2026-05-03", target="lesson")
    second = adjusted("excuse", "2026-05-03", target="lesson", document="D 10")

    def outcome(*adjustments: Adjustment) -> tuple[Outcome, list[State]]:
        found = decide_one(book, COURSES, [], AFTER, "2026", adjustments=adjustments)
        assert found.requirement is not None
        return found.outcome, [part.state for part in found.requirement.parts]

    assert outcome(exam, first) == (Outcome.NOT_MET, [State.MET, State.MISSING])
    # It counts at once: no later attempt takes it away.
    found, problems = decide(book, COURSES, [], WITHIN, adjustments=[exam, first, second])
    assert (found["sample", "2026"].outcome, problems) == (Outcome.MET, [])
    assert outcome(exam, first, second) == (Outcome.MET, [State.MET, State.MET])


def test_what_is_excused_brings_no_share_of_points() -> None:
    scored = ASKED.replace(
        "requirements:",
        """score:
  title: {en: Score}
  components:
    - {id: test, title: {en: Test}, points: 60, in_proportion_to: exam}
    - {id: work, title: {en: Work}, points: 40, points_each: 20, for_each: lesson}
requirements:""",
    )
    excused = [
        adjusted("excuse", "2026-05-03", target="exam"),
        adjusted("excuse", "2026-05-03", target="lesson"),
    ]
    decision = decide_one(
        rules(scored, ASKED_ENTRIES), COURSES, [], AFTER, "2026", adjustments=excused
    )
    assert decision.score is not None
    assert decision.score.total == decision.score.open_total == 20


def test_other_schemes_are_not_touched() -> None:
    other = replace(ADDED, scheme="another")
    decision = decide_one(rules(entries=ENTRIES), COURSES, [], WITHIN, "2026", adjustments=[other])
    assert decision.earned == 0
    assert decision.by_hand == ()


def test_what_the_scheme_does_not_have_is_a_problem() -> None:
    wrong = [
        adjusted("add", "2026-05-03", category="z", hours="4"),
        adjusted("excuse", "2026-05-03", target="z"),
    ]
    _, problems = decide(rules(entries=ENTRIES), COURSES, [], WITHIN, adjustments=wrong)
    assert [each.where for each in problems] == [f"{SITE}: teacher 7"] * 2
    assert {"category 'z'" in each.found for each in problems} == {True, False}


def test_it_is_told_with_reason_document_and_key() -> None:
    book = rules(entries=ENTRIES)
    decision = decide_one(book, COURSES, [DONE], WITHIN, "2026", adjustments=[ADDED])
    assert decision_from_json(decision_to_json(decision)) == decision
    explanation = explain(decision, book.schemes[0], [DONE])
    for language, words in (("zh", "增加 a 4 学时（2026-05-03）"), ("en", "4 hours of a added")):
        text = explanation.text(language)  # type: ignore[arg-type] # one of the two languages
        assert words in text
        assert "the list was lost" in text
        assert "D 9" in text
        assert ADDED.key in text
        assert "not at hand" not in text


def test_the_order_of_adjustments_tells_nothing() -> None:
    later = replace(ADDED, recorded_at=ADDED.recorded_at + timedelta(days=1), document="D 10")
    both = [ADDED, later, adjusted("remove", of=DONE)]
    book = rules(entries=ENTRIES)
    first, last = (
        decide_one(book, COURSES, [DONE], WITHIN, "2026", adjustments=each)
        for each in (both, both[::-1])
    )
    assert first == last
    assert first.earned == 8
