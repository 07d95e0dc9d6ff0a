"""Running hours in a plan: what changed is planned, what reads the same is not, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from moodle_cpd.config import RunningHoursSettings
from moodle_cpd.decide import result_of
from moodle_cpd.model.decision import (
    Decision,
    Outcome,
    Place,
    RequirementResult,
    Score,
    State,
    Text,
)
from moodle_cpd.model.people import Person
from moodle_cpd.model.period import Period
from moodle_cpd.model.running_hours import HoursPlace, HoursShown, HoursUpdate
from moodle_cpd.plan import Plan, make_plan, plan_as_json, plan_as_markdown, plan_as_text
from moodle_cpd.plan.running_hours import RunningHours
from moodle_cpd.plan.running_words import running_text
from moodle_cpd.plan.words import language_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WANTED = RunningHoursSettings(scheme="x", course="R", activity="progress")
CHOICE = Place("schemes/x.yaml", 9, 1)
HOURS = RequirementResult(
    Text("总学时", "All hours"),
    State.MISSING,
    Decimal("12.25"),
    Decimal(72),
    "hours",
    Place("schemes/x.yaml", 3, 1),
)
EXAM = RequirementResult(
    Text("考试", "Exam"),
    State.MISSING,
    Decimal(50),
    Decimal(60),
    "points",
    Place("schemes/x.yaml", 5, 1),
)
NOTE = RequirementResult(
    Text("笔记", "Note"),
    State.UNKNOWN,
    Decimal(0),
    Decimal(1),
    "items",
    Place("schemes/x.yaml", 7, 1),
)


def tree(*parts: RequirementResult, place: int = 2) -> RequirementResult:
    state = State.MET if all(p.state is State.MET for p in parts) else State.MISSING
    return RequirementResult(
        Text("各项", "All"), state, None, None, "", Place("schemes/x.yaml", place, 1), parts
    )


def decided(
    teacher: int = 7,
    *,
    hours: str = "12.25",
    year: int = 2026,
    outcome: Outcome = Outcome.IN_PROGRESS,
    requirement: RequirementResult | None = None,
    score: Score | None = None,
) -> Decision:
    return Decision(
        site="s",
        teacher=teacher,
        scheme="x",
        title=Text("规定", "Rule"),
        period=Period(
            str(year), datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        ),
        outcome=outcome,
        earned=Decimal(hours),
        recognised=Decimal(hours),
        credits=None,
        by_category=(),
        requirement=requirement or tree(HOURS, EXAM, NOTE),
        credit_lines=(),
        reasons=(),
        awards=(),
        rules_digest="r",
        period_label=Text(f"{year}年", str(year)),
        score=score,
    )


def person(teacher: int = 7, *, language: str = "zh_cn", suspended: bool = False) -> Person:
    return Person("s", teacher, f"T{teacher}", "", "王芳", language, suspended)


def planned(
    *decisions: Decision,
    wanted: RunningHoursSettings = WANTED,
    shown: Mapping[HoursPlace, HoursShown] | None = None,
    meant: Mapping[HoursPlace, HoursShown] | None = None,
    people: tuple[Person, ...] = (person(),),
    digest: str = "d",
) -> tuple[Plan, RunningHours]:
    by_digest = {(d.teacher, f"{digest}{d.period.key}"): d for d in decisions}
    running = RunningHours(
        [wanted],
        shown or {},
        meant or {},
        {each.id: each for each in people},
        lambda teacher, name: by_digest.get((teacher, name)),
        frozenset({CHOICE}),
        NOW,
    )
    plan = make_plan(
        site="s",
        url="https://moodle.example",
        rules_digest="r",
        certificates="c",
        read_at=NOW,
        on=NOW,
        results=[result_of(d, f"{digest}{d.period.key}") for d in decisions],
        awards={},
        routes=(),
        running=running,
    )
    return plan, running


def written(update: HoursUpdate) -> dict[HoursPlace, HoursShown]:
    row = HoursShown(
        update.place,
        update.scheme,
        update.period,
        update.amount,
        update.amount,
        update.text_sha256,
        update.grounds,
        2,
        NOW,
        100,
    )
    return {update.place: row}


def test_what_was_never_shown_is_planned_and_what_was_is_not() -> None:
    plan, _ = planned(decided())
    [update] = plan.running_hours
    assert (update.before, update.amount, update.period) == (None, Decimal("12.25"), "2026")
    again, running = planned(decided(), shown=written(update))
    assert again.running_hours == ()
    assert running.same == {}


def test_new_grounds_that_read_the_same_are_noted_and_not_planned() -> None:
    [update] = planned(decided())[0].running_hours
    plan, running = planned(decided(), shown=written(update), digest="other")
    assert plan.running_hours == ()
    assert list(running.same) == [update.place]
    assert running.same[update.place] != update.grounds


def test_what_is_missing_counts_as_a_change_even_where_the_hours_are_the_same() -> None:
    [update] = planned(decided())[0].running_hours
    passed = decided(requirement=tree(HOURS, NOTE))
    plan, _ = planned(passed, shown=written(update), digest="other")
    [changed] = plan.running_hours
    assert (changed.before, changed.amount) == (changed.amount, Decimal("12.25"))


def test_what_was_begun_and_not_seen_to_end_is_planned_again() -> None:
    [update] = planned(decided())[0].running_hours
    plan, _ = planned(decided(), shown=written(update), meant=written(update))
    assert len(plan.running_hours) == 1


def test_another_language_is_a_change() -> None:
    [update] = planned(decided())[0].running_hours
    plan, _ = planned(decided(), shown=written(update), people=(person(language="en"),))
    assert "Still missing" in plan.running_hours[0].text


def test_the_latest_period_that_has_begun_is_shown() -> None:
    past, coming = decided(year=2025), decided(year=2027)
    [update] = planned(past, decided(), coming)[0].running_hours
    assert update.period == "2026"
    [first] = planned(past)[0].running_hours
    plan, _ = planned(past, decided(), shown=written(first))
    assert [(each.period, each.before) for each in plan.running_hours] == [("2026", None)]


@pytest.mark.parametrize("grade", ["hours", "points"])
def test_whom_the_scheme_concerns_no_more_is_told_so_in_the_place_of_last_years_hours(
    grade: str,
) -> None:
    wanted = WANTED.model_copy(update={"grade": grade})
    [last] = planned(decided(year=2025))[0].running_hours
    free = decided(outcome=Outcome.NOT_APPLICABLE, hours="0")
    for shown, meant in ((written(last), {}), ({}, written(last))):
        plan, _ = planned(decided(year=2025), free, wanted=wanted, shown=shown, meant=meant)
        [update] = plan.running_hours
        assert (update.period, update.before, update.amount) == ("2026", None, Decimal(0))
        assert "2026年" in update.text
        assert "不适用" in update.text
    again, _ = planned(decided(year=2025), free, wanted=wanted, shown=written(update))
    assert again.running_hours == ()


def test_who_is_suspended_or_gone_keeps_what_they_have() -> None:
    assert planned(decided(), people=(person(suspended=True),))[0].running_hours == ()
    assert planned(decided(), people=())[0].running_hours == ()


def test_who_is_not_concerned_is_shown_nothing_unless_something_stands_there() -> None:
    free = decided(outcome=Outcome.NOT_APPLICABLE, hours="0")
    assert planned(free)[0].running_hours == ()
    [update] = planned(decided())[0].running_hours
    [changed] = planned(free, shown=written(update), digest="other")[0].running_hours
    assert "不适用" in changed.text
    assert "还差" not in changed.text


def test_points_where_they_are_wanted() -> None:
    score = Score(
        Decimal(31),
        Decimal(50),
        Decimal("62.129"),
        Decimal(90),
        "",
        Text(),
        False,
        (),
        Place("schemes/x.yaml", 1, 1),
        Decimal(62),
    )
    wanted = WANTED.model_copy(update={"grade": "points"})
    [update] = planned(decided(score=score), wanted=wanted)[0].running_hours
    assert update.amount == Decimal("62.12")
    assert "目前 62.12 分" in update.text
    assert planned(decided(), wanted=wanted)[0].running_hours == (), "no points: nothing, not zero"


class TestWords:
    def text(self, decision: Decision, language: str = "en") -> str:
        return running_text(decision, language, points=False, choices={CHOICE})

    def test_each_language_has_its_own(self) -> None:
        assert "目前认定 12.25 学时，进行中。" in self.text(decided(), "zh")
        assert "<li>总学时：还差 59.75 学时（12.25 / 72）</li>" in self.text(decided(), "zh")
        assert "目前認定 12.25 學時，進行中。" in self.text(decided(), "zh-tw")
        assert "12.25 hours recognised so far, in progress." in self.text(decided())

    @pytest.mark.parametrize(
        ("code", "language"),
        [("zh_cn", "zh"), ("zh_tw", "zh-tw"), ("zh_hk", "zh-tw"), ("en", "en"), ("de", "en")],
    )
    def test_moodles_codes(self, code: str, language: str) -> None:
        assert language_of(code) == language

    def test_unknown_is_not_missing(self) -> None:
        assert "<li>Note: not known yet (0 / 1)</li>" in self.text(decided())

    def test_one_of_several_is_told_as_a_choice(self) -> None:
        choice = tree(EXAM, replace(EXAM, title=Text("论文", "Essay")), place=9)
        text = self.text(decided(requirement=tree(HOURS, choice)))
        assert "<li>any 1 of these: Exam, Essay</li>" in text

    def test_some_of_several_counts_those_that_are_left(self) -> None:
        met = replace(EXAM, state=State.MET)
        several = replace(tree(met, EXAM, NOTE), need=Decimal(2), have=Decimal(1), unit="items")
        assert "any 1 of these: Exam, Note" in self.text(decided(requirement=several))

    def test_hours_that_are_not_recognised_yet_say_what_opens_them(self) -> None:
        gated = replace(decided(hours="0"), earned=Decimal(30), gate=EXAM, requirement=None)
        assert "0 hours recognised so far (30 earned)" in self.text(gated)
        assert "<li>Exam (50 / 60)</li>" in self.text(gated)

    def test_nothing_is_missing(self) -> None:
        met = replace(HOURS, state=State.MET)
        assert "the period must end" in self.text(decided(requirement=tree(met)))
        done = decided(outcome=Outcome.MET, requirement=tree(met))
        assert self.text(done).endswith("met.</p>")

    def test_many_are_cut_and_counted(self) -> None:
        many = [replace(EXAM, title=Text("", f"Exam {n}")) for n in range(15)]
        text = self.text(decided(requirement=tree(*many)))
        assert text.count("<li>Exam") == 12
        assert "<li>and 3 more</li>" in text

    def test_titles_are_text(self) -> None:
        evil = replace(decided(), title=Text("", "<script>alert(1)</script>"))
        assert "<script>" not in self.text(evil)


class TestShown:
    def test_a_plan_without_them_reads_as_ever(self) -> None:
        empty = Plan("s", "u", "r", "c", NOW, ())
        assert "running" not in plan_as_json(empty)
        assert "hours" not in plan_as_text(empty, {})
        assert not empty.would_write

    def test_the_digest_covers_who_sees_what(self) -> None:
        one, other = planned(decided())[0], planned(decided(hours="13"))[0]
        assert one.digest != other.digest != replace(one, running_hours=()).digest
        assert one.digest == planned(decided())[0].digest
        assert one.would_write
        assert one.messages == 0

    def test_old_and_new_of_each_teacher(self) -> None:
        plan, _ = planned(decided())
        text = plan_as_text(plan, {7: person()})
        assert "> hours     1 teachers  x 2026 [R / progress]  1 for the first time" in text
        assert "    王芳 (T7) – → 12.25" in text
        assert "1 running hours to write; Moodle tells nobody" in text
        assert "王芳 (T7) – → 12.25" in plan_as_markdown(plan, {7: person()})
        [row] = json.loads(plan_as_json(plan))["running_hours"]
        assert (row["teacher"], row["before"], row["amount"]) == (7, None, "12.25")

    def test_of_thousands_a_few_are_named(self) -> None:
        people = tuple(person(number) for number in range(1, 1001))
        plan, _ = planned(*(decided(each.id) for each in people), people=people)
        text = plan_as_text(plan, {each.id: each for each in people})
        assert "1000 teachers" in text
        assert "… and 976 more" in text
        assert len(text.splitlines()) < 20
        assert len(json.loads(plan_as_json(plan))["running_hours"]) == 1000
