"""What is recorded, in the order in which it is played: later scenes build on earlier ones."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.scenarios import (
    access,
    batch,
    cohorts,
    completion,
    courses,
    grading,
    people,
    reading,
    reports,
    writing,
)
from tests.live.stage import Stage

SCENES: tuple[Callable[[Stage], None], ...] = (
    access.play,
    people.play,
    courses.play,
    grading.play,
    reading.play,
    completion.play,
    reports.play,
    cohorts.play,
    batch.play,
    writing.play,
)
