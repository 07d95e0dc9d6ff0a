"""What a plan does about awards that were given: only what is known to be so changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.config import LimitSettings
from moodle_cpd.decide import result_of
from moodle_cpd.model.action import Verb
from moodle_cpd.model.award import Award, AwardState
from moodle_cpd.model.decision import (
    CreditLine,
    Outcome,
    Place,
    RequirementResult,
    State,
    Text,
)
from moodle_cpd.model.result import Result
from moodle_cpd.plan import Allowed, Plan, check_limits, make_plan, plan_as_json, plan_as_text
from tests.plan.test_plan import BADGE, CERTIFICATE, award, decided, decision, due, key

NOW = datetime(2026, 5, 2, tzinfo=UTC)
PAPER = award(7, "certificate", AwardState.CONFIRMED)
ONLY = (due("certificate"),)
CHANGING = {Verb.SUPERSEDE, Verb.WITHDRAW, Verb.EXPIRE}


def planned(
    *results: Result,
    awards: tuple[Award, ...] = (PAPER,),
    name: str = "张伟",
    printed: str = "张伟",
    more_hours: str = "at-once",
    titles: dict[tuple[str, str], Text] | None = None,
    on: datetime = NOW,
) -> Plan:
    routes = (BADGE, CERTIFICATE.model_copy(update={"more_hours": more_hours}))
    return make_plan(
        site="s",
        url="https://moodle.example",
        rules_digest="r",
        certificates="c",
        read_at=NOW,
        on=on,
        results=results,
        awards={award.key: award for award in awards},
        routes=routes,
        names={7: name},
        printed={PAPER.serial: printed},
        titles=titles,
    )


def verbs(plan: Plan) -> list[tuple[Verb, str]]:
    return [(action.verb, action.award.award) for action in plan.actions]


def met(hours: str = "30", **changed: object) -> Result:
    return replace(decided(7, awards=ONLY, hours=hours), **changed)  # type: ignore[arg-type]


def lost(outcome: Outcome = Outcome.NOT_MET, *, unmet: bool = True) -> Result:
    return replace(decided(7, outcome=outcome, awards=()), unmet=unmet)


@pytest.mark.parametrize("hours", ["36", "30.5", "29"])
def test_other_hours_put_a_new_certificate_in_place_of_the_old(hours: str) -> None:
    plan = planned(met(hours))
    [action] = plan.actions
    assert (action.verb, action.hours) == (Verb.SUPERSEDE, Decimal(hours))
    assert action.replaces == PAPER.serial
    assert f"30 → {hours}" in action.reason.zh
    assert plan.executable == plan.actions
    assert plan.messages == 1, "the badge is held already"


@pytest.mark.parametrize("hours", ["30", "30.0", "30.001"])
def test_what_reads_the_same_is_the_same(hours: str) -> None:
    assert planned(met(hours)).actions == ()


def test_a_certificate_whose_badge_is_hidden_is_corrected_all_the_same() -> None:
    hidden = replace(PAPER, state=AwardState.ISSUED)
    assert verbs(planned(met("36"), awards=(hidden,))) == [(Verb.SUPERSEDE, "certificate")]
    assert verbs(planned(met(), awards=(hidden,))) == [(Verb.CONFIRM, "certificate")]
    begun = replace(PAPER, state=AwardState.PLANNED)
    assert verbs(planned(met("36"), awards=(begun,))) == [(Verb.CONFIRM, "certificate")]


def test_a_badge_without_paper_has_nothing_to_correct() -> None:
    badge = replace(award(7, "badge", AwardState.CONFIRMED), verification_id="")
    plan = planned(decided(7, awards=(due("badge"),), hours="44"), awards=(badge,), name="李")
    assert plan.actions == ()


def test_a_new_name_is_shown_to_people_and_not_kept_in_the_plan() -> None:
    plan = planned(met(), name="张炜")
    assert verbs(plan) == [(Verb.SUPERSEDE, "certificate")]
    assert "张" not in plan_as_json(plan)
    assert "张" not in plan_as_text(plan, {})


@pytest.mark.parametrize("name", ["张伟", " 张伟 ", "张\u200b伟", ""])
def test_a_name_that_prints_the_same_or_is_not_known_changes_nothing(name: str) -> None:
    assert planned(met(), name=name).actions == ()
    assert planned(met(), printed="").actions == (), "forgotten"


def test_hours_that_grow_can_wait_for_the_end_of_the_period_and_fewer_do_not() -> None:
    still = met("36", ends=datetime(2026, 12, 31, tzinfo=UTC))
    over = met("36", ends=datetime(2026, 4, 30, tzinfo=UTC))
    fewer = replace(still, recognised=Decimal(29))
    assert planned(still, more_hours="at-end").actions == ()
    for result in (over, fewer):
        assert verbs(planned(result, more_hours="at-end")) == [(Verb.SUPERSEDE, "certificate")]
    assert verbs(planned(still, name="张炜", more_hours="at-end")) != []


@given(
    st.sampled_from([o for o in Outcome if o not in {Outcome.NOT_MET, Outcome.IN_PROGRESS}]),
    st.sampled_from(list(AwardState)),
)
def test_no_other_decision_takes_anything_back(outcome: Outcome, state: AwardState) -> None:
    """Not applicable, exempt, renewed, lapsed in another period: none says that it is not met."""
    plan = planned(
        replace(decided(7, outcome=outcome, awards=()), unmet=False),
        awards=(replace(PAPER, state=state),),
    )
    assert Verb.WITHDRAW not in {action.verb for action in plan.actions}


def test_what_is_open_and_not_known_to_be_missing_takes_nothing_back() -> None:
    assert planned(lost(Outcome.IN_PROGRESS, unmet=False)).actions == ()
    assert verbs(planned(lost(Outcome.IN_PROGRESS))) == [(Verb.WITHDRAW, "certificate")]
    assert verbs(planned(lost())) == [(Verb.WITHDRAW, "certificate")]


class TestWhatIsLost:
    """A person who must agree to a withdrawal reads what is not met any more."""

    HOURS = RequirementResult(
        Text("总学时", "All hours"),
        State.MISSING,
        Decimal(64),
        Decimal(72),
        "hours",
        Place("schemes/x.yaml", 3, 1),
    )
    EXAM = replace(
        HOURS,
        title=Text("考试\n合格", "Exam"),
        have=Decimal(50),
        need=Decimal(60),
        unit="points",
        place=Place("schemes/x.yaml", 5, 1),
    )

    def line(self, course: int, name: str, hours: str) -> CreditLine:
        given = Decimal(hours)
        return CreditLine("c", given, given, NOW, (f"f{course}{name}",), None, course, name, Text())

    def reason(
        self,
        *parts: RequirementResult,
        before: tuple[CreditLine, ...] = (),
        after: tuple[CreditLine, ...] = (),
        choices: tuple[Place, ...] = (),
        known: bool = True,
    ) -> Text:
        tree = replace(self.HOURS, have=None, need=None, parts=parts, place=Place("x", 1, 1))
        now = replace(decision(7, Outcome.NOT_MET), requirement=tree, credit_lines=after)
        then = replace(decision(7, Outcome.MET), credit_lines=before)
        found = {(7, "new"): now, (7, PAPER.decision_digest): then} if known else {}
        plan = make_plan(
            site="s",
            url="https://moodle.example",
            rules_digest="r",
            certificates="c",
            read_at=NOW,
            on=NOW,
            results=[result_of(now, "new")],
            awards={PAPER.key: PAPER},
            routes=(BADGE, CERTIFICATE),
            decision=lambda teacher, digest: found.get((teacher, digest)),
            choices=choices,
        )
        [action] = plan.withdrawals
        assert action.reason.zh in plan_as_text(plan, {})
        assert action.reason.en in plan_as_json(plan)
        return action.reason

    def test_each_requirement_is_named_with_what_is_there_and_what_is_needed(self) -> None:
        found = self.reason(self.HOURS, replace(self.HOURS, state=State.MET), self.EXAM)
        assert found.zh.endswith("。未达到：总学时：还差 8 学时（64 / 72）；考试 合格（50 / 60）")
        assert found.en.endswith(". Not met: All hours: 8 hours to go (64 / 72); Exam (50 / 60)")

    def test_one_of_several_is_told_as_a_choice(self) -> None:
        either = replace(self.HOURS, have=None, need=None, parts=(self.HOURS, self.EXAM))
        found = self.reason(either, choices=(either.place,))
        assert found.en.endswith(". Not met: any 1 of these: All hours, Exam")

    def test_what_counts_for_less_than_it_did_is_named_with_both_numbers(self) -> None:
        before = (
            self.line(4, "法治\n教育", "8"),
            self.line(5, "心理", "3"),
            self.line(5, "心理", "3"),
            self.line(0, "外出培训", "2.5"),
            self.line(6, "信息", "4"),
        )
        after = (
            self.line(5, "心理健康", "3"),
            self.line(6, "信息", "4"),
            self.line(7, "新", "1"),
        )
        found = self.reason(self.HOURS, before=before, after=after)
        told = "法治 教育 8 → 0；心理 6 → 3；外出培训 2.5 → 0"
        assert found.zh.endswith(f"（64 / 72）。计入的学时减少：{told}")
        assert "Hours that count for less: 法治 教育 8 → 0; 心理 6 → 3" in found.en

    def test_of_many_a_few_are_named(self) -> None:
        parts = [replace(self.HOURS, title=Text(f"第{n}项", "")) for n in range(9)]
        before = tuple(self.line(n + 1, f"课程{n}", "1") for n in range(9))
        found = self.reason(*parts, before=before)
        assert "第3项" in found.zh
        assert "第4项" not in found.zh
        assert "；另有 5 项。计入的学时减少：" in found.zh
        assert found.zh.endswith("课程3 1 → 0；另有 5 门课程")

    def test_where_the_decision_is_not_known_any_more_the_outcome_alone_is_said(self) -> None:
        found = self.reason(self.HOURS, known=False)
        assert found.zh.endswith("未达到要求")


def test_no_decision_takes_nothing_back() -> None:
    assert planned().actions == ()


def test_a_scheme_that_is_met_and_gives_the_award_no_more_is_told_and_takes_nothing_back() -> None:
    plan = planned(decided(7, awards=()))
    assert plan.actions == ()
    assert "does not give" in str(plan.problems[0])


def test_what_was_taken_back_is_given_anew_and_not_twice() -> None:
    plan = planned(met(), awards=(replace(PAPER, state=AwardState.WITHDRAWN),))
    [action] = plan.actions
    assert (action.verb, action.replaces) == (Verb.ISSUE, PAPER.serial)
    assert planned(lost(), awards=(replace(PAPER, state=AwardState.WITHDRAWN),)).actions == ()


def test_a_withdrawal_that_was_agreed_to_is_finished_whatever_is_decided_since() -> None:
    begun = (replace(PAPER, state=AwardState.WITHDRAWING),)
    for results in ((), (met(),), (lost(),)):
        plan = planned(*results, awards=begun)
        assert verbs(plan) == [(Verb.CONFIRM, "certificate")]
        assert plan.executable == plan.actions


def later(outcome: Outcome, until: date) -> Result:
    result = decided(7, outcome=outcome, awards=())
    return replace(result, period="2027", gained="2026年", valid_until=until)


GAINED = met(gained="2026年", valid_until=date(2027, 12, 31))
HELD = replace(PAPER, valid_until=date(2027, 12, 31))


def test_a_renewal_extends_and_the_new_certificate_says_so() -> None:
    plan = planned(GAINED, later(Outcome.VALID, date(2028, 12, 31)), awards=(HELD,))
    [action] = plan.actions
    assert (action.verb, action.valid_until) == (Verb.SUPERSEDE, date(2028, 12, 31))
    assert action.reason.zh.startswith("续期")
    assert planned(GAINED, later(Outcome.VALID, date(2027, 12, 31)), awards=(HELD,)).actions == ()


def test_what_lapses_soon_is_announced_and_stands() -> None:
    plan = planned(GAINED, later(Outcome.EXPIRING, date(2027, 12, 31)), awards=(HELD,))
    assert (plan.actions, plan.expiring) == ((), 1)
    assert "lapse soon" in plan_as_text(plan, {})


def test_what_lapsed_is_over_and_is_neither_issued_nor_corrected_any_more() -> None:
    lapsed = later(Outcome.LAPSED, date(2027, 12, 31))
    plan = planned(replace(GAINED, recognised=Decimal(44)), lapsed, awards=(HELD,))
    assert verbs(plan) == [(Verb.EXPIRE, "certificate")]
    assert plan.messages == 0
    assert planned(GAINED, lapsed, awards=(replace(HELD, state=AwardState.EXPIRED),)).actions == ()
    assert planned(GAINED, lapsed, awards=()).actions == ()


@pytest.mark.parametrize("outcome", [Outcome.EXEMPT, Outcome.WAIVED])
def test_a_document_of_a_later_year_brings_nothing_back_that_lapsed(outcome: Outcome) -> None:
    lapsed = later(Outcome.LAPSED, date(2027, 12, 31))
    freed = replace(lapsed, period="2028", outcome=outcome)
    for awards in ((), (replace(HELD, state=AwardState.EXPIRED),)):
        assert planned(GAINED, lapsed, freed, awards=awards).actions == ()
    assert verbs(planned(GAINED, lapsed, freed, awards=(HELD,))) == [(Verb.EXPIRE, "certificate")]


@pytest.mark.parametrize("outcome", [Outcome.EXPIRING, Outcome.EXEMPT, Outcome.WAIVED])
def test_nothing_is_handed_out_whose_last_day_is_behind(outcome: Outcome) -> None:
    """Who declined the year of the lapse is called waived; in the days of grace it is open."""
    behind = later(outcome, NOW.date() - timedelta(days=1))
    for awards in ((), (replace(HELD, state=AwardState.EXPIRED),)):
        assert planned(GAINED, behind, awards=awards).actions == ()
    today = later(outcome, NOW.date())
    assert verbs(planned(GAINED, today, awards=())) == [(Verb.ISSUE, "certificate")]


def test_the_last_day_ends_where_the_scheme_is() -> None:
    """A run at seven in the morning in China is still in the UTC day before."""
    last = date(2027, 12, 31)
    waived = replace(later(Outcome.WAIVED, last), zone="Asia/Shanghai")
    midnight = datetime(2027, 12, 31, 16, tzinfo=UTC)
    before = midnight - timedelta(seconds=1)
    assert verbs(planned(GAINED, waived, awards=(), on=before)) == [(Verb.ISSUE, "certificate")]
    assert planned(GAINED, waived, awards=(), on=midnight).actions == ()
    assert planned(GAINED, waived, awards=(HELD,), on=before).actions == ()
    plan = planned(GAINED, waived, awards=(HELD,), on=midnight)
    assert verbs(plan) == [(Verb.EXPIRE, "certificate")]


def test_a_waiver_of_the_year_of_the_lapse_lets_it_be_over() -> None:
    """What is held is never called waived, so this is how the last year of it reads."""
    yesterday = NOW.date() - timedelta(days=1)
    waived = later(Outcome.WAIVED, yesterday)
    held = replace(HELD, valid_until=yesterday)
    for following in ((), (replace(waived, period="2028"),)):
        plan = planned(GAINED, waived, *following, awards=(held,))
        assert verbs(plan) == [(Verb.EXPIRE, "certificate")]
        assert plan.actions[0].reason.zh.endswith(f"截至 {yesterday}")


@pytest.mark.parametrize(
    ("outcome", "verb"),
    [(Outcome.VALID, Verb.EXPIRE), (Outcome.MET, Verb.EXPIRE), (Outcome.EXPIRING, None)],
)
def test_who_left_the_scheme_keeps_a_certificate_until_its_last_day(
    outcome: Outcome, verb: Verb | None
) -> None:
    """No later decision speaks of it; but in the days of grace it may have been renewed."""
    away = replace(later(Outcome.NOT_APPLICABLE, NOW.date()), gained="", valid_until=None)
    away = replace(away, period="2028")
    yesterday = NOW.date() - timedelta(days=1)
    for last, expected in ((NOW.date(), None), (yesterday, verb)):
        held = replace(HELD, valid_until=last)
        plan = planned(GAINED, later(outcome, last), away, awards=(held,))
        assert [action.verb for action in plan.actions] == ([expected] if expected else [])
    elsewhere = replace(away, scheme="y")
    assert planned(GAINED, later(outcome, yesterday), elsewhere, awards=(held,)).actions == ()
    back = replace(later(Outcome.VALID, date(2029, 12, 31)), period="2029")
    plan = planned(GAINED, later(outcome, yesterday), away, back, awards=(held,))
    assert verbs(plan) == [(Verb.SUPERSEDE, "certificate")], "who serves again is spoken of again"


def test_what_was_gained_anew_leaves_the_old_one_to_its_last_day() -> None:
    yesterday = NOW.date() - timedelta(days=1)
    anew = replace(later(Outcome.VALID, date(2029, 12, 31)), gained="2027年")
    held = replace(HELD, valid_until=yesterday)
    plan = planned(GAINED, later(Outcome.VALID, yesterday), anew, awards=(held,))
    assert verbs(plan) == [(Verb.EXPIRE, "certificate")]


def test_a_badge_says_no_last_day_and_does_not_expire() -> None:
    badge = replace(award(7, "badge", AwardState.CONFIRMED), verification_id="")
    gained = replace(GAINED, awards=(due("badge"),))
    for outcome in (Outcome.LAPSED, Outcome.EXPIRING):
        plan = planned(gained, later(outcome, date(2025, 12, 31)), awards=(badge,))
        assert (plan.actions, plan.expiring) == ((), 0)


def test_what_lapsed_by_mistake_is_given_anew() -> None:
    expired = replace(HELD, state=AwardState.EXPIRED)
    plan = planned(GAINED, later(Outcome.VALID, date(2028, 12, 31)), awards=(expired,))
    assert [(a.verb, a.replaces) for a in plan.actions] == [(Verb.ISSUE, HELD.serial)]


def thousand(change: Result) -> Plan:
    """A slipped digit in a rule: everybody's decision comes out otherwise."""
    results, awards = [], {}
    for teacher in range(1000):
        held = replace(
            award(teacher, "certificate", AwardState.CONFIRMED), serial=f"CPD-2026-{teacher:06}"
        )
        awards[held.key] = held
        results.append(replace(change, teacher=teacher))
    return make_plan(
        site="s",
        url="https://moodle.example",
        rules_digest="r",
        certificates="c",
        read_at=NOW,
        on=NOW,
        results=results,
        awards=awards,
        routes=(CERTIFICATE,),
    )


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        (met("72"), Allowed()),
        (met("72"), Allowed(awards=5000, withdraw=True, withdrawals=5000)),
        (lost(), Allowed(withdraw=True)),
        (lost(), Allowed(awards=5000, supersessions=5000, withdraw=True)),
        (lost(), Allowed(awards=5000, supersessions=5000, withdraw=True, withdrawals=999)),
    ],
)
def test_a_slipped_digit_changes_no_thousand_awards(change: Result, allowed: Allowed) -> None:
    """The word for one kind of change is none for another."""
    assert check_limits(thousand(change), LimitSettings(), teachers=1000, allowed=allowed)


def test_the_word_for_each_kind_lifts_its_limit() -> None:
    limits = LimitSettings()
    meant = Allowed(supersessions=1000)
    assert not check_limits(thousand(met("72")), limits, teachers=1000, allowed=meant)
    meant = Allowed(withdraw=True, withdrawals=1000)
    assert not check_limits(thousand(lost()), limits, teachers=1000, allowed=meant)


def test_without_the_word_withdrawals_are_left_out_and_hinder_nothing() -> None:
    plan = thousand(lost())
    assert plan.executable == ()
    assert not check_limits(plan, LimitSettings(), teachers=1000, allowed=Allowed())


@given(
    st.permutations(range(4)), st.lists(st.sampled_from(list(AwardState)), min_size=4, max_size=4)
)
def test_at_most_one_action_is_planned_for_an_award(
    order: list[int], states: list[AwardState]
) -> None:
    awards = tuple(
        replace(award(n, "certificate", state), serial=f"CPD-2026-{n:06}")
        for n, state in enumerate(states)
    )
    results = [
        replace(met("31"), teacher=n) if n % 2 else replace(lost(), teacher=n) for n in order
    ]
    plan = planned(*results, awards=awards)
    keys = [action.award for action in plan.actions]
    assert len(keys) == len(set(keys))
    assert {k.teacher for k in keys} <= set(range(4))
    assert key(7) not in keys


def test_what_is_taken_back_is_called_by_its_title_as_what_is_given_is() -> None:
    title = Text("结业证书", "Certificate")
    [action] = planned(lost(), titles={(PAPER.key.scheme, PAPER.key.award): title}).actions
    assert (action.verb, action.title) == (Verb.WITHDRAW, title)
    [given] = planned(met("36"), titles={(PAPER.key.scheme, PAPER.key.award): title}).actions
    assert given.title != title, "the decision's own words come first"
