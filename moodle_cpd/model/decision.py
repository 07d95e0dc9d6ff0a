"""Decisions: the outcome of one teacher, scheme and period, with the reason for each number."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from moodle_cpd.model.period import Period
from moodle_cpd.model.quick import quick


class Outcome(StrEnum):
    """What a scheme says of a teacher in a period."""

    NOT_APPLICABLE = "not_applicable"
    EXEMPT = "exempt"
    WAIVED = "waived"
    IN_PROGRESS = "in_progress"
    MET = "met"
    NOT_MET = "not_met"
    VALID = "valid"
    """A qualification gained earlier is held."""
    EXPIRING = "expiring"
    """It is held, and lapses soon unless it is renewed."""
    LAPSED = "lapsed"


class State(StrEnum):
    """How far a requirement is: unknown is neither met nor missing."""

    MET = "met"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value of the rules stands.

    Attributes:
        file: path relative to the rules' folder, with forward slashes.
        line: from 1.
        column: from 1.
        reference: the paragraph of the regulation that the value comes from, may be empty.
    """

    file: str
    line: int
    column: int
    reference: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def __hash__(self) -> int:
        # Looked up hundreds of times for each teacher, and there are few files.
        return self.line


@quick
@dataclass(frozen=True, slots=True)
class Text:
    """Words in Chinese and English; either may be empty, then the other serves."""

    zh: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.told(chinese=True)

    def told(self, *, chinese: bool) -> str:
        """The words of one language, of the other where it has none."""
        return (self.zh or self.en) if chinese else (self.en or self.zh)


@quick
@dataclass(frozen=True, slots=True)
class CreditLine:
    """What one fact brought, or why it brought nothing.

    Attributes:
        category: the scheme's category id; empty where no entry fits.
        given: hours that the entry gives.
        counted: hours left after entry and category caps, before the scheme's cap.
        at: the moment it was earned, UTC; None is *time uncertain*.
        facts: keys of the facts that it rests on, earliest first.
        entry: where in the course map the entry stands; None where none fits.
        course: Moodle's course id; 0 for what did not happen in Moodle.
        course_name: as displayed when it was pulled; what an imported record is called.
        reason: why less was counted than given, or how it came about.
        level: the level that gave the hours; empty where it is not said.
    """

    category: str
    given: Decimal
    counted: Decimal
    at: datetime | None
    facts: tuple[str, ...]
    entry: Place | None
    course: int
    course_name: str
    reason: Text
    level: str = ""


@quick
@dataclass(frozen=True, slots=True)
class RequirementResult:
    """A requirement and how far the teacher is.

    Attributes:
        title: what is required.
        state: met, missing or unknown.
        have: hours, points or number there are; None where nothing is counted.
        need: hours, points or number needed; None where nothing is counted.
        unit: ``hours``, ``points`` or ``items``; empty where nothing is counted.
        place: where the scheme says so.
        parts: the requirements below it.
        facts: keys of the facts that it rests on beyond the credit lines (an assessment's grade).
        reason: what to add: how it came about, or what is not known yet.
    """

    title: Text
    state: State
    have: Decimal | None
    need: Decimal | None
    unit: str
    place: Place
    parts: tuple[RequirementResult, ...] = ()
    facts: tuple[str, ...] = ()
    reason: Text = Text()

    def __hash__(self) -> int:
        return hash((self.place.line, self.have))


@quick
@dataclass(frozen=True, slots=True)
class ScoreLine:
    """What one component, deduction or bonus does to a score.

    Attributes:
        title: of what it is.
        points: what is sure; a deduction's are negative.
        open: what it would be if everything open turned out well.
        of: points there could be at most, None for deductions and bonuses without a limit.
        place: where the scheme says so.
        facts: keys of the facts that it rests on.
        reason: how it came about.
    """

    title: Text
    points: Decimal
    open: Decimal
    of: Decimal | None
    place: Place
    facts: tuple[str, ...] = ()
    reason: Text = Text()

    def __hash__(self) -> int:
        return hash((self.place.line, self.points))


@quick
@dataclass(frozen=True, slots=True)
class Score:
    """Points of an assessment.

    Attributes:
        points: the sum of what is due by now, between 0 and ``possible``; deductions for what is
            still missing are due at the end.
        possible: points that make 100.
        total: 100 x points / possible; never rounded up.
        open_total: the total there would be if everything open turned out well.
        band: id of the band that the total is in; empty before it is decided, or where none fits.
        band_title: the band in words.
        final: the end and its days of grace are over.
        lines: what it is made of, in the scheme's order.
        place: where the scheme says so.
        assured: the total there would be if nothing more were done; at the end, the total.
    """

    points: Decimal
    possible: Decimal
    total: Decimal
    open_total: Decimal
    band: str
    band_title: Text
    final: bool
    lines: tuple[ScoreLine, ...]
    place: Place
    assured: Decimal


@quick
@dataclass(frozen=True, slots=True)
class AwardDue:
    """An award that the decision's outcome earns.

    Attributes:
        key: the award's id in the scheme.
        kind: ``badge`` or ``certificate``.
        title: what stands on it.
        issued_here: False where the authority issues it by other ways and we only record that.
        place: where the scheme grants it.
    """

    key: str
    kind: str
    title: Text
    issued_here: bool
    place: Place


@quick
@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from the decision's outcome for the teacher, as a flag that others act on.

    Attributes:
        flag: for example ``may_not_serve_as_homeroom_teacher``.
        title: the same in words.
        place: where the scheme says so.
    """

    flag: str
    title: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Qualification:
    """A qualification that the teacher holds or held.

    Attributes:
        title: in the authority's words.
        gained: the period in which it was gained, in words.
        until: the moment (UTC) at which it lapses, or lapsed, unless it is renewed.
        place: where the scheme says so.
    """

    title: Text
    gained: Text
    until: datetime
    place: Place


@quick
@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one teacher, scheme and period.

    Attributes:
        site: the site's name in the configuration.
        teacher: Moodle's user id.
        scheme: the scheme's id.
        title: the scheme's title.
        period: the period decided.
        outcome: what the scheme says.
        earned: hours earned, after caps, recognised or not.
        recognised: hours that count for requirements and awards, after caps and gates.
        credits: recognised hours as credits, None where the scheme has none.
        by_category: category id and hours after caps, in the scheme's order; also of those apart,
            whose hours are none of those earned and recognised.
        requirement: the tree of requirements, None where the scheme doesn't apply.
        credit_lines: what each fact brought, in the order in which it was earned.
        reasons: further words: why not applicable, what was assumed, what is uncertain.
        awards: what the outcome earns.
        rules_digest: SHA-256 of the rules the decision was made with.
        period_label: the period in words, for people and certificates.
        consequences: what follows from the outcome.
        time_zone: the scheme's zone, in which its dates are shown.
        authority: who issued the regulation, and in whose name certificates are.
        score: points of the scheme's assessment, None where it has none.
        gate: what recognition of the hours hangs on, None where it hangs on nothing.
        by_level: level and hours that it gave, after entry and category caps, the lowest first;
            hours of which no level is known are left out.
        by_hand: what people adjusted in the period, each with reason and document.
        qualification: held since the scheme was met, None where it knows none or none was gained.
        like: the others that differ from it in the teacher alone, None where it is like no other.
    """

    site: str
    teacher: int
    scheme: str
    title: Text
    period: Period
    outcome: Outcome
    earned: Decimal
    recognised: Decimal
    credits: Decimal | None
    by_category: tuple[tuple[str, Decimal], ...]
    requirement: RequirementResult | None
    credit_lines: tuple[CreditLine, ...]
    reasons: tuple[Text, ...]
    awards: tuple[AwardDue, ...]
    rules_digest: str
    period_label: Text = Text()
    consequences: tuple[Consequence, ...] = ()
    time_zone: str = "UTC"
    authority: Text = Text()
    score: Score | None = None
    gate: RequirementResult | None = None
    by_level: tuple[tuple[str, Decimal], ...] = ()
    by_hand: tuple[Text, ...] = ()
    qualification: Qualification | None = None
    like: Alike | None = field(default=None, init=False, repr=False, compare=False)


class Alike:
    """Decisions that differ in the teacher alone; each is the same as no other.

    Args:
        decision: one of them.
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    def of(self, teacher: int) -> Decision:
        """The decision of one teacher (Moodle's user id).

        Whatever is made of it by ``dataclasses.replace`` is like no other again.
        """
        d = self.decision
        own = Decision(
            d.site,
            teacher,
            d.scheme,
            d.title,
            d.period,
            d.outcome,
            d.earned,
            d.recognised,
            d.credits,
            d.by_category,
            d.requirement,
            d.credit_lines,
            d.reasons,
            d.awards,
            d.rules_digest,
            d.period_label,
            d.consequences,
            d.time_zone,
            d.authority,
            d.score,
            d.gate,
            d.by_level,
            d.by_hand,
            d.qualification,
        )
        object.__setattr__(own, "like", self)
        return own
