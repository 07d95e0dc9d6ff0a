"""Whether Moodle formats times in the zone that is asked for (UTC).

``moodlewssettingtimezone`` is ignored where the site forces a zone. A profile field of type date
shows it: its value comes as a Unix time and, beside it, as Moodle displays it
(source: ``user/lib.php``, ``user/profile/field/datetime/field.class.php``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from moodle_cpd.doctor.finding import Finding, ok, untested, warning
from moodle_cpd.menus import LOCATION
from moodle_cpd.moodle.replies import User

CHECK: Final = "zone"

_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EVENING: Final = 10
_ONLY_REPORT: Final = "only formatted times (custom reports) hang on it"


def zone_check(users: Iterable[User]) -> Finding:
    """Calibrate displayed dates against the timestamps they were made from.

    Args:
        users: people with profile fields, as read with the zone set to UTC.
    """
    in_utc = shifted = 0
    for moment, shown in _dates(users):
        # A date entered east of Greenwich is midnight there and the evening before in UTC; only
        # then do the two zones display different days.
        if moment.hour >= _EVENING:
            in_utc += shown == moment.date()
            shifted += shown != moment.date()
    if shifted:
        return warning(
            CHECK,
            f"Moodle shows {shifted} of {shifted + in_utc} dates in another zone than the one "
            f"asked for; {_ONLY_REPORT}",
            f"Set 'Force timezone' to 'Users can choose their own timezone': {LOCATION}",
        )
    if in_utc:
        return ok(CHECK, f"{in_utc} displayed dates agree with their timestamps in UTC")
    return untested(CHECK, f"no profile field of type date to calibrate with; {_ONLY_REPORT}")


def _dates(users: Iterable[User]) -> Iterator[tuple[datetime, date]]:
    """Moments (UTC) and the days they are displayed as, where both can be read."""
    for user in users:
        for field in user.customfields:
            if field.type != "datetime" or not re.fullmatch(r"-?\d{1,11}", field.value or ""):
                continue
            shown = _day(field.displayvalue or "")
            if shown is not None:
                yield _EPOCH + timedelta(seconds=int(field.value or 0)), shown


def _day(text: str) -> date | None:
    """The day in a date as Moodle's English displays it, ``4 June 1979``."""
    match = re.search(r"(\d{1,2}) (\w+) (\d{4})", text)
    if match is None or match[2] not in _MONTHS:
        return None
    try:
        return date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
