"""What lacks to a decision, and what would give it: each way is tried out.

The facts of a way are added to what is known of the teacher and the scheme decides again. What it
brings is the difference of two decisions, so that caps, levels, what counted before and what must
not count twice need no second reckoning here.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from moodle_cpd.decide.claim import ZERO, joined
from moodle_cpd.decide.governing import days_of, edition_of, rests_on_another, without_gate
from moodle_cpd.decide.lacks import Lacks, Path, every, leaves, meaning
from moodle_cpd.decide.matcher import Prepared, PreparedScheme
from moodle_cpd.decide.missing import Lack, Missing, Phase, Way
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.teacher import decide_prepared, prepare
from moodle_cpd.decide.ways import Candidate, WayKind, asks, candidates
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import (
    Decision,
    Outcome,
    Place,
    Score,
    State,
    Text,
)
from moodle_cpd.model.fact import Fact
from moodle_cpd.rules.rulebook import Rulebook
from moodle_cpd.rules.rulebook_requirements import HoursAtLeast, Present, ScoreAtLeast
from moodle_cpd.rules.selectors import RecordSelector

_OPEN = frozenset(
    {
        *(Outcome.IN_PROGRESS, Outcome.NOT_MET),
        *(Outcome.VALID, Outcome.EXPIRING, Outcome.LAPSED),
    }
)
_FIRST = (WayKind.MARK, WayKind.DATE, WayKind.DO, WayKind.RECORD, WayKind.RETRY, WayKind.REPEAT)
"""What costs the teacher least comes first."""
_WITH_OTHERS = Text("与同类合计够数才得分", "only together with others of its kind")


@dataclass(frozen=True, slots=True)
class _Help:
    """What a way brings to one requirement."""

    place: Place
    gain: Decimal | None
    enough: bool
    through: Text
    by_grade: bool = False


def missing(
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    known: TeacherRecord,
    decision: Decision,
    on: datetime,
    record_courses: frozenset[int] = frozenset(),
) -> Missing | None:
    """Find out what lacks to a decision, and what would give it.

    Args:
        rulebook: the rules that it was made by.
        catalogue: the site's courses by id.
        known: what is known of the teacher; the decision was made of it.
        decision: the decision.
        on: the moment (UTC) of which it was made, and at which something could be done.
        record_courses: ids of the courses in which we write.

    Returns:
        None where nothing is open: nothing can or need be done about the outcome.
    """
    if decision.outcome not in _OPEN:
        return None
    found = _Trial(rulebook, catalogue, known, decision, on, record_courses).result()
    held = decision.outcome in {Outcome.VALID, Outcome.EXPIRING}
    return None if held and found is not None and not found.lacks else found


class _Trial:
    """One teacher, scheme and period, decided again and again with something more done."""

    def __init__(
        self,
        rulebook: Rulebook,
        catalogue: Mapping[int, Course],
        known: TeacherRecord,
        decision: Decision,
        on: datetime,
        record_courses: frozenset[int],
    ) -> None:
        self._catalogue = catalogue
        self._known = known
        self._decision = decision
        self._on = on
        self._record_courses = record_courses
        scheme = rulebook.scheme(decision.scheme)
        # A frame of recognised hours is decided after the scheme that recognises them.
        basis = (
            (rulebook.scheme(scheme.frame_of),)
            if rests_on_another(scheme) and scheme.frame_of
            else ()
        )
        self._basis = basis[0].title if basis and basis[0].recognised_when else Text()
        self._real = prepare(Rulebook((*basis, scheme), ""), catalogue, record_courses)
        self._prepared, self._scheme, self._gated = self._real, scheme, False
        # Hours that are earned and only not recognised are no hours that lack.
        ungated = without_gate(scheme)
        self._ungated = prepare(Rulebook((*basis, ungated), ""), catalogue, record_courses)
        edition = edition_of(scheme, decision.period)
        if edition.recognised_when is not None and self._same_hours():
            self._prepared, self._scheme, self._gated = self._ungated, ungated, True
        edition = edition_of(self._scheme, decision.period)
        components = () if edition.score is None else edition.score.components
        self._by_grade = {each.place for each in components if each.kind == "proportion"}
        self._counted: set[int] = set()
        self._spent: dict[str | None, dict[str, None]] = {}
        self._places = {each.place: each for each in every(edition.requirement)}
        self._days = days_of(edition, decision.period)
        over = Phase.MARKING if on < self._days.final_from else Phase.OVER
        self._phase = Phase.RUNNING if on < decision.period.end else over

    def _same_hours(self) -> bool:
        """Whether the hours are the same without the gate: it may reach into later periods."""
        found = self._made(self._ungated, self._known, self._on)
        return found is not None and (found.earned, found.by_category) == (
            self._decision.earned,
            self._decision.by_category,
        )

    def result(self) -> Missing | None:
        base = self._decided(())
        if base is None or base.requirement is None:
            return None
        decisions, _ = decide_prepared(self._real, self._known, self._on)
        self._counted = {
            line.course for each in decisions for line in each.credit_lines if line.counted
        }
        ways, together = self._ways(base)
        best = self._decided(together)
        lacks: tuple[Lack, ...] = ()
        if best is not None and best.requirement is not None:
            finder = Lacks(self._places, ways, self._spent, gated=self._gated)
            lacks = finder.find(base.requirement, best.requirement)
        end = self._in_the_end()
        return Missing(
            phase=self._phase,
            last=self._days.last,
            marked_by=self._days.marked_by,
            lacks=lacks,
            in_the_end=self._decision.outcome if end is None else end.outcome,
            consequences=() if end is None else end.consequences,
            rests_on=self._basis,
        )

    def _decided(self, more: Iterable[Fact]) -> Decision | None:
        known = replace(self._known, facts=(*self._known.facts, *more))
        return self._made(self._prepared, known, self._on)

    def _in_the_end(self) -> Decision | None:
        """The decision once the period and its grace days are over, if nothing more happens."""
        on = max(self._on, self._days.final_from.astimezone(UTC))
        return self._made(self._real, replace(self._known, read_until=None), on)

    def _made(self, prepared: Prepared, known: TeacherRecord, on: datetime) -> Decision | None:
        wanted = (self._decision.scheme, self._decision.period.key)
        decisions, _ = decide_prepared(prepared, known, on)
        return next((each for each in decisions if (each.scheme, each.period.key) == wanted), None)

    def _ways(self, base: Decision) -> tuple[dict[Path, list[Way]], list[Fact]]:
        """What helps, by the requirement that it helps; and the facts of all of it together."""
        ways: dict[Path, list[Way]] = {}
        together: list[Fact] = []
        tried: dict[Hashable, dict[Path, _Help]] = {}
        period = self._decision.period
        scheme = self._prepared.scheme(self._scheme.id).at(self._days.first)
        if scheme is None:
            return ways, together
        helping: list[tuple[Candidate, dict[Path, _Help]]] = []
        alone: dict[str, list[Candidate]] = {}
        for each in candidates(scheme, self._known, period, self._on, self._record_courses):
            if each.alike is None or each.alike not in tried:
                tried[each.alike] = self._helps(base, [each])
            helps = tried[each.alike]
            if helps:
                helping.append((each, helps))
                continue
            self._note_spent(scheme, each)
            if each.match.entry.evidence is not None:
                alone.setdefault(each.match.entry.evidence, []).append(each)
        for several in alone.values():
            helping += self._jointly(base, several)
        for each, helps in helping:
            together += each.facts
            words = asks(scheme, each.target, each.match)
            # What is asked twice, also for the recognition of hours, is one thing.
            things = {
                meaning(self._places.get(help_.place)) or path for path, help_ in helps.items()
            }
            for path, help_ in helps.items():
                way = self._way(each, help_, len(things) - 1, words)
                ways.setdefault(path, []).append(way)
        for found in ways.values():
            found.sort(key=_usefulness)
        return ways, together

    def _jointly(
        self, base: Decision, several: list[Candidate]
    ) -> list[tuple[Candidate, dict[Path, _Help]]]:
        """What pieces of one kind bring together of which each alone brings nothing.

        Points may be given for so many pieces and none for fewer. How much one of them brings
        can't be said.
        """
        # What waits for its mark is done again only where the mark would not do.
        marked = [each for each in several if not each.besides]
        for some in (marked, [each for each in several if each.kind is not WayKind.MARK]):
            helps = self._helps(base, some)
            if helps:
                joint = {
                    path: replace(
                        found, gain=None, enough=False, through=joined(found.through, _WITH_OTHERS)
                    )
                    for path, found in helps.items()
                }
                return [(each, joint) for each in some]
        return []

    def _note_spent(self, scheme: PreparedScheme, candidate: Candidate) -> None:
        """Remember a course that counted in another period and counts but once."""
        entry = candidate.match.entry
        whole = candidate.kind is WayKind.REPEAT and candidate.target.activity is None
        if not whole or entry.repeatable or entry.category is None:
            return
        if candidate.target.course not in self._counted:
            return
        course = self._catalogue[candidate.target.course]
        name = f"{course.full_name} ({course.idnumber or course.short_name})"
        for category in scheme.chain(entry.category):
            self._spent.setdefault(category.id, {})[name] = None
        self._spent.setdefault(None, {})[name] = None

    def _helps(self, base: Decision, some: Collection[Candidate]) -> dict[Path, _Help]:
        """What candidates bring together to each requirement that is not met."""
        besides = [fact for each in some for fact in each.besides]
        without = self._decided(besides) if besides else base
        with_it = self._decided([*besides, *(fact for each in some for fact in each.facts)])
        if without is None or with_it is None:
            return {}
        before, after = leaves(without.requirement), leaves(with_it.requirement)
        # Who meets the scheme anew is asked for no renewal: that is another tree.
        shared = before.keys() & after.keys()
        found = {}
        for path, leaf in leaves(base.requirement).items():
            if leaf.state is State.MET or path not in shared:
                continue
            one, other = before[path], after[path]
            rule = self._places.get(leaf.place)
            gain = None
            if isinstance(rule, ScoreAtLeast) or leaf.unit in {"hours", "items"}:
                gain = (other.have or ZERO) - (one.have or ZERO)
            enough = other.state is State.MET
            if gain is None and enough and one.state is not State.MET:
                found[path] = _Help(leaf.place, None, True, Text())
            elif gain is not None and gain > 0:
                through, by_grade = Text(), False
                if isinstance(rule, ScoreAtLeast):
                    through, by_grade = self._through(without.score, with_it.score)
                found[path] = _Help(leaf.place, gain, enough, through, by_grade)
        return found

    def _through(self, before: Score | None, after: Score | None) -> tuple[Text, bool]:
        """The lines of a score that have more points, and whether a grade says how many."""
        if before is None or after is None:
            return Text(), False
        pairs = zip(before.lines, after.lines, strict=True)
        more = [other for one, other in pairs if other.points > one.points]
        by_grade = any(line.place in self._by_grade for line in more)
        return joined(*(line.title for line in more)), by_grade

    def _way(self, candidate: Candidate, found: _Help, also: int, words: Text) -> Way:
        number, module = candidate.target.course, candidate.target.activity
        entry = candidate.match.entry
        if isinstance(entry.selector, RecordSelector):
            # How many hours it brings, the record says.
            of_hours = isinstance(self._places.get(found.place), HoursAtLeast | Present)
            unknown = of_hours and entry.hours_recorded
            return Way(
                candidate.kind,
                *(0, entry.selector.value, "", None, ""),
                None if unknown else found.gain,
                found.enough and not unknown,
                *(also, found.through, words),
                *(found.by_grade, False, entry.place),
            )
        course = self._catalogue[number]
        names = {activity.id: activity.name for activity in course.activities}
        return Way(
            candidate.kind,
            number,
            course.full_name,
            course.idnumber or course.short_name,
            module,
            "" if module is None else names.get(module, ""),
            found.gain,
            found.enough,
            also,
            found.through,
            words,
            found.by_grade or entry.in_proportion,
            entry.earned_graded,
            entry.place,
        )


def _usefulness(way: Way) -> tuple[object, ...]:
    """The most useful first: what costs least, helps at most places, brings most.

    Ways that are equal stay as they came, by course and activity.
    """
    return (_FIRST.index(way.kind), -way.also, -(way.gain or ZERO))
