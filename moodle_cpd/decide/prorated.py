"""What is asked of somebody who is in the audience for a part of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, Context, Decimal

from moodle_cpd.decide.membership import Share
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from moodle_cpd.rules.rulebook_requirements import (
    Audience,
    Group,
    HoursAtLeast,
    OnlyFor,
    Requirement,
)

# So many digits that no number of hours lies between what is asked and this.
_CEILING = Context(prec=28, rounding=ROUND_CEILING)


def prorated(
    requirement: Requirement, share: Share | None, shares: Mapping[Audience, Share | None]
) -> Requirement:
    """A tree of requirements with the hours that are asked for a part of the period.

    Args:
        requirement: the tree.
        share: months in the audience of the scheme, None: all of them.
        shares: the same for the audiences of parts of it; a share of its own goes first.
    """
    match requirement:
        case HoursAtLeast():
            # What reaches over several years asks nothing of this period alone.
            return (
                requirement
                if share is None or requirement.years > 1
                else _scaled(requirement, share)
            )
        case OnlyFor():
            own = shares.get(requirement.audience) or share
            return replace(requirement, part=prorated(requirement.part, own, shares))
        case Group():
            parts = tuple(prorated(part, share, shares) for part in requirement.parts)
            return replace(requirement, parts=parts)
        case _:
            return requirement


def _scaled(requirement: HoursAtLeast, share: Share) -> HoursAtLeast:
    full = requirement.need
    need = _CEILING.divide(full * share.months, Decimal(share.of))
    sum_ = f"{show(full)} × {share.months}/{share.of} = {show(need)}"
    reason = Text(
        f"按在适用范围内的月数折算：{sum_}学时",
        f"In proportion to the months in the audience: {sum_} hours",
    )
    return replace(requirement, need=need, reason=reason)
