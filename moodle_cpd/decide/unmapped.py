"""Lines that stand in no course map, for hours that come by other ways than one."""

from __future__ import annotations

from decimal import Decimal

from moodle_cpd.model.decision import Place
from moodle_cpd.rules.rulebook import Acceptance, Entry
from moodle_cpd.rules.selectors import RecordSelector


def unmapped(scheme: str, category: str, hours: Decimal, place: Place, of: str = "") -> Entry:
    """A line that selects nothing: it tells category and place, and caps hold by it.

    Args:
        scheme: the scheme's id.
        category: the category of the hours.
        hours: that it gives.
        place: where the scheme says so, or the scheme itself.
        of: by what the hours came: keys of facts, or of an adjustment.
    """
    return Entry(
        scheme=scheme,
        selector=RecordSelector("record", of),
        category=category,
        hours=hours,
        hours_field=None,
        at_most=None,
        accepted=Acceptance(),
        latest=False,
        earned_graded=False,
        repeatable=True,
        assessment=None,
        evidence=None,
        place=place,
    )
