"""How long what was decided of a teacher holds, as long as there is no news.

An outcome hangs on the moment of the decision in few ways: periods begin and end, days of grace
run out, the day comes on which an audience is judged, a qualification is about to lapse, and what
is dated later than the moment comes to be seen. Between two such moments nothing else can come out
of the same facts, attributes, documents, rules and courses. Whatever makes an outcome hang on a
date in another way adds it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from moodle_cpd.decide.audience import judged_day
from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.history import History
from moodle_cpd.decide.matcher import Prepared, PreparedScheme
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.rules.rulebook_periods import PostPeriods

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""No site was read before; where it never was, the first reading counts as news."""

_LATEST = datetime.max.replace(tzinfo=UTC)

_MIDNIGHT, _NOON = time(), time(12)
"""When an attribute begins to hold, and when what people did by hand is seen."""

_A_YEAR = timedelta(days=367)


@dataclass(frozen=True, slots=True)
class Lasting:
    """For which moments a teacher's decisions hold without news.

    Attributes:
        since: the moment (UTC) for which they were made.
        until: the first moment after it for which they must be made again.
        read_since: through which moment (UTC) the site was read then, ``since`` at most.
        read_before: once it was read through this moment, they must be made again.
    """

    since: datetime
    until: datetime
    read_since: datetime
    read_before: datetime


class Horizon:
    """What lies ahead of a moment in the calendars of all schemes.

    Args:
        prepared: the rules.
        on: the moment of the decisions, UTC.
        read_until: moment (UTC) through which the site was read without gaps.
    """

    def __init__(self, prepared: Prepared, on: datetime, read_until: datetime) -> None:
        self.on = on
        self.read = min(on, read_until)
        self._by_post = [each for each in prepared.schemes if _by_post(each)]
        common = [(each, each.calendar) for each in prepared.schemes if not _by_post(each)]
        self._common = self._ahead(common)
        self._zones = tuple({each.scheme.zone for each in prepared.schemes})
        self._today = min(on.astimezone(zone).date() for zone in self._zones)

    def of(self, known: TeacherRecord) -> Lasting:
        """How long the decisions of one teacher hold.

        Args:
            known: what they were made of.
        """
        until, read_before = self._common
        if self._by_post:
            history = History(known.attributes)
            own = []
            for scheme in self._by_post:
                today = scheme.calendar.local_day(self.on)
                own.append((scheme, scheme.own_calendar(history.dates(today).hired)))
            turn, final = self._ahead(own)
            until, read_before = min(until, turn), min(read_before, final)
        until = min([until, *self._to_be_seen(known)])
        return Lasting(self.on, until, self.read, read_before)

    def _ahead(
        self, schemes: Iterable[tuple[PreparedScheme, Calendar]]
    ) -> tuple[datetime, datetime]:
        """What comes next after the moment, and of days of grace after what was read."""
        read = max(self.read, _EARLIEST)
        turn = final = _LATEST
        for scheme, calendar in schemes:
            turns = (each for each in _turns(scheme, calendar, self.on) if each > self.on)
            turn = min([turn, *turns])
            final = min([final, *(each for each in _finals(scheme, calendar, read) if each > read)])
        return turn, final

    def _to_be_seen(self, known: TeacherRecord) -> Iterator[datetime]:
        """When that is seen which is dated later than the moment."""
        for fact in known.facts:
            if fact.at is not None and fact.at > self.on:
                yield fact.at
        days = [(each.since, _MIDNIGHT) for each in known.attributes]
        days += [(each.day, _NOON) for each in known.adjustments if each.day is not None]
        for day, hour in days:
            if day >= self._today:
                moments = (_moment(day, hour, zone) for zone in self._zones)
                yield from (each for each in moments if each > self.on)


def _by_post(scheme: PreparedScheme) -> bool:
    """Whether each teacher has a period of their own."""
    return isinstance(scheme.scheme.periods, PostPeriods)


def _turns(scheme: PreparedScheme, calendar: Calendar, on: datetime) -> Iterator[datetime]:
    """When something turns in the period of a moment, and in those before it that may be open.

    That is more than must be: some of it turns nothing for most teachers.
    """
    zone = scheme.scheme.zone
    yield from _finals(scheme, calendar, on)
    for edition in scheme.editions:
        for audience in (edition.scheme.audience, *edition.audiences):
            if isinstance(audience.judged_on, date):
                yield _moment(audience.judged_on, _MIDNIGHT, zone)
    for span in _last_spans(calendar, on):
        yield span.period.end
        if span.gap:
            continue
        first, last = span.first, span.last
        if _by_post(scheme):
            # Who is to take the post is looked at on the day of taking it.
            first = last = last + timedelta(days=1)
        days = [last, last + timedelta(days=1)]
        for edition in scheme.editions:
            audiences = (edition.scheme.audience, *edition.audiences)
            days += [judged_day(audience, first, last) for audience in audiences]
            rule = edition.scheme.qualification
            if rule is not None:
                # A year at most, so for the end of a later period this day is early enough.
                yield span.period.end - timedelta(days=rule.expiring_days)
        yield from (_moment(day, _MIDNIGHT, zone) for day in days)


def _finals(scheme: PreparedScheme, calendar: Calendar, moment: datetime) -> Iterator[datetime]:
    """When the days of grace of the last periods end, by whatever edition of the scheme."""
    for span in _last_spans(calendar, moment):
        yield span.final_from
        if not span.gap:
            yield from (edition.calendar.final_from(span) for edition in scheme.editions)


def _last_spans(calendar: Calendar, moment: datetime) -> Iterator[Span]:
    """The period of a moment, and those before it of which something may still be open.

    Days of grace are a year at most, and so far can the day lie behind a period's end on which an
    audience is judged.
    """
    span = calendar.containing(moment)
    while span.period.end > moment - _A_YEAR:
        yield span
        earlier = calendar.before(span)
        if earlier.period.start >= span.period.start:
            return
        span = earlier


def _moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
