"""What a pull brought, in words and as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from moodle_cpd.ledger import KeyReport
from moodle_cpd.pull import PullReport

_NAMED = 5


def pull_counts(report: PullReport) -> dict[str, object]:
    """The same as JSON values, for programs and the run's summary."""
    return {
        "people": report.people,
        "people_changed": report.people_changed,
        "attributes_changed": report.attributes_changed,
        "courses": report.courses,
        "activities": report.activities,
        "new": {str(kind): count for kind, count in report.new.items()},
        "retracted": report.retracted,
        "vanished": [list(pair) for pair in report.vanished],
        "requests": report.requests,
        "strategy": str(report.strategy),
        "full": report.full,
        "began": report.began.isoformat(),
        "keys": None if report.keys is None else asdict(report.keys),
    }


def pull_in_words(report: PullReport) -> str:
    """What a pull brought, for a person."""
    new = ", ".join(f"{count} {kind}" for kind, count in sorted(report.new.items()) if count)
    text = (
        f"Read {report.people} teachers, {report.courses} courses, {report.activities} "
        f"assignments in {report.requests} requests (strategy {report.strategy}, "
        f"{'everything' if report.full else 'only what is new'}). New: {new or 'nothing'}."
    )
    if report.retracted:
        text += f" Retracted by Moodle: {report.retracted}."
    if report.vanished:
        text += f" Not seen any more, still counted: {len(report.vanished)}."
    if report.keys is not None:
        text += _keys_in_words(report.keys)
    return text


def _keys_in_words(keys: KeyReport) -> str:
    """What a person must look at before teachers are taken for the same on two sites."""
    text = f" Same person on another site: {len(keys.matched)}."
    if keys.empty:
        text += f" Without a key: {len(keys.empty)} ({_some(keys.empty)})."
    if keys.duplicates:
        groups = _some(["=".join(map(str, group)) for group in keys.duplicates])
        text += f" The same key twice here: {len(keys.duplicates)} ({groups})."
    if keys.conflicts:
        pairs = _some([f"{here}/{site} {there}" for here, site, there in keys.conflicts])
        text += f" The same key, no sure match there: {len(keys.conflicts)} ({pairs})."
    return text


def _some(items: Sequence[object]) -> str:
    return ", ".join(map(str, items[:_NAMED])) + (", …" if len(items) > _NAMED else "")
