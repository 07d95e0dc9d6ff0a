"""A scheme's score as the program uses it, checked and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from moodle_cpd.model.decision import Place, Text


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
    """

    id: str
    title: Text
    points: Decimal
    kind: Literal["proportion", "all", "each"]
    source: str
    each: Decimal | None
    pieces: int
    place: Place


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
