"""Which periods of a scheme are decided for a teacher."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from moodle_cpd.decide.calendar import Calendar, Span
from moodle_cpd.decide.matcher import PreparedScheme


def spans_of(
    scheme: PreparedScheme,
    calendar: Calendar,
    moments: Sequence[datetime],
    noted: Iterable[datetime],
    on: datetime,
) -> list[Span]:
    """The periods in which anything is known, the present one and the one before it, in order.

    Args:
        scheme: the scheme; where a qualification reaches over several periods, those between
            them are among them.
        calendar: the teacher's own periods.
        moments: at which anything happened (UTC), the earliest first.
        noted: further moments, in any order: of what people adjusted and closed.
        on: the moment (UTC) for which decisions are made.
    """
    current = calendar.containing(on)
    spans = {current, calendar.before(current), *calendar.holding(moments)}
    spans.update(map(calendar.containing, noted))
    if scheme.carries_over:
        # What is carried over may be all that there is in a period.
        following = [calendar.following(span) for span in filter(calendar.governed, spans)]
        spans |= {each for each in following if each and each.period.start <= on}
    found = sorted(filter(calendar.governed, spans), key=lambda each: each.first)
    if scheme.scheme.qualification is None or not found:
        return found
    last, every = found[-1], [found[0]]
    while every[-1].first < last.first:
        every.append(calendar.after(every[-1], 1))
    return every
