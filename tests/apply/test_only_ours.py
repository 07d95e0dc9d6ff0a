"""What a person changed is never corrected, taken back or written over; what ends, ends once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.cli.everybody import standing
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardState, CertificateState, Route
from moodle_cpd.model.decision import Outcome
from tests.apply.hand import ACTIVITY, Cut, Hand, hand_on, lost, met
from tests.apply.rescaling import rescale


@pytest.fixture
def hand(site: EmbeddedMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    """Everything issued to one teacher."""
    hand = hand_on(site, tmp_path, monkeypatch)
    hand.apply(met(hand, 0))
    return hand


def award_of(hand: Hand, route: Route) -> Award:
    with Ledger.open(hand.path) as ledger:
        return next(award for award in hand.awards(ledger) if award.route is route)


def test_a_grade_that_a_person_changed_is_neither_corrected_nor_taken_back(hand: Hand) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    before = award_of(hand, Route.RECORD_COURSE)
    world.grade(teacher, ACTIVITY, 55, world.now())
    for change in (met(hand, 6), lost(hand)):
        report = hand.apply(change)
        assert any("did not write" in str(problem) for problem in report.problems)
        assert world.grade_of(teacher, ACTIVITY) == 55
        assert award_of(hand, Route.RECORD_COURSE) == before, "no number, no change of state"


def test_what_moodle_scaled_is_told_of_the_maximum_and_is_ours_to_take_back(hand: Hand) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    hours = world.grade_of(teacher, ACTIVITY)
    rescale(world, ACTIVITY, 2000)
    report = hand.apply(met(hand, 6))
    [problem] = report.problems
    assert (report.confirmed, report.unfinished) == (0, 1), "what stands is not what was to come"
    assert f"assignment '{ACTIVITY}'" in problem.where
    assert "was 1000 when we wrote grades and is 2000 now" in problem.found
    assert world.grade_of(teacher, ACTIVITY) == 2 * (hours or 0)
    assert hand.apply(lost(hand)).problems == ()
    assert world.grade_of(teacher, ACTIVITY) == 0
    assert award_of(hand, Route.RECORD_COURSE).state is AwardState.WITHDRAWN


def test_beside_grades_that_moodle_scaled_none_is_written_that_the_way_back_would_scale(
    hand: Hand,
) -> None:
    rescale(hand.site.world, ACTIVITY, 2000)
    with Ledger.open(hand.path) as ledger:
        results = list(standing(ledger, "demo"))
    own = hand.result
    alike = (r for r in results if (r.outcome, r.scheme) == (own.outcome, own.scheme))
    hand.result = next(r for r in alike if r.teacher != own.teacher and r.period == own.period)
    report = hand.apply(hand.result)
    assert ["was 1000 when we wrote" in each.found for each in report.problems] == [True]
    assert papers(hand) == [CertificateState.VALID], "no number either"
    rescale(hand.site.world, ACTIVITY, 1000)
    assert hand.apply(hand.result).problems == ()
    assert papers(hand) == [CertificateState.VALID] * 2


def test_a_certificate_that_a_person_took_away_is_not_put_back_by_correcting_it(
    hand: Hand,
) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    for files in world.tables.files.values():
        for name in [n for n, file in files.items() if file.filename.endswith(".pdf")]:
            del files[name]
    report = hand.apply(met(hand, 6))
    assert any("not there any more" in str(problem) for problem in report.problems)
    assert world.files_of(teacher, ACTIVITY) == []


def test_who_was_put_into_the_cohort_again_by_a_person_is_not_ours(hand: Hand) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    hand.apply(lost(hand))
    assert award_of(hand, Route.COHORT).state is AwardState.WITHDRAWN
    world.join_cohort(teacher, ACTIVITY)
    report = hand.apply(met(hand, 0))
    assert any("not by us" in str(problem) for problem in report.problems)
    assert award_of(hand, Route.COHORT).state is AwardState.WITHDRAWN


def test_what_a_person_took_back_already_needs_no_notice(hand: Hand) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    world.cohort(ACTIVITY).members.pop(teacher)
    report = hand.apply(lost(hand))
    assert report.problems == ()
    assert award_of(hand, Route.COHORT).state is AwardState.WITHDRAWN


def test_a_locked_grade_is_not_taken_back(hand: Hand) -> None:
    hand.site.world.assignment(ACTIVITY).locked = True
    report = hand.apply(lost(hand))
    assert any("locked" in str(problem) for problem in report.problems)
    assert award_of(hand, Route.RECORD_COURSE).state is AwardState.CONFIRMED


def test_without_the_function_nobody_is_taken_out_and_the_rest_goes_on(hand: Hand) -> None:
    hand.site.world.withdraw_function("core_cohort_delete_cohort_members")
    report = hand.apply(lost(hand))
    assert any("core_cohort_delete_cohort_members" in str(p) for p in report.problems)
    assert award_of(hand, Route.COHORT).state is AwardState.CONFIRMED
    assert award_of(hand, Route.RECORD_COURSE).state is AwardState.WITHDRAWN


def papers(hand: Hand) -> list[CertificateState]:
    with Ledger.open(hand.path) as ledger:
        return [entry.state for entry in ledger.certificates("demo") if entry.is_paper]


def test_a_number_under_which_nothing_was_sent_is_void_when_the_ground_is_lost(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between the number and the certificate; then it is not due any more."""

    def cut(*_: object) -> None:
        raise Cut

    hand.apply(lost(hand))
    with monkeypatch.context() as patch:
        patch.setattr(hand.draw, "render_all", cut)
        with pytest.raises(Cut):
            hand.apply(met(hand, 0))
    assert CertificateState.PLANNED in papers(hand)
    report = hand.apply(lost(hand))
    assert report.unfinished == 0
    with Ledger.open(hand.path) as ledger:
        states = [entry.state for entry in ledger.certificates("demo")]
        [void] = [e for e in ledger.certificates("demo") if e.state is CertificateState.VOID]
        assert "未达到要求" in ledger.certificate_events("demo", void.serial)[-1].reason
    assert CertificateState.PLANNED not in states
    assert hand.apply(met(hand, 0)).unfinished == 0
    with Ledger.open(hand.path) as ledger:
        numbers = [int(e.serial[-6:]) for e in ledger.certificates("demo") if e.is_paper]
    assert numbers == list(range(1, len(numbers) + 1))


def test_what_lapsed_is_over_in_the_register_and_stays_in_moodle(hand: Hand) -> None:
    world, teacher = hand.site.world, hand.result.teacher
    before = world.files_of(teacher, ACTIVITY)
    gained = replace(hand.result, gained="2026年", valid_until=date(2027, 12, 31))
    lapsed = replace(
        lost(hand), period="2027", outcome=Outcome.LAPSED, unmet=False,
        gained="2026年", valid_until=date(2027, 12, 31),
    )  # fmt: skip
    report = hand.apply(gained, lapsed)
    assert report.ended == 1
    assert award_of(hand, Route.RECORD_COURSE).state is AwardState.EXPIRED
    assert award_of(hand, Route.COHORT).state is AwardState.CONFIRMED, "it names no last day"
    assert world.files_of(teacher, ACTIVITY) == before
    assert hand.apply(gained, lapsed).ended == 0
