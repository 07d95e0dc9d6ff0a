"""Qualifications as the program uses them, checked and immutable."""

from __future__ import annotations

from dataclasses import dataclass

from moodle_cpd.model.decision import Place, Text
from moodle_cpd.rules.rulebook_requirements import Audience


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """What keeps a qualification valid.

    Attributes:
        category: something of it, in each span of ``years`` periods in which the teacher serves.
        from_level: only hours that this level gave, or one above it; None: any.
        years: in how many.
        title: in the authority's words.
        place: where it stands.
    """

    category: str
    from_level: str | None
    years: int
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class QualificationRule:
    """A qualification that whoever meets the scheme holds, until it lapses.

    Attributes:
        title: in the authority's words.
        expiring_days: days before it lapses from which it is announced.
        renewals: what keeps it valid, all of them.
        place: where it stands.
        serving: in whose periods renewal is asked for, None: everybody's whom the scheme concerns.
    """

    title: Text
    expiring_days: int
    renewals: tuple[RenewalRule, ...]
    place: Place
    serving: Audience | None = None
