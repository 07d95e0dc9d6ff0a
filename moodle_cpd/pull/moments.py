"""When a course was completed, from its criteria: Moodle's status has no time of its own."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from moodle_cpd.model.fact import from_timestamp
from moodle_cpd.moodle.replies import CompletionState

_ANY = 2
"""``COMPLETION_AGGREGATION_ANY`` in Moodle's ``lib/completionlib.php``; 1 means all."""


def completion_moment(state: CompletionState) -> datetime | None:
    """The moment at which the criteria made the course complete, UTC, cut to the minute.

    Where any criterion is enough it is the earliest met one; where all are needed the latest.
    Criteria of one type can also be of the kind "any of these" while the types together are
    "all", and the reply tells only the latter: a type with criteria that are not met shows that
    for it the earliest met one was enough.

    Returns:
        None (*time uncertain*) where the moment hangs on a criterion whose time Moodle doesn't
        give, or on none.
    """
    if state.aggregation == _ANY:
        return from_timestamp(_earliest([c.timecompleted for c in state.completions if c.complete]))
    types: dict[int, list[tuple[bool, int | None]]] = defaultdict(list)
    for criterion in state.completions:
        types[criterion.type].append((criterion.complete, criterion.timecompleted))
    times = []
    for criteria in types.values():
        met = [time for complete, time in criteria if complete]
        times.append(_latest(met) if len(met) == len(criteria) else _earliest(met))
    return from_timestamp(_latest(times))


def _earliest(times: list[int | None]) -> int | None:
    known = [time for time in times if time]
    return min(known) if known and len(known) == len(times) else None


def _latest(times: list[int | None]) -> int | None:
    known = [time for time in times if time]
    return max(known) if known and len(known) == len(times) else None
