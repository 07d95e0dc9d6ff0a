"""The rules that govern a period, its days, and the same rules without a gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from moodle_cpd.model.period import Period
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_requirements import Group


@dataclass(frozen=True, slots=True)
class Days:
    """The local days of a period.

    Attributes:
        first: its first one.
        last: its last one.
        marked_by: the last one on which work that was handed in in time can be marked.
        final_from: the midnight (in the scheme's zone) after that.
    """

    first: date
    last: date
    marked_by: date
    final_from: datetime


def edition_of(scheme: Scheme, period: Period) -> Scheme:
    """The scheme as it stands for a period, which begins under one of its editions."""
    first = _local(scheme, period.start)
    found = [each for each in scheme.editions if each.since <= first]
    return found[-1] if found else scheme.editions[0]


def days_of(scheme: Scheme, period: Period) -> Days:
    """The days of a period.

    Args:
        scheme: as it stands for the period.
        period: the period.
    """
    last = _local(scheme, period.end) - timedelta(days=1)
    marked_by = last + timedelta(days=scheme.grace_days)
    final = datetime.combine(marked_by + timedelta(days=1), time(), scheme.zone)
    return Days(_local(scheme, period.start), last, marked_by, final)


def rests_on_another(scheme: Scheme) -> bool:
    """Whether a scheme consists of hours that another one recognised."""
    return any(edition.recognised_only for edition in scheme.editions)


def without_gate(scheme: Scheme) -> Scheme:
    """The scheme with that on which recognition of the hours hangs as one more requirement."""
    gate, earlier = scheme.recognised_when, tuple(without_gate(each) for each in scheme.earlier)
    if gate is None:
        return replace(scheme, earlier=earlier)
    both = Group("all", 2, (scheme.requirement, gate), scheme.title, scheme.place)
    return replace(scheme, requirement=both, recognised_when=None, earlier=earlier)


def _local(scheme: Scheme, moment: datetime) -> date:
    return moment.astimezone(scheme.zone).date()
