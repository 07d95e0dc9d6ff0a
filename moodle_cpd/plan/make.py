"""Decisions against awards: which actions would bring the site to what is decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from moodle_cpd.config import AwardSettings
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState, Route
from moodle_cpd.model.decision import AwardDue, Outcome, Text
from moodle_cpd.model.quantity import show
from moodle_cpd.model.result import Result
from moodle_cpd.plan.absent import leave_out_absent
from moodle_cpd.plan.plan import Plan
from moodle_cpd.problems import Problem


def make_plan(
    *,
    site: str,
    url: str,
    rules_digest: str,
    certificates: str,
    read_at: datetime | None,
    results: Iterable[Result],
    awards: Mapping[AwardKey, Award],
    routes: Iterable[AwardSettings],
    absent: frozenset[int] = frozenset(),
) -> Plan:
    """Compare what is decided with what is issued.

    An award that is there and is not spoken of by any decision stays untouched: absence is not
    evidence.

    Args:
        site: the site's name in the configuration.
        url: the site's address.
        rules_digest: of the rulebook behind the decisions.
        certificates: digest of what stands on certificates besides the decisions.
        read_at: when the facts were last read from Moodle, UTC.
        results: of all decisions that stand; read once, one after the other.
        awards: all awards of the site, by key.
        routes: how each award reaches Moodle.
        absent: teachers whom Moodle doesn't show any more; they are given nothing new.
    """
    by_award = {(route.scheme, route.award): route for route in routes}
    actions: list[Action] = []
    unrouted: dict[tuple[str, str], int] = {}
    recorded_only = 0
    moved: list[Problem] = []
    for result in results:
        due = result.awards if result.outcome is Outcome.MET else ()
        for award_due in due:
            if not award_due.issued_here:
                recorded_only += 1
                continue
            route = by_award.get((result.scheme, award_due.key))
            if route is None:
                pair = (result.scheme, award_due.key)
                unrouted[pair] = unrouted.get(pair, 0) + 1
                continue
            action = _issue(result, award_due, route, awards)
            if action is None:
                continue
            begun = awards.get(action.award)
            if begun is not None and not _same_way(begun, action):
                moved.append(_moved(begun, action))
            else:
                actions.append(action)
        earned = {award_due.key for award_due in due}
        actions.extend(_withdrawals(result, earned, awards, by_award))
    actions, problems = leave_out_absent(site, actions, absent)
    return Plan(
        site=site,
        url=url,
        rules_digest=rules_digest,
        certificates=certificates,
        read_at=read_at,
        actions=tuple(sorted(actions, key=lambda action: (action.award, action.verb))),
        recorded_only=recorded_only,
        problems=problems
        + tuple(sorted(moved))
        + tuple(
            Problem(
                "[[awards]]",
                f"{count} earned '{award}' of scheme '{scheme}', which has no way into Moodle",
                "an [[awards]] table with that scheme and award",
                "Add one to moodle-cpd.toml, or write issued_here: false in the scheme",
            )
            for (scheme, award), count in sorted(unrouted.items())
        ),
    )


def _issue(
    result: Result,
    due: AwardDue,
    route: AwardSettings,
    awards: Mapping[AwardKey, Award],
) -> Action | None:
    key = AwardKey(result.site, result.teacher, result.scheme, result.period, due.key)
    award = awards.get(key)
    if award is not None and award.state is AwardState.CONFIRMED:
        return None
    verb = Verb.ISSUE if award is None else Verb.CONFIRM
    return Action(
        verb=verb,
        award=key,
        route=route.route,
        course=route.course or "",
        target=route.target(result.period),
        badge=route.badge_name(result.period) or "",
        title=due.title,
        hours=result.recognised if award is None else award.hours,
        credits=result.credits if award is None else award.credits,
        decision_digest=result.digest if award is None else award.decision_digest,
        reason=_reason(result) if award is None else _resumed(award),
        messages=_messages(route) if award is None or award.state is AwardState.PLANNED else 0,
    )


def _same_way(award: Award, action: Action) -> bool:
    """Whether an award that was begun still goes where it was begun for."""
    begun = (award.route, award.course, award.target)
    return begun == (action.route, action.course, action.target)


def _moved(award: Award, action: Action) -> Problem:
    """Settings changed under an award: it must not be handed over a second time elsewhere."""
    return Problem(
        f"{action.award.site}: teacher {action.award.teacher}",
        f"award '{action.award.award}' was begun for "
        f"{_way(award.route, award.course, award.target)}, and the settings now name "
        f"{_way(action.route, action.course, action.target)}",
        "",
        "Put the [[awards]] table back until this award is confirmed",
    )


def _way(route: Route, course: str, target: str) -> str:
    return f"{route} {f'{course} / ' if course else ''}{target}"


def _withdrawals(
    result: Result,
    earned: set[str],
    awards: Mapping[AwardKey, Award],
    by_award: Mapping[tuple[str, str], AwardSettings],
) -> Iterable[Action]:
    for (scheme, name), route in by_award.items():
        if scheme != result.scheme or name in earned:
            continue
        key = AwardKey(result.site, result.teacher, scheme, result.period, name)
        award = awards.get(key)
        if award is None:
            continue
        yield Action(
            verb=Verb.WITHDRAW,
            award=key,
            route=award.route,
            course=award.course,
            target=award.target,
            badge=route.badge_name(result.period) or "",
            title=Text(name, name),
            hours=award.hours,
            credits=award.credits,
            decision_digest=result.digest,
            reason=Text(
                f"依据已不成立：现认定 {show(result.recognised)} 学时，结论 {result.outcome}",
                f"ground lost: now {show(result.recognised)} hours recognised, "
                f"outcome {result.outcome}",
            ),
            messages=0,
        )


def _reason(result: Result) -> Text:
    hours = show(result.recognised)
    rule = f" ({result.place})" if result.place is not None else ""
    by_hand = result.by_hand
    return Text(
        f"{result.title.zh} {result.period}：认定 {hours} 学时，各项要求均已达到{rule}"
        + "".join(f"；{each.zh}" for each in by_hand),
        f"{result.title.en} {result.period}: {hours} hours recognised, "
        f"every requirement met{rule}" + "".join(f"; {each.en}" for each in by_hand),
    )


def _resumed(award: Award) -> Text:
    return Text(
        f"先前已开始（状态 {award.state}），核对并完成",
        f"begun by an earlier run (state {award.state}): checked and finished",
    )


def _messages(route: AwardSettings) -> int:
    """Moodle tells the teacher of a saved grade, and of a badge that hangs on it."""
    if route.route is Route.COHORT:
        return 1
    return 1 + (route.badge is not None)
