"""What people adjusted in a case → adjustments as the ledger would have them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from moodle_cpd.cases.naming import SITE, TEACHER
from moodle_cpd.cases.schema import AdjustmentPart, moment_of
from moodle_cpd.model.adjustment import Adjustment, AdjustmentKind
from moodle_cpd.model.fact import Fact

_RECORDED = datetime(2000, 1, 1, tzinfo=UTC)


def build_adjustments(
    parts: Iterable[AdjustmentPart],
    scheme: str,
    facts: Collection[Fact],
    courses: Mapping[str, int],
    activities: Mapping[tuple[str, str], int],
    zone: ZoneInfo,
) -> Iterator[Adjustment]:
    """One adjustment for each part, or for each fact that the part is about.

    Args:
        parts: of one case; their order is the order in which they were recorded.
        scheme: the scheme's id.
        facts: of the case.
        courses: course ids by the case's words.
        activities: course module ids by the case's words for course and assignment.
        zone: whose local time the days of recording are.
    """
    for number, part in enumerate(parts):
        about = [""]
        if part.kind in {"remove", "date"}:
            about = [fact.subject for fact in facts if _is_meant(part, fact, courses, activities)]
        recorded = _RECORDED
        if part.recorded_on is not None:
            recorded = moment_of(part.recorded_on, zone, time())
        for subject in about:
            yield Adjustment(
                site=SITE,
                teacher=TEACHER,
                scheme=scheme,
                kind=AdjustmentKind(part.kind),
                reason=part.reason,
                document=part.document,
                recorded_at=recorded + timedelta(minutes=number),
                day=None if part.on is None else date.fromisoformat(part.on),
                subject=subject,
                category=part.category or "",
                hours=part.hours,
                level=part.level or "",
                target=part.of or "",
            )


def _is_meant(
    part: AdjustmentPart,
    fact: Fact,
    courses: Mapping[str, int],
    activities: Mapping[tuple[str, str], int],
) -> bool:
    if part.record is not None:
        return fact.record is not None and fact.record.what == part.record
    activity = activities.get((part.course or "", part.assignment or ""))
    return fact.course == courses.get(part.course or "") and fact.activity == activity
