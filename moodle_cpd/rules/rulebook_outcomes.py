"""What outcomes bring, as the program uses it, checked and immutable."""

from __future__ import annotations

from dataclasses import dataclass

from moodle_cpd.model.decision import Outcome, Place, Text
from moodle_cpd.model.dispensation import DispensationKind
from moodle_cpd.rules.rulebook_requirements import Audience
from moodle_cpd.rules.rulebook_score import Band


@dataclass(frozen=True, slots=True)
class Condition:
    """When something follows from a decision; all of it must hold.

    Attributes:
        outcome: the decision's outcome.
        band: the final score is in this band or above it, None: no score is asked.
        only_for: whom alone it concerns, None: everybody.
    """

    outcome: Outcome
    band: Band | None = None
    only_for: Audience | None = None


@dataclass(frozen=True, slots=True)
class AwardRule:
    """A badge or certificate for those who meet the scheme."""

    id: str
    kind: str
    title: Text
    issued_here: bool
    when: Condition
    place: Place


@dataclass(frozen=True, slots=True)
class ConsequenceRule:
    """A flag that follows from an outcome."""

    flag: str
    title: Text
    when: Condition
    place: Place


@dataclass(frozen=True, slots=True)
class DispensationRule:
    """That a document can free a teacher of the scheme, and why."""

    kind: DispensationKind
    title: Text
    place: Place
