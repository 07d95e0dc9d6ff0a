"""Periods of a scheme: which one a moment belongs to, what it is called, when it is decided."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from moodle_cpd.model.decision import Text
from moodle_cpd.model.period import Period
from moodle_cpd.rules.rulebook import Scheme

_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


class Calendar:
    """The periods of one scheme; any instant belongs to exactly one of them.

    Args:
        scheme: whose periods.
    """

    def __init__(self, scheme: Scheme) -> None:
        self._zone = scheme.zone
        self._starts = scheme.periods
        self._grace = timedelta(days=scheme.grace_days)
        self._periods: dict[int, Period] = {}

    def containing(self, moment: datetime) -> Period:
        """The period that a moment (UTC) belongs to."""
        # Local and UTC years differ by hours at most, so one step to a side is enough.
        year = moment.year
        while moment < self._period(year).start:
            year -= 1
        while moment >= self._period(year).end:
            year += 1
        return self._period(year)

    def before(self, period: Period) -> Period:
        """The period that ended when this one began."""
        return self._period(self.first_day(period).year - 1)

    def first_day(self, period: Period) -> date:
        """The first local day of a period."""
        return period.start.astimezone(self._zone).date()

    def last_day(self, period: Period) -> date:
        """The last local day of a period."""
        return self.local_day(period.end) - timedelta(days=1)

    def local_day(self, moment: datetime) -> date:
        """The scheme's local day of a moment (UTC)."""
        return moment.astimezone(self._zone).date()

    def final_from(self, period: Period) -> datetime:
        """The moment (UTC) from which ``not_met`` can be said: end and grace days are over."""
        return self._midnight(self.local_day(period.end) + self._grace)

    def label(self, period: Period) -> Text:
        """The period in words."""
        first, last = self.first_day(period), self.last_day(period)
        if (first.month, first.day) == (1, 1):
            return Text(f"{first.year}年", str(first.year))
        if first.day == 1:
            return Text(
                f"{first.year}年{first.month}月至{last.year}年{last.month}月",
                f"{_MONTHS[first.month]} {first.year} to {_MONTHS[last.month]} {last.year}",
            )
        return Text(f"{first.isoformat()}至{last.isoformat()}", f"{first} to {last}")

    def _period(self, year: int) -> Period:
        period = self._periods.get(year)
        if period is None:
            start, end = self._start(year), self._start(year + 1)
            period = self._periods[year] = Period(str(year), start, end)
        return period

    def _start(self, year: int) -> datetime:
        return self._midnight(date(year, self._starts.month, self._starts.day))

    def _midnight(self, day: date) -> datetime:
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return local.astimezone(UTC)
