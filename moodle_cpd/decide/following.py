"""What follows from a decision: the awards that it earns, and its consequences."""

from __future__ import annotations

from moodle_cpd.model.decision import AwardDue, Consequence, Outcome, Score
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_outcomes import Condition
from moodle_cpd.rules.rulebook_requirements import Audience


def awards_due(
    scheme: Scheme, outcome: Outcome, score: Score | None, belonging: frozenset[Audience]
) -> tuple[AwardDue, ...]:
    """The awards that an outcome earns.

    Args:
        scheme: the scheme.
        outcome: of the decision.
        score: its points, None where the scheme has none.
        belonging: the audiences of the scheme that the teacher belongs to.
    """
    return tuple(
        [
            AwardDue(award.id, award.kind, award.title, award.issued_here, award.place)
            for award in scheme.awards
            if outcome is award.when.outcome and _holds(award.when, score, belonging)
        ]
    )


def consequences_of(
    scheme: Scheme, outcome: Outcome, score: Score | None, belonging: frozenset[Audience]
) -> tuple[Consequence, ...]:
    """The consequences of an outcome; see ``awards_due``."""
    return tuple(
        [
            Consequence(each.flag, each.title, each.place)
            for each in scheme.consequences
            if outcome is each.when.outcome and _holds(each.when, score, belonging)
        ]
    )


def _holds(when: Condition, score: Score | None, belonging: frozenset[Audience]) -> bool:
    """Whether a condition holds whose outcome came."""
    if when.only_for is not None and when.only_for not in belonging:
        return False
    if when.band is None:
        return True
    # Points that are not final could still be taken off.
    return score is not None and score.final and score.total >= when.band.minimum
