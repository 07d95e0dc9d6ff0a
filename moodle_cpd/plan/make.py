"""Decisions against awards: which actions would bring the site to what is decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from moodle_cpd.config import AwardSettings
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Award, AwardKey
from moodle_cpd.model.decision import Decision, Place, Text
from moodle_cpd.model.drift import Drift
from moodle_cpd.model.result import Result
from moodle_cpd.model.running_hours import HoursUpdate
from moodle_cpd.plan.absent import leave_out_absent
from moodle_cpd.plan.ending import EndingSoon
from moodle_cpd.plan.lives import Lives
from moodle_cpd.plan.plan import Plan
from moodle_cpd.plan.repairs import with_repairs
from moodle_cpd.plan.running_hours import RunningHours, in_order
from moodle_cpd.problems import Problem


def make_plan(
    *,
    site: str,
    url: str,
    rules_digest: str,
    certificates: str,
    read_at: datetime | None,
    on: datetime,
    results: Iterable[Result],
    awards: Mapping[AwardKey, Award],
    routes: Iterable[AwardSettings],
    absent: frozenset[int] = frozenset(),
    names: Mapping[int, str] | None = None,
    printed: Mapping[str, str] | None = None,
    drifts: Iterable[Drift] = (),
    running: RunningHours | None = None,
    titles: Mapping[tuple[str, str], Text] | None = None,
    decision: Callable[[int, str], Decision | None] | None = None,
    choices: Collection[Place] = (),
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
        on: the moment for which it is planned, UTC.
        results: of all decisions that stand, those of a teacher together and in the order of
            their periods; read once, one after the other.
        awards: all awards of the site, by key.
        routes: how each award reaches Moodle.
        absent: teachers whom Moodle doesn't show any more; they are given nothing new.
        names: teachers' names as they would be printed, by Moodle's user id.
        printed: names as they were printed, by serial.
        drifts: what the last verification found and nobody repaired since.
        running: compares what teachers see of their hours; None: they are shown none.
        titles: what awards are called, by scheme and id: a decision names only what it earns.
        decision: gives a teacher's decision by its digest, to say what a lost ground lacks; None
            where it is not known.
        choices: where the rules let a teacher choose one of several requirements.
    """
    routes = tuple(routes)
    lives = Lives(awards, {(route.scheme, route.award): route for route in routes}, on)
    lives.names, lives.printed = names or {}, printed or {}
    lives.decision, lives.choices = decision or lives.decision, choices
    actions: list[Action] = list(lives.underway())
    updates: list[HoursUpdate] = []
    ending = EndingSoon(awards.values(), on)
    for _, group in groupby(results, key=lambda result: result.teacher):
        of_teacher = list(group)
        actions.extend(lives.actions(of_teacher))
        ending.take(of_teacher)
        if running is not None:
            updates.extend(running.updates(of_teacher))
    actions, problems = leave_out_absent(site, actions, absent)
    actions, drifted = with_repairs(actions, drifts, awards, routes)
    return Plan(
        site=site,
        url=url,
        rules_digest=rules_digest,
        certificates=certificates,
        read_at=read_at,
        actions=tuple(
            sorted(_named(actions, titles or {}), key=lambda action: (action.award, action.verb))
        ),
        recorded_only=lives.recorded_only,
        expiring=len(ending.found()),
        problems=problems
        + tuple(drifted)
        + tuple(sorted(lives.problems))
        + tuple(_unrouted(lives.unrouted)),
        running_hours=in_order(updates),
    )


def _named(actions: Iterable[Action], titles: Mapping[tuple[str, str], Text]) -> Iterable[Action]:
    for action in actions:
        key = action.award
        title = titles.get((key.scheme, key.award))
        bare = Text(key.award, key.award)
        yield action if title is None or action.title != bare else replace(action, title=title)


def _unrouted(counts: Mapping[tuple[str, str], int]) -> Iterable[Problem]:
    for (scheme, award), count in sorted(counts.items()):
        yield Problem(
            "[[awards]]",
            f"{count} earned '{award}' of scheme '{scheme}', which has no way into Moodle",
            "an [[awards]] table with that scheme and award",
            "Add one to moodle-cpd.toml, or write issued_here: false in the scheme",
        )
