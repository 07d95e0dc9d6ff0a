"""A scheme's score as the program uses it, checked and immutable."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from moodle_cpd.model.decision import Place, Text
from moodle_cpd.rules.rulebook_requirements import Audience


@dataclass(frozen=True, slots=True)
class Component:
    """Points for one thing.

    Attributes:
        id: unique within the score.
        title: in the authority's words.
        points: at most so many.
        kind: ``proportion`` to an assessment's grade, ``all`` or nothing for evidence, or for
            ``each`` piece of evidence.
        source: id of the assessment or the kind of evidence.
        each: points for a piece; None where it is no matter of pieces.
        pieces: how many are asked for all or nothing.
        place: where it stands.
        only_for: whose points alone it is about, None: everybody's.
    """

    id: str
    title: Text
    points: Decimal
    kind: Literal["proportion", "all", "each"]
    source: str
    each: Decimal | None
    pieces: int
    place: Place
    only_for: Audience | None = None

    def __hash__(self) -> int:
        return self.place.line


@dataclass(frozen=True, slots=True)
class Change:
    """Points on top or off.

    Attributes:
        id: unique within the score.
        title: in the authority's words.
        sign: 1 for a bonus, -1 for a deduction.
        kind: for ``each`` accepted piece, ``missing`` piece, ``failed`` assessment, or hour that
            is lacking (``hours``).
        source: id of the evidence, assessment or category; None: hours of everything together.
        each: points for one.
        expected: pieces or hours there should be, 0 where none are expected.
        at_most: points that it changes at most, None: any number.
        component: the component it applies to, None: the whole.
        place: where it stands.
    """

    id: str
    title: Text
    sign: Literal[1, -1]
    kind: Literal["each", "missing", "failed", "hours"]
    source: str | None
    each: Decimal
    expected: Decimal
    at_most: Decimal | None
    component: str | None
    place: Place

    def __hash__(self) -> int:
        return self.place.line


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of totals from ``minimum`` (included) up to the next one."""

    id: str
    title: Text
    minimum: Decimal
    place: Place


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """How points come about.

    Attributes:
        title: in the authority's words.
        starts_at: points there are before anything is added.
        possible: points that make 100.
        components: what gives points.
        changes: deductions and bonuses.
        bands: from the lowest threshold to the highest.
        place: where it stands.
    """

    title: Text
    starts_at: Decimal
    possible: Decimal
    components: tuple[Component, ...]
    changes: tuple[Change, ...]
    bands: tuple[Band, ...]
    place: Place

    def asked_of(self, belonging: Collection[Audience]) -> ScoreRule:
        """The score of somebody who belongs to these audiences: of what is asked, 100 remain 100.

        Args:
            belonging: the audiences of components that the teacher belongs to.
        """
        left_out = [
            each
            for each in self.components
            if each.only_for is not None and each.only_for not in belonging
        ]
        if not left_out:
            return self
        gone = {each.id for each in left_out}
        return replace(
            self,
            possible=self.possible - sum(each.points for each in left_out),
            components=tuple(each for each in self.components if each.id not in gone),
            changes=tuple(each for each in self.changes if each.component not in gone),
        )
