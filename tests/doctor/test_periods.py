"""Which cohorts and activities a run needs now: by the scheme's own periods."""

from __future__ import annotations

import pytest

from moodle_cpd.config import AwardSettings
from moodle_cpd.doctor.periods import targets
from tests.decide.making import BODY, local, rules

ROUTE = AwardSettings.model_validate(
    {
        "scheme": "sample",
        "award": "badge",
        "route": "cohort",
        "cohort": "sample-{period}",
        "badge": "Sample {period}",
    }
)
TERMS = """\
period:
  every: term
  terms:
    - {title: {en: A}, first_day: 2023-09-01, last_day: 2023-12-31}
    - {title: {en: B}, first_day: 2024-02-01, last_day: 2024-06-30}
"""


@pytest.mark.parametrize(
    ("period", "now", "expected"),
    [
        ("period: {every: year, starts: 03-01}\n", "2026-02-28 23:59", ["2025", "2024"]),
        ("period: {every: year, starts: 03-01}\n", "2026-03-01 00:00", ["2026", "2025"]),
        (TERMS, "2024-03-01 00:00", ["2024-02", "2023-09"]),
        (TERMS, "2024-01-15 00:00", ["2023-09"]),
        (TERMS, "2023-08-15 00:00", []),
        (
            "period: {every: before_post, years: 1, first_day: 2024-01-01}\n",
            "2026-03-01 00:00",
            ["2026-03", "2026-02"],
        ),
    ],
)
def test_current_and_last_periods(period: str, now: str, expected: list[str]) -> None:
    body = BODY.replace("period: {every: year, starts: 03-01}\n", period)
    found = list(targets((ROUTE,), rules(body), local(now)))
    assert [each.name for each in found] == [f"sample-{key}" for key in expected]
    assert all(each.current == (n == 0) for n, each in enumerate(found) if len(found) == 2)
