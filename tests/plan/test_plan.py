"""A plan issues what is deserved and missing, once, and never harms what it doesn't know."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.config import AwardSettings, LimitSettings
from moodle_cpd.decide import result_of
from moodle_cpd.model.action import Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState, Route
from moodle_cpd.model.decision import AwardDue, Decision, Outcome, Place, Text
from moodle_cpd.model.people import Person
from moodle_cpd.model.period import Period
from moodle_cpd.model.result import Result
from moodle_cpd.plan import (
    Allowed,
    Plan,
    check_limits,
    make_plan,
    plan_as_json,
    plan_as_markdown,
    plan_as_text,
)

PERIOD = Period(
    "2026", datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
)
PLACE = Place("schemes/x.yaml", 3, 1, "二.2")
BADGE = AwardSettings(
    scheme="x", award="badge", route=Route.COHORT, cohort="x-{period}", badge="X {period}"
)
CERTIFICATE = AwardSettings(
    scheme="x", award="certificate", route=Route.RECORD_COURSE, course="R", activity="x-{period}"
)


def due(key: str, *, here: bool = True) -> AwardDue:
    return AwardDue(key, key, Text("证书", "Certificate"), issued_here=here, place=PLACE)


def decision(
    teacher: int,
    outcome: Outcome = Outcome.MET,
    awards: tuple[AwardDue, ...] = (),
    hours: str = "30",
) -> Decision:
    return Decision(
        site="s",
        teacher=teacher,
        scheme="x",
        title=Text("规定", "Rule"),
        period=PERIOD,
        outcome=outcome,
        earned=Decimal(hours),
        recognised=Decimal(hours),
        credits=None,
        by_category=(),
        requirement=None,
        credit_lines=(),
        reasons=(),
        awards=awards,
        rules_digest="r",
    )


def decided(
    teacher: int,
    *,
    outcome: Outcome = Outcome.MET,
    awards: tuple[AwardDue, ...] = (due("badge"), due("certificate")),
    hours: str = "30",
) -> Result:
    return result_of(decision(teacher, outcome, awards, hours), f"digest-{teacher}-{hours}")


def key(teacher: int, award: str = "badge") -> AwardKey:
    return AwardKey("s", teacher, "x", "2026", award)


def award(teacher: int, name: str, state: AwardState) -> Award:
    return Award(
        key=key(teacher, name),
        route=Route.COHORT if name == "badge" else Route.RECORD_COURSE,
        course="" if name == "badge" else "R",
        target="x-2026",
        state=state,
        serial="CPD-2026-000001",
        verification_id="id",
        issued_on=datetime(2026, 5, 1, tzinfo=UTC),
        hours=Decimal(30),
        credits=None,
        sha256="",
        decision_digest="old",
    )


def planned(
    *results: Result,
    awards: tuple[Award, ...] = (),
    routes: tuple[AwardSettings, ...] = (BADGE, CERTIFICATE),
) -> Plan:
    return make_plan(
        site="s",
        url="https://moodle.example",
        rules_digest="r",
        certificates="c",
        read_at=datetime(2026, 5, 2, tzinfo=UTC),
        on=datetime(2026, 5, 2, tzinfo=UTC),
        results=results,
        awards={award.key: award for award in awards},
        routes=routes,
    )


def test_who_met_the_scheme_gets_each_award_once() -> None:
    plan = planned(decided(7))
    assert [(a.verb, a.award.award, a.target) for a in plan.actions] == [
        (Verb.ISSUE, "badge", "x-2026"),
        (Verb.ISSUE, "certificate", "x-2026"),
    ]
    assert plan.messages == 2


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.MET])
def test_no_other_outcome_earns_anything(outcome: Outcome) -> None:
    assert planned(decided(7, outcome=outcome)).actions == ()


def test_what_is_confirmed_is_not_planned_again_and_what_was_begun_is_finished() -> None:
    plan = planned(
        decided(7),
        awards=(
            award(7, "badge", AwardState.CONFIRMED),
            award(7, "certificate", AwardState.PLANNED),
        ),
    )
    assert [(a.verb, a.award.award) for a in plan.actions] == [(Verb.CONFIRM, "certificate")]
    assert plan.actions[0].decision_digest == "old", "the number was given for that decision"


def test_a_write_that_was_taken_sends_no_second_message() -> None:
    plan = planned(
        decided(7, awards=(due("badge"),)), awards=(award(7, "badge", AwardState.ISSUED),)
    )
    assert plan.actions[0].verb is Verb.CONFIRM
    assert plan.messages == 0


def test_a_lost_ground_is_shown_and_not_carried_out() -> None:
    plan = planned(
        decided(7, outcome=Outcome.NOT_MET), awards=(award(7, "badge", AwardState.CONFIRMED),)
    )
    assert [a.verb for a in plan.actions] == [Verb.WITHDRAW]
    assert plan.executable == ()
    assert plan.withdrawals == plan.actions
    assert "only with --allow-withdrawals" in plan_as_text(plan, {})


def test_an_award_of_which_no_decision_speaks_stays_untouched() -> None:
    assert planned(awards=(award(7, "badge", AwardState.CONFIRMED),)).actions == ()


def test_what_the_authority_issues_itself_is_counted_only() -> None:
    plan = planned(decided(7, awards=(due("badge", here=False),)))
    assert plan.actions == ()
    assert plan.recorded_only == 1


def test_an_award_without_a_way_into_moodle_is_a_problem_and_not_lost() -> None:
    plan = planned(decided(7), decided(8), routes=(BADGE,))
    assert [a.award.award for a in plan.actions] == ["badge", "badge"]
    assert len(plan.problems) == 1
    assert "2 earned 'certificate'" in str(plan.problems[0])


@given(st.permutations([1, 2, 3, 4]))
def test_order_of_decisions_does_not_matter(order: list[int]) -> None:
    people = {n: Person("s", n, f"T{n}", f"t{n}", "张伟") for n in range(1, 5)}
    plan, straight = planned(*map(decided, order)), planned(*map(decided, range(1, 5)))
    assert plan.digest == straight.digest
    assert plan_as_json(plan) == plan_as_json(straight)
    assert plan_as_markdown(plan, people) == plan_as_markdown(straight, people)


def test_digest_covers_site_rules_and_every_action() -> None:
    plan = planned(decided(7))
    others = [
        replace(plan, site="t"),
        replace(plan, url="https://other.example"),
        replace(plan, rules_digest="q"),
        replace(plan, certificates="d"),
        planned(decided(7, hours="31")),
        planned(decided(8)),
        replace(plan, actions=plan.actions[:1]),
        replace(plan, actions=(replace(plan.actions[0], target="y"), plan.actions[1])),
        replace(plan, actions=(replace(plan.actions[0], course="y"), plan.actions[1])),
        replace(plan, actions=(replace(plan.actions[0], badge="y"), plan.actions[1])),
        replace(plan, actions=(replace(plan.actions[0], reason=Text("", "")), plan.actions[1])),
    ]
    digests = {other.digest for other in others}
    assert len(digests) == len(others)
    assert plan.digest not in digests


def test_json_names_nobody_and_can_be_read_back() -> None:
    data = json.loads(plan_as_json(planned(decided(7))))
    assert data["actions"][0]["teacher"] == 7
    assert data["digest"] == planned(decided(7)).digest
    assert "name" not in data["actions"][0]


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "a|b", "![x](http://y)", "三\n| 7 | x |", "a`b`", "\u202e王"],
)
def test_a_name_cannot_become_markup_or_move_the_cursor(name: str) -> None:
    people = {7: Person("s", 7, "T7", "t7", name)}
    plan = planned(decided(7, awards=(due("badge"),)))
    markdown = plan_as_markdown(plan, people)
    row = next(line for line in markdown.splitlines() if line.startswith("| issue"))
    assert row.count("|") == 7
    assert "<script" not in markdown
    assert "![" not in markdown
    assert "\u202e" not in markdown + plan_as_text(plan, people)
    assert len(plan_as_text(plan, people).splitlines()) == len(plan_as_text(plan, {}).splitlines())


LIMITS = LimitSettings(awards=3, share=0.5, share_from=1)


def test_within_the_limits_nothing_needs_saying() -> None:
    plan = planned(decided(1, awards=(due("badge"),)))
    assert check_limits(plan, LIMITS, teachers=10, allowed=Allowed()) == ()


def test_too_many_awards_are_refused_and_named() -> None:
    plan = planned(decided(1), decided(2))
    problems = check_limits(plan, LIMITS, teachers=10, allowed=Allowed())
    assert [p.where for p in problems] == ["[limits] awards"]
    assert "--allow 4" in problems[0].hint


def test_too_large_a_share_is_refused() -> None:
    plan = planned(*(decided(n, awards=(due("badge"),)) for n in (1, 2)))
    problems = check_limits(plan, LIMITS, teachers=3, allowed=Allowed())
    assert [p.where for p in problems] == ["[limits] share"]


def test_the_explicit_word_holds_for_as_many_as_it_names() -> None:
    plan = planned(decided(1), decided(2))
    assert check_limits(plan, LIMITS, teachers=2, allowed=Allowed(awards=4)) == ()
    assert check_limits(plan, LIMITS, teachers=2, allowed=Allowed(awards=3)) != ()


def test_reading_back_what_was_written_is_no_mass_action() -> None:
    begun = tuple(award(n, "badge", AwardState.ISSUED) for n in range(9))
    plan = planned(*(decided(n, awards=(due("badge"),)) for n in range(9)), awards=begun)
    assert len(plan.actions) == 9
    assert check_limits(plan, LIMITS, teachers=9, allowed=Allowed()) == ()


def test_what_was_begun_and_never_written_counts_as_issued_now() -> None:
    begun = tuple(award(n, "badge", AwardState.PLANNED) for n in range(9))
    plan = planned(*(decided(n, awards=(due("badge"),)) for n in range(9)), awards=begun)
    assert check_limits(plan, LIMITS, teachers=9, allowed=Allowed()) != ()
    assert check_limits(plan, LIMITS, teachers=9, allowed=Allowed(awards=0)) != ()


def test_an_award_that_was_begun_does_not_follow_changed_settings() -> None:
    other = BADGE.model_copy(update={"cohort": "elsewhere-{period}"})
    plan = planned(
        decided(7, awards=(due("badge"),)),
        awards=(award(7, "badge", AwardState.ISSUED),),
        routes=(other,),
    )
    assert plan.actions == ()
    assert "begun for cohort x-2026" in str(plan.problems[0])
    assert "elsewhere-2026" in str(plan.problems[0])


def test_a_site_that_was_never_read_is_not_called_done() -> None:
    assert "pull" in plan_as_text(replace(planned(), read_at=None), {})
    assert "Nothing to do" in plan_as_text(planned(), {})
    assert "Nothing to do" not in plan_as_text(planned(decided(7), routes=()), {})
