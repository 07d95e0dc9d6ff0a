"""Periods of a scheme: which one a moment belongs to, what it is called, when it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from moodle_cpd.model.decision import Text
from moodle_cpd.model.period import Period
from moodle_cpd.rules.rulebook import Scheme

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
    """

    period: Period
    first: date
    last: date
    final_from: datetime
    label: Text


class Calendar:
    """The periods of one scheme; any instant belongs to exactly one of them.

    Args:
        scheme: whose periods.
    """

    def __init__(self, scheme: Scheme) -> None:
        self._zone = scheme.zone
        self._starts = scheme.periods
        self._grace = timedelta(days=scheme.grace_days)
        self._spans: dict[int, Span] = {}

    def containing(self, moment: datetime) -> Span:
        """The period that a moment (UTC) belongs to."""
        # Local and UTC years differ by hours at most, so the search is short.
        year = moment.year
        span = self._span(year)
        while moment < span.period.start:
            year -= 1
            span = self._span(year)
        while moment >= span.period.end:
            year += 1
            span = self._span(year)
        return span

    def before(self, span: Span) -> Span:
        """The period that ended when this one began."""
        return self._span(span.first.year - 1)

    def local_day(self, moment: datetime) -> date:
        """The scheme's local day of a moment (UTC)."""
        return moment.astimezone(self._zone).date()

    def _span(self, year: int) -> Span:
        span = self._spans.get(year)
        if span is None:
            span = self._spans[year] = self._make(year)
        return span

    def _make(self, year: int) -> Span:
        first = date(year, self._starts.month, self._starts.day)
        after = first.replace(year=year + 1)
        last = after - timedelta(days=1)
        return Span(
            period=Period(str(year), self._midnight(first), self._midnight(after)),
            first=first,
            last=last,
            final_from=self._midnight(after + self._grace),
            label=_label(first, last),
        )

    def _midnight(self, day: date) -> datetime:
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return local.astimezone(UTC)


def _label(first: date, last: date) -> Text:
    if (first.month, first.day) == (1, 1):
        return Text(f"{first.year}年", str(first.year))
    if first.day == 1:
        return Text(
            f"{first.year}年{first.month}月至{last.year}年{last.month}月",
            f"{_MONTHS[first.month]} {first.year} to {_MONTHS[last.month]} {last.year}",
        )
    return Text(f"{first.isoformat()}至{last.isoformat()}", f"{first} to {last}")
