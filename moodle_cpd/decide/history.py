"""A teacher's attributes through time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from moodle_cpd.model.people import Attribute, DatedAttribute

Days: TypeAlias = tuple[tuple[date, frozenset[str]], ...]
"""Values, each with the day on which they began."""

_PLACING = (Attribute.ROLE, Attribute.STAGE, Attribute.SCHOOL)


class Dates(NamedTuple):
    """The days of hire and of birth; None where they are unknown or can't be read."""

    hired: date | None
    born: date | None


class Held:
    """Which values attributes had from which days on.

    Args:
        days: each attribute with the days on which other values began, the earliest first; an
            empty value says that they were taken away.
    """

    def __init__(self, days: Iterable[tuple[Attribute, Days]]) -> None:
        self._days = dict(days)

    def on(self, name: Attribute, day: date) -> tuple[frozenset[str], bool]:
        """The values on a day, none where unknown; and whether they are only assumed.

        Before the first day on which something is known, that is assumed to have held.
        """
        days = self._days.get(name)
        if not days:
            return frozenset(), False
        known = [values for since, values in days if since <= day]
        values = known[-1] if known else days[0][1]
        return values - {""}, not known

    def changes(self, name: Attribute) -> list[date]:
        """The days on which values are known to have begun."""
        return [since for since, _ in self._days.get(name, ())]


_shared = lru_cache(4096)(Held)
"""One for all who had the same, for it is looked up by all the time."""


class History:
    """A teacher's attributes through time.

    Args:
        attributes: all rows of one teacher, in any order.
        active: the first moment (UTC) at which the teacher is known to have done anything.

    Attributes:
        active: as above.
        placed: role, stage and school, which many teachers have in common.
    """

    def __init__(
        self, attributes: Iterable[DatedAttribute], active: datetime | None = None
    ) -> None:
        self.active = active
        by_day: dict[Attribute, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in attributes:
            by_day[row.name][row.since].add(row.value)
        self._days = {
            name: tuple((since, frozenset(values)) for since, values in sorted(days.items()))
            for name, days in by_day.items()
        }
        self._every = Held(self._days.items())
        self.placed = _shared(tuple((name, self._days.get(name, ())) for name in _PLACING))
        self._dates: dict[date, Dates] = {}

    def on(self, name: Attribute, day: date) -> tuple[frozenset[str], bool]:
        """As ``Held.on``, of any attribute."""
        return self._every.on(name, day)

    def changes(self, name: Attribute) -> list[date]:
        """As ``Held.changes``, of any attribute."""
        return self._every.changes(name)

    def known_by(self, day: date) -> bool:
        """Whether anything was known of the teacher on a day."""
        return any(days[0][0] <= day for days in self._days.values())

    def ever(self, name: Attribute, day: date) -> frozenset[str]:
        """All values that were known on a day or before, also those taken away again."""
        days = self._days.get(name, ())
        return frozenset(value for since, values in days if since <= day for value in values)

    def date_of(self, name: Attribute, day: date) -> date | None:
        """A date as it is known on a day, None where it is unknown or can't be read.

        What was known first is taken for earlier days: a date of hire doesn't change, at most it
        is corrected.
        """
        values, _ = self.on(name, day)
        return read_date(next(iter(values))) if len(values) == 1 else None

    def dates(self, day: date) -> Dates:
        """The dates by which years are counted, as ``date_of`` tells them."""
        # Every scheme asks for the same ones in every period.
        found = self._dates.get(day)
        if found is None:
            hired = self.date_of(Attribute.HIRE_DATE, day)
            found = self._dates[day] = Dates(hired, self.date_of(Attribute.BIRTH_DATE, day))
        return found


def read_date(text: str) -> date | None:
    """A date as an attribute has it, None where it can't be read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
