"""Periods of a scheme: which one a moment belongs to, what it is called, when it is decided."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from moodle_cpd.model.decision import Text
from moodle_cpd.model.period import Period
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_periods import (
    Periods,
    PostPeriods,
    Term,
    TermPeriods,
    YearPeriods,
)

_RECURRING = 4096

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)

_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """A period with what else there is to know of it.

    Attributes:
        period: the period.
        first: its first local day.
        last: its last local day.
        final_from: the moment (UTC) from which ``not_met`` can be said: the end and the grace
            days are over.
        label: the period in words.
        gap: it lies outside all terms; nothing is decided about it.
    """

    period: Period
    first: date
    last: date
    final_from: datetime
    label: Text
    gap: bool = False


class Calendar:
    """The periods of one scheme; any instant belongs to exactly one of them, or to one gap.

    Args:
        scheme: whose periods.
        hired: the day on which a teacher took the post, where the scheme's periods hang on that;
            None: unknown.
    """

    def __init__(self, scheme: Scheme, hired: date | None = None) -> None:
        self._zone = scheme.zone
        self._grace = timedelta(days=scheme.grace_days)
        self._spans: dict[int, Span] = {}
        self._by_month: dict[tuple[int, int], Span | None] = {}
        self._periods = _dated(scheme.periods, hired)
        self._terms: list[Span] = []
        if isinstance(self._periods, TermPeriods):
            self._terms = list(self._with_gaps(self._periods))

    def containing(self, moment: datetime) -> Span:
        """The period that a moment (UTC) belongs to; a gap where terms leave one."""
        # Asked for every fact: most months lie in one period as a whole.
        year, month = moment.year, moment.month
        span = self._by_month.get((year, month)) or self._of_month(year, month)
        return span or self._search(moment)

    def _of_month(self, year: int, month: int) -> Span | None:
        """The period in which a month (UTC) lies from its first moment to its last, if one."""
        key = (year, month)
        if key not in self._by_month:
            span = self._search(datetime(year, month, 1, tzinfo=UTC))
            self._by_month[key] = span if _holds_month(span.period, year, month) else None
        return self._by_month[key]

    def holding(self, moments: Sequence[datetime]) -> list[Span]:
        """The periods and gaps that any of some moments (UTC, the earliest first) belongs to."""
        found, number = [], 0
        while number < len(moments):
            found.append(self.containing(moments[number]))
            number = bisect_left(moments, found[-1].period.end, number)
        return found

    def _search(self, moment: datetime) -> Span:
        periods = self._periods
        if isinstance(periods, TermPeriods):
            number = bisect_right(self._terms, moment, key=lambda each: each.period.start)
            return self._terms[number - 1]
        # Local and UTC years differ by hours at most, so the search is short.
        year = moment.year - (moment.year - (periods.first or 0)) % periods.length
        span = self._span(periods, year)
        while moment < span.period.start:
            year -= periods.length
            span = self._span(periods, year)
        while moment >= span.period.end:
            year += periods.length
            span = self._span(periods, year)
        return span

    def before(self, span: Span) -> Span:
        """The period that ended when this one began, or last before it; a gap if there is none."""
        periods = self._periods
        if isinstance(periods, YearPeriods):
            return self._span(periods, span.first.year - periods.length)
        earlier = self._terms[: self._number(span)]
        return next((each for each in reversed(earlier) if not each.gap), self._terms[0])

    def following(self, span: Span) -> Span | None:
        """The period about which something is decided next, None after the last term."""
        periods = self._periods
        if isinstance(periods, YearPeriods):
            return self._span(periods, span.first.year + periods.length)
        later = self._terms[self._number(span) + 1 :]
        return next((each for each in later if not each.gap), None)

    def after(self, span: Span, periods: int) -> Span:
        """The period so many after one of a year or more."""
        years = self._periods
        if isinstance(years, TermPeriods):
            raise TypeError("terms do not follow one another without end")
        return self._span(years, span.first.year + periods * years.length)

    def final_from(self, span: Span) -> datetime:
        """The moment (UTC) at which the days of grace of a period are over."""
        return _midnight(self._zone, span.last + timedelta(days=1) + self._grace)

    def _number(self, span: Span) -> int:
        start = span.period.start
        return bisect_right(self._terms, start, key=lambda each: each.period.start) - 1

    def governed(self, span: Span) -> bool:
        """Whether anything is decided about a period."""
        periods = self._periods
        if isinstance(periods, TermPeriods):
            return not span.gap
        return periods.first is None or span.first.year >= periods.first

    def local_day(self, moment: datetime) -> date:
        """The scheme's local day of a moment (UTC)."""
        return _local_day(self._zone, moment)

    def _span(self, periods: YearPeriods, year: int) -> Span:
        span = self._spans.get(year)
        if span is None:
            first = date(year, periods.month, periods.day)
            after = first.replace(year=year + periods.length)
            label = _label(first, after - timedelta(days=1))
            span = self._spans[year] = self._make(str(year), first, after, label)
        return span

    def _with_gaps(self, periods: TermPeriods) -> Iterator[Span]:
        end, day = _BEGINNING, date.min
        for term in periods.terms:
            key, after = term.key or f"{term.first:%Y-%m}", term.last + timedelta(days=1)
            span = self._make(key, term.first, after, term.title)
            if end < span.period.start:
                yield _gap(end, span.period.start, day, term.first)
            yield span
            end, day = span.period.end, after
        yield _gap(end, _END, day, date.max)

    def _make(self, key: str, first: date, after: date, label: Text) -> Span:
        return Span(
            period=Period(key, _midnight(self._zone, first), _midnight(self._zone, after)),
            first=first,
            last=after - timedelta(days=1),
            final_from=_midnight(self._zone, after + self._grace),
            label=label,
        )


@lru_cache(_RECURRING)
def _local_day(zone: ZoneInfo, moment: datetime) -> date:
    return moment.astimezone(zone).date()


@lru_cache(_RECURRING)
def _midnight(zone: ZoneInfo, day: date) -> datetime:
    """The moment (UTC) at which a day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _dated(periods: Periods, hired: date | None) -> YearPeriods | TermPeriods:
    """Periods with dates, also those that hang on a teacher's own."""
    if not isinstance(periods, PostPeriods):
        return periods
    if hired is None or hired < periods.first:
        return TermPeriods(())
    title = Text(f"{hired.isoformat()}上岗前", f"before taking the post on {hired.isoformat()}")
    # Who takes the post on 29 February has from 1 March of the years that have none.
    leap_day = (hired.month, hired.day) == (2, 29)
    first = hired + timedelta(days=1) if leap_day else hired
    first = first.replace(year=hired.year - periods.years)
    return TermPeriods((Term(title, first, hired - timedelta(days=1), f"{hired:%Y-%m}"),))


def _holds_month(period: Period, year: int, month: int) -> bool:
    """Whether a month (UTC) lies in a period from its first moment to its last."""
    if (year, month) == (9999, 12):
        return False
    first = datetime(year, month, 1, tzinfo=UTC)
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return period.start <= first and after <= period.end


def _gap(start: datetime, end: datetime, first: date, after: date) -> Span:
    return Span(Period("", start, end), first, after, end, Text(), gap=True)


def _label(first: date, last: date) -> Text:
    if (first.month, first.day) == (1, 1) and last.year > first.year:
        return Text(f"{first.year}年至{last.year}年", f"{first.year} to {last.year}")
    if (first.month, first.day) == (1, 1):
        return Text(f"{first.year}年", str(first.year))
    if first.day == 1:
        return Text(
            f"{first.year}年{first.month}月至{last.year}年{last.month}月",
            f"{_MONTHS[first.month]} {first.year} to {_MONTHS[last.month]} {last.year}",
        )
    return Text(f"{first.isoformat()}至{last.isoformat()}", f"{first} to {last}")
