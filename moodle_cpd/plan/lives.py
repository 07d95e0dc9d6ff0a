"""What becomes of each award by what is decided now: issued, corrected, renewed, lost, over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from moodle_cpd.config import AwardSettings
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Award, AwardKey, AwardState, Route
from moodle_cpd.model.decision import AwardDue, Decision, Outcome, Place, Text
from moodle_cpd.model.result import Result
from moodle_cpd.plan import reasons
from moodle_cpd.plan.tenures import Tenures
from moodle_cpd.problems import Problem

_BEGUN = {AwardState.PLANNED, AwardState.ISSUED}
_OVER = {AwardState.WITHDRAWN, AwardState.EXPIRED}
_STANDING = {AwardState.ISSUED, AwardState.CONFIRMED}


class Lives:
    """The awards of a site, held against decisions teacher by teacher.

    Args:
        awards: all awards of the site, by key.
        routes: how each award reaches Moodle, by scheme and award.
        on: the moment for which it is planned, UTC.

    Attributes:
        names: teachers' names as they would be printed, by Moodle's user id.
        printed: names as they were printed, by serial.
        decision: gives a teacher's decision by its digest; None where it is not known.
        choices: where the rules let a teacher choose one of several requirements.
        recorded_only: how many were earned that the authority issues by other ways.
        unrouted: how many earned what has no way into Moodle, by scheme and award.
        problems: what a person should look at.
    """

    def __init__(
        self,
        awards: Mapping[AwardKey, Award],
        routes: Mapping[tuple[str, str], AwardSettings],
        on: datetime,
    ) -> None:
        self._awards = awards
        self._routes = routes
        self._on = on
        self.names: Mapping[int, str] = {}
        self.printed: Mapping[str, str] = {}
        self.decision: Callable[[int, str], Decision | None] = _unknown
        self.choices: Collection[Place] = ()
        self.recorded_only = 0
        self.unrouted: dict[tuple[str, str], int] = {}
        self.problems: list[Problem] = []

    def underway(self) -> Iterator[Action]:
        """Withdrawals that a person agreed to and that Moodle was not brought to yet."""
        for award in self._awards.values():
            route = self._routes.get((award.key.scheme, award.key.award))
            if award.state is AwardState.WITHDRAWING and route is not None:
                yield self._about(Verb.CONFIRM, award, route, award.decision_digest, reasons.ENDING)

    def actions(self, results: Sequence[Result]) -> Iterator[Action]:
        """What is to be done about one teacher's awards.

        Args:
            results: of all of the teacher's decisions that stand, in the order of their periods.
        """
        tenures = Tenures(results, self._on)
        for result in results:
            due = result.awards if result.outcome is Outcome.MET else ()
            for each in due:
                yield from self._due(result, each, tenures)
            earned = {each.key for each in due}
            for (scheme, name), route in self._routes.items():
                if scheme != result.scheme or name in earned:
                    continue
                award = self._awards.get(_key(result, name))
                if award is not None:
                    yield from self._without_ground(result, award, route)

    def _due(self, result: Result, due: AwardDue, tenures: Tenures) -> Iterator[Action]:
        if not due.issued_here:
            self.recorded_only += 1
            return
        route = self._routes.get((result.scheme, due.key))
        if route is None:
            pair = (result.scheme, due.key)
            self.unrouted[pair] = self.unrouted.get(pair, 0) + 1
            return
        award = self._awards.get(_key(result, due.key))
        tenure, lapsed = tenures.of(result), tenures.over(result)
        if award is None or award.state in _OVER:
            # What was gained and has lapsed since is past: there is nothing to hand out any more.
            # Nor is there while its last day is behind and it is open whether it was renewed.
            if not lapsed and not tenure.is_over(self._on):
                yield self._new(Verb.ISSUE, result, due, route, tenure, award, reasons.met(result))
            return
        if award.state is AwardState.WITHDRAWING:
            return
        # A badge alone says nothing of a last day; that it was earned stays true.
        dated = bool(award.verification_id)
        if dated and lapsed and award.state in _STANDING:
            yield self._about(
                Verb.EXPIRE, award, route, tenure.digest, reasons.lapsed(tenure), due.title
            )
            return
        # A badge that its holder hides is never seen; the certificate is corrected all the same.
        changes = self._changes(award, result, tenure, route) if award.state in _STANDING else None
        if changes is None and award.state in _BEGUN:
            reason = reasons.resumed(award)
            messages = _messages(route) if award.state is AwardState.PLANNED else 0
            action = self._about(
                Verb.CONFIRM, award, route, award.decision_digest, reason, due.title, messages
            )
        elif changes is None:
            return
        else:
            action = self._new(Verb.SUPERSEDE, result, due, route, tenure, award, changes)
        if _way(award) == (route.route, route.course or "", route.target(result.period)):
            yield action
        else:
            self.problems.append(reasons.moved(award, route))

    def _changes(
        self, award: Award, result: Result, tenure: Result, route: AwardSettings
    ) -> Text | None:
        """What a certificate that stands says otherwise than it would now; None: nothing."""
        if not award.verification_id:
            return None
        waits = route.more_hours == "at-end" and result.ends is not None and self._on < result.ends
        return reasons.changes(
            award,
            result,
            tenure,
            growing=not waits,
            renamed=reasons.renamed(
                self.printed.get(award.serial), self.names.get(award.key.teacher)
            ),
        )

    def _without_ground(
        self, result: Result, award: Award, route: AwardSettings
    ) -> Iterator[Action]:
        if award.state in _OVER or award.state is AwardState.WITHDRAWING:
            return
        if result.unmet:
            now = self.decision(award.key.teacher, result.digest)
            then = self.decision(award.key.teacher, award.decision_digest)
            reason = reasons.lost(result, now, then, self.choices)
            yield self._about(Verb.WITHDRAW, award, route, result.digest, reason)
        elif result.outcome is Outcome.MET:
            # The rules, not the teacher: a name that was changed in a scheme takes nothing back.
            self.problems.append(reasons.not_given(award, result))

    def _new(
        self,
        verb: Verb,
        result: Result,
        due: AwardDue,
        route: AwardSettings,
        tenure: Result,
        before: Award | None,
        reason: Text,
    ) -> Action:
        messages = _messages(route)
        if verb is Verb.SUPERSEDE:
            messages = 1  # The badge is held already, and Moodle gives it once.
        return Action(
            verb=verb,
            award=_key(result, due.key),
            route=route.route,
            course=route.course or "",
            target=route.target(result.period),
            badge=route.badge_name(result.period) or "",
            title=due.title,
            hours=result.recognised,
            credits=result.credits,
            decision_digest=result.digest,
            reason=reason,
            messages=messages,
            replaces="" if before is None else before.serial,
            valid_until=_valid_until(route, tenure),
        )

    def _about(
        self,
        verb: Verb,
        award: Award,
        route: AwardSettings,
        decision_digest: str,
        reason: Text,
        title: Text | None = None,
        messages: int | None = None,
    ) -> Action:
        """An action about an award as it is."""
        if messages is None:
            tells = verb is Verb.WITHDRAW or award.state is AwardState.WITHDRAWING
            messages = int(tells and award.route is Route.RECORD_COURSE)
        return Action(
            verb=verb,
            award=award.key,
            route=award.route,
            course=award.course,
            target=award.target,
            badge=route.badge_name(award.key.period) or "",
            title=title or Text(award.key.award, award.key.award),
            hours=award.hours,
            credits=award.credits,
            decision_digest=decision_digest,
            reason=reason,
            messages=messages,
            valid_until=award.valid_until,
        )


def _unknown(_teacher: int, _digest: str) -> None:
    return None


def _key(result: Result, award: str) -> AwardKey:
    return AwardKey(result.site, result.teacher, result.scheme, result.period, award)


def _way(award: Award) -> tuple[Route, str, str]:
    return award.route, award.course, award.target


def _valid_until(route: AwardSettings, tenure: Result) -> date | None:
    """A badge alone carries no date of its own."""
    return tenure.valid_until if route.route is Route.RECORD_COURSE else None


def _messages(route: AwardSettings) -> int:
    """Moodle tells the teacher of a saved grade, and of a badge that hangs on it."""
    if route.route is Route.COHORT:
        return 1
    return 1 + (route.badge is not None)
