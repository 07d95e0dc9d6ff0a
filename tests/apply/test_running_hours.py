"""Running hours are seen by teachers, told to nobody, and never put over what a person wrote."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.demo import EmbeddedMoodle, Request, Response, grading
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.failures import write_error
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.drift import DriftKind
from moodle_cpd.moodle.client import BATCH_FUNCTION
from tests.apply.hand import Cut
from tests.apply.rescaling import cut, rescale
from tests.apply.showing import ACTIVITY, Showing, counting

MOST = 40


@pytest.fixture
def showing(site: EmbeddedMoodle, tmp_path: Path) -> Showing:
    return Showing(site, tmp_path)


def some(showing: Showing, hours: str, count: int = 4) -> dict[int, str]:
    return dict.fromkeys(showing.teachers[:count], hours)


def said(showing: Showing) -> str:
    return " ".join(map(str, showing.problems))


def test_teachers_see_hours_and_what_is_missing_and_are_told_of_nothing(showing: Showing) -> None:
    assert showing.show(some(showing, "12.5")) == 4
    assert showing.problems == []
    for teacher, (grade, comment) in showing.seen().items():
        assert grade == 12.5
        english = showing.people[teacher].language == "en"
        assert ("59.5 hours to go (12.5 / 72)" in comment) == english
        assert ("还差 59.5 学时（12.5 / 72）" in comment) != english
    assert len(showing.seen()) == 4
    assert showing.told() == []
    assert {row.amount for row in showing.shown().values()} == {Decimal("12.5")}


def test_what_has_not_changed_is_not_written_again(showing: Showing) -> None:
    showing.show(some(showing, "12"))
    before = len(showing.site.log)
    assert showing.show(some(showing, "12")) == 0
    assert len(showing.site.log) == before, "Moodle is not even asked"
    changed = some(showing, "12") | {showing.teachers[1]: "18"}
    assert showing.show(changed) == 1
    assert showing.seen()[showing.teachers[1]][0] == 18
    assert showing.told() == []


def test_more_than_the_maximum_stands_in_the_comment_alone(showing: Showing) -> None:
    showing.world.assignment(ACTIVITY).grade = 50
    [teacher] = some(showing, "60", 1)
    assert showing.show({teacher: "60"}) == 1
    grade, comment = showing.seen()[teacher]
    assert grade == 50
    assert "60" in comment
    assert showing.show({teacher: "61"}) == 1, "what stands there is known to be ours"


def test_a_new_period_begins_anew_in_the_same_assignment(showing: Showing) -> None:
    [teacher] = some(showing, "60", 1)
    showing.show({teacher: "60"}, period="2025")
    assert showing.show({teacher: "0"}) == 1
    assert showing.seen()[teacher][0] == 0
    [row] = showing.shown().values()
    assert row.period == "2026"


def change_grade(showing: Showing, teacher: int) -> None:
    showing.world.grade(teacher, ACTIVITY, 55, showing.world.now())


def change_comment(showing: Showing, teacher: int) -> None:
    showing.world.grade(teacher, ACTIVITY, 12, showing.world.now(), comment="<p>Hello</p>")


def override(showing: Showing, teacher: int) -> None:
    showing.world.override_grade(teacher, ACTIVITY, 55, showing.world.now(), locked=False)


def lock(showing: Showing, teacher: int) -> None:
    showing.world.override_grade(teacher, ACTIVITY, 12, showing.world.now(), locked=True)


@pytest.mark.parametrize("by_hand", [change_grade, change_comment, override, lock])
def test_what_a_person_wrote_is_told_and_left(showing: Showing, by_hand: Any) -> None:
    first, second = showing.teachers[:2]
    showing.show({first: "12", second: "12"})
    by_hand(showing, first)
    before = showing.seen()[first]
    assert showing.show({first: "20", second: "20"}) == 1
    assert showing.seen()[first] == before
    assert showing.seen()[second][0] == 20
    assert f"teacher {first}" in said(showing)
    assert "left as they are" in said(showing)


def test_a_maximum_that_was_changed_is_told_once_and_no_grade_taken_for_a_persons(
    showing: Showing,
) -> None:
    hours = some(showing, "12.25")
    showing.show(hours)
    rescale(showing.world, ACTIVITY, 72)
    before = showing.seen()
    assert {grade for grade, _ in before.values()} == {8.82}
    assert showing.verify() == []
    [problem] = showing.problems
    assert f"assignment '{ACTIVITY}'" in problem.where
    assert "was 100 when we wrote grades and is 72 now" in problem.found
    assert "back to 100" in problem.hint
    assert showing.show(dict.fromkeys(hours, "20")) == 0
    assert showing.problems == [problem]
    assert showing.seen() == before
    rescale(showing.world, ACTIVITY, 100)
    assert showing.verify() == []
    assert showing.problems == []
    assert showing.show(dict.fromkeys(hours, "20")) == len(hours)


def test_beside_hours_that_moodle_scaled_none_are_written_that_the_way_back_would_scale(
    showing: Showing,
) -> None:
    first, second, none_yet, new = showing.teachers[:4]
    hours = {first: "12", second: "20", none_yet: "0"}
    showing.show(hours)
    rescale(showing.world, ACTIVITY, 50)
    showing.world.grade(second, ACTIVITY, 13, showing.world.now())
    assert showing.show({none_yet: "6", new: "9"}) == 0
    [problem] = showing.problems
    assert "was 100 when we wrote grades and is 50 now" in problem.found
    rescale(showing.world, ACTIVITY, 100)
    assert showing.show({none_yet: "6", new: "9"}) == 2
    assert [drift.key.teacher for drift in showing.verify()] == [second]


def test_one_grade_that_a_person_changed_to_what_scaling_would_make_holds_up_nobody(
    showing: Showing,
) -> None:
    first, second, new = showing.teachers[:3]
    showing.show({first: "26", second: "12"})
    cut(showing.world, ACTIVITY, 50)
    showing.world.grade(first, ACTIVITY, 13, showing.world.now())
    assert showing.show({new: "9"}) == 1


def test_a_maximum_below_what_was_written_is_told_once_too(showing: Showing) -> None:
    hours = {showing.teachers[0]: "60", showing.teachers[1]: "30"}
    showing.show(hours)
    cut(showing.world, ACTIVITY, 50)
    assert showing.show({showing.teachers[0]: "61"}) == 0
    [problem] = showing.problems
    assert "was 100 when we wrote grades and is 50 now" in problem.found
    assert showing.show({showing.teachers[1]: "31"}) == 1, "nothing of it was cut"
    cut(showing.world, ACTIVITY, 100)
    assert showing.show({showing.teachers[0]: "61"}) == 1


def test_a_grade_that_a_person_changed_beside_the_maximum_is_theirs(showing: Showing) -> None:
    first, second = showing.teachers[:2]
    showing.show({first: "12", second: "12"})
    change_grade(showing, first)
    rescale(showing.world, ACTIVITY, 50)
    [drift] = showing.verify()
    assert (drift.kind, drift.key.teacher) == (DriftKind.CHANGED, first)
    assert len(showing.problems) == 1
    rescale(showing.world, ACTIVITY, 100)
    assert showing.show({first: "20", second: "20"}) == 1
    assert f"teacher {first}" in said(showing)
    assert f"teacher {second}" not in said(showing)


def test_what_was_there_before_us_is_left(showing: Showing) -> None:
    [teacher] = some(showing, "12", 1)
    showing.world.grade(teacher, ACTIVITY, 12, showing.world.now())
    assert showing.show({teacher: "12"}) == 0
    assert "another hand" in said(showing)


def test_who_is_not_enrolled_is_named_and_given_nothing(showing: Showing) -> None:
    first, second = showing.teachers[:2]
    showing.world.unenrol(first, ids.RECORD_COURSE)
    assert showing.show({first: "12", second: "12"}) == 1
    assert f"not enrolled, and so shown no running hours: teachers {first}" in said(showing)
    assert first not in showing.seen()


def test_verifying_tells_what_is_missing_and_what_a_person_changed(showing: Showing) -> None:
    first, second, third = showing.teachers[:3]
    hours = {first: "12", second: "12", third: "12"}
    showing.show(hours)
    assert showing.verify() == []
    change_comment(showing, first)
    with showing.world.lock:
        assignment = showing.world.assignment(ACTIVITY)
        del showing.world.tables.grades[assignment.id][second]
        del showing.world.tables.gradebook[assignment.id, second]
    assert [(each.kind, each.key.teacher) for each in sorted(showing.verify())] == [
        (DriftKind.CHANGED, first),
        (DriftKind.MISSING, second),
    ]
    assert showing.show(hours) == 1, "what is missing is shown again"
    assert showing.seen()[second][0] == 12


@pytest.mark.parametrize("function", ["mod_assign_set_user_flags", BATCH_FUNCTION])
def test_where_moodle_would_tell_nothing_is_written(showing: Showing, function: str) -> None:
    showing.world.withdraw_function(function)
    assert showing.show(some(showing, "12")) == 0
    assert showing.seen() == {}
    assert f"running hours are off: the service lacks {function}" in said(showing)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("completionusegrade", True, "completion is tracked"),
        ("feedback_comments", False, "feedback comments are off"),
        ("markingworkflow", True, "workflow"),
        ("blindmarking", True, "blind marking"),
        ("teamsubmission", True, "teams"),
        ("grade", -3, "not in points"),
        ("idnumber", "renamed", "not found"),
    ],
)
def test_an_assignment_that_does_not_fit_is_left(
    showing: Showing, setting: str, value: Any, words: str
) -> None:
    setattr(showing.world.assignment(ACTIVITY), setting, value)
    assert showing.show(some(showing, "12")) == 0
    assert words in said(showing)
    assert showing.told() == []


def test_one_that_moodle_refuses_does_not_hinder_the_others(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, refused = grading.save, showing.teachers[1]

    def sometimes(world: Any, assignment: Any, user: int, *rest: Any, **more: Any) -> None:
        save(world, assignment, user, *rest, **more)
        if user == refused:
            raise write_error()

    monkeypatch.setattr(grading, "save", sometimes)
    hours = some(showing, "12", 10)
    assert showing.show(hours) == 9
    assert showing.told() == [], "what was saved in spite of the error was marked as told"
    monkeypatch.undo()
    assert showing.show(hours) == 1
    assert len(showing.shown()) == 10


def test_a_reply_that_is_lost_is_told_to_nobody_and_written_again(showing: Showing) -> None:
    lost: list[Request] = []

    def lose(request: Request) -> Response | None:
        if "mod_assign_save_grades" in repr(request) and not lost:
            lost.append(request)
            return Response(drop=True)
        return None

    showing.site.after.append(lose)
    assert showing.show(some(showing, "12")) == 0
    assert showing.told() == []
    assert len(showing.seen()) == 4, "it had arrived"
    assert showing.show(some(showing, "12")) == 4
    assert showing.told() == []


def test_a_batch_that_ends_between_grade_and_flag_is_made_up_for(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is gone in the middle; as soon as it answers, whom it wrote is not told."""
    save, count = grading.save, [0]

    def dies(*arguments: Any, **more: Any) -> None:
        save(*arguments, **more)
        count[0] += 1
        if count[0] == 3:
            raise SystemError

    monkeypatch.setattr(grading, "save", dies)
    showing.show(some(showing, "12"))
    assert showing.told() == []
    assert showing.show(some(showing, "12")) == 4
    assert showing.told() == []


def test_a_site_that_is_down_leaves_intents_that_the_next_run_settles(showing: Showing) -> None:
    showing.show(some(showing, "12"))
    down = [True]

    def refuse(request: Request) -> Response | None:
        writes = "mod_assign_save_grades" in repr(request)
        return Response(status=503) if down[0] and writes else None

    showing.site.before.append(refuse)
    showing.show(some(showing, "20"))
    with Ledger.open(showing.path) as ledger:
        assert len(ledger.hours_meant("demo")) == 4
    down[0] = False
    assert showing.show(some(showing, "12")) == 4, "in doubt, though decided as it was shown"
    assert {grade for grade, _ in showing.seen().values()} == {12}
    showing.shown()


def test_what_arrived_unheard_is_still_known_for_ours_after_another_run_that_fails(
    showing: Showing,
) -> None:
    showing.show(some(showing, "12"))
    lost, down = [False], [False]

    def lose(request: Request) -> Response | None:
        writes = "mod_assign_save_grades" in repr(request)
        return Response(drop=True) if lost[0] and writes else None

    def refuse(request: Request) -> Response | None:
        writes = "mod_assign_save_grades" in repr(request)
        return Response(status=503) if down[0] and writes else None

    showing.site.after.append(lose)
    showing.site.before.append(refuse)
    lost[0] = True
    showing.show(some(showing, "20"))
    assert {grade for grade, _ in showing.seen().values()} == {20}, "it had arrived"
    lost[0], down[0] = False, True
    showing.show(some(showing, "30"))
    down[0] = False
    wanted = some(showing, "30")
    assert showing.show(wanted) == 4
    assert showing.problems == []
    check(showing, wanted)


def test_cut_off_after_every_step_the_end_is_the_same(
    showing: Showing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First and later writing, each time with the next step the last; three in a request."""
    monkeypatch.setattr("moodle_cpd.apply.running_hours.QUIET_MARKS", 3)
    counting(showing, monkeypatch)
    cuts = 0
    for step in range(1, MOST):
        whole = True
        for hours in (f"{step}", f"{step}.5"):
            wanted = some(showing, hours, 7)
            try:
                showing.show(wanted, cut_after=step)
            except Cut:
                whole, cuts = False, cuts + 1
                showing.show(wanted)
            assert showing.problems == []
            check(showing, wanted)
        if whole:
            break
    assert cuts >= 16, "three parts, each with intent, write and result"


def check(showing: Showing, wanted: Mapping[int, str]) -> None:
    assert {teacher: grade for teacher, (grade, _) in showing.seen().items()} == {
        teacher: float(hours) for teacher, hours in wanted.items()
    }
    assert {row.place.teacher: row.amount for row in showing.shown().values()} == {
        teacher: Decimal(hours) for teacher, hours in wanted.items()
    }
    assert showing.told() == []
    assert showing.show(wanted) == 0, "and nothing is left to do"
