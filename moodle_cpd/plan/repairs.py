"""What a verification found missing, handed over again: same number, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from moodle_cpd.config import AwardSettings
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState
from moodle_cpd.model.decision import Text
from moodle_cpd.model.drift import Drift, DriftKind
from moodle_cpd.problems import Problem

_STANDING = {AwardState.ISSUED, AwardState.CONFIRMED}
_WORDS = {
    "member": Text("群组成员身份", "membership in the cohort"),
    "grade": Text("成绩", "grade"),
    "file": Text("证书文件", "certificate's file"),
}


def with_repairs(
    actions: Iterable[Action],
    drifts: Iterable[Drift],
    awards: Mapping[AwardKey, Award],
    routes: Sequence[AwardSettings],
) -> tuple[list[Action], list[Problem]]:
    """Add repairs to what is planned.

    What a person changed is told and left: Moodle may be right. An award about which something
    else is planned is left to that.

    Args:
        actions: what is planned.
        drifts: what the last verification found and nobody repaired since.
        awards: all awards of the site, by key.
        routes: how each award reaches Moodle.

    Returns:
        All actions, and what a person should look at.
    """
    planned = list(actions)
    busy = {action.award for action in planned}
    by_award = {(route.scheme, route.award): route for route in routes}
    found: dict[AwardKey, list[Drift]] = {}
    for drift in drifts:
        found.setdefault(drift.key, []).append(drift)
    problems = []
    for key, own in sorted(found.items()):
        award, route = awards.get(key), by_award.get((key.scheme, key.award))
        changed = [drift for drift in own if drift.kind is DriftKind.CHANGED]
        missing = [drift for drift in own if drift.kind is DriftKind.MISSING]
        if changed:
            problems += [_changed(drift) for drift in changed]
        elif missing and award is not None and route is not None and key not in busy:
            stands = award.state in _STANDING and award.serial == missing[0].serial
            planned += [_repair(award, route, missing)] if stands else []
    return planned, problems


def _repair(award: Award, route: AwardSettings, missing: Sequence[Drift]) -> Action:
    things = [_WORDS[drift.thing.value] for drift in missing]
    return Action(
        verb=Verb.REPAIR,
        award=award.key,
        route=award.route,
        course=award.course,
        target=award.target,
        badge=route.badge_name(award.key.period) or "",
        title=Text(award.key.award, award.key.award),
        hours=award.hours,
        credits=award.credits,
        decision_digest=award.decision_digest,
        reason=Text(
            f"{award.serial}：Moodle 中已没有{'、'.join(each.zh for each in things)}，"
            "按原编号、原内容重新交付",
            f"{award.serial}: {' and '.join(each.en for each in things)} not in Moodle any more; "
            "handed over again, same number, same content",
        ),
        messages=1,
        valid_until=award.valid_until,
    )


def _changed(drift: Drift) -> Problem:
    return Problem(
        f"{drift.key.site}: teacher {drift.key.teacher}",
        f"{drift.serial or drift.key.award}: {drift.thing} is '{drift.found}' in Moodle and not "
        f"'{drift.due}', changed by another hand",
        "",
        "What a person wrote is not overwritten; put it back by hand if it is a mistake, then run "
        "'moodle-cpd verify' again",
    )
