"""The rules as the program uses them: schemes and the course maps' lines, checked and immutable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from moodle_cpd.model.decision import Place, Text
from moodle_cpd.rules.rulebook_declared import Declared
from moodle_cpd.rules.rulebook_outcomes import AwardRule, ConsequenceRule, DispensationRule
from moodle_cpd.rules.rulebook_periods import CarryOver, Periods
from moodle_cpd.rules.rulebook_qualification import QualificationRule
from moodle_cpd.rules.rulebook_requirements import Audience, Requirement, audiences
from moodle_cpd.rules.rulebook_score import ScoreRule
from moodle_cpd.rules.selectors import RecordSelector, Selector

_NOTHING_DECLARED = Declared()


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of credit.

    Attributes:
        id: unique within the scheme.
        title: in the authority's words.
        at_most: hours that count at most in a period, this category and those below it.
        parent: the category above it, None at the top.
        place: where it stands.
        apart: its hours are none of the total.
    """

    id: str
    title: Text
    at_most: Decimal | None
    parent: str | None
    place: Place
    apart: bool = False


@dataclass(frozen=True, slots=True)
class PassMark:
    """What a grade must reach, that number included.

    Attributes:
        percent: share of the maximum in percent; or
        points: points.
    """

    percent: Decimal | None
    points: Decimal | None

    def needed(self, maximum: Decimal | None) -> Decimal | None:
        """Points needed; None where they hang on a maximum that is not known."""
        if self.percent is None:
            return self.points
        return None if maximum is None else self.percent * maximum / 100


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment that course maps tie to activities; ``pass_at`` None: it can't be failed."""

    id: str
    title: Text
    pass_at: PassMark | None
    place: Place


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What makes a piece of work count.

    Attributes:
        pass_at: what its grade must reach; None: any grade will do (or no grade is asked).
        needs_grade: it must be marked; handing in is not enough.
        characters: length that its online text must have, white space not counted; None: any.
    """

    pass_at: PassMark | None = None
    needs_grade: bool = True
    characters: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kind of work that course maps tie to activities."""

    id: str
    title: Text
    accepted: Acceptance
    place: Place


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A line of a course map.

    Attributes:
        scheme: the scheme in which it gives credit.
        selector: what it looks at.
        category: the category of its hours, None where it gives none.
        hours: fixed hours, None where a custom field or the record has them or it gives none.
        hours_field: short name of the course custom field that has the hours, else None.
        at_most: hours that it gives at most in a period, all its courses together.
        accepted: what makes an activity's work count.
        latest: the latest attempt counts, not the best.
        earned_graded: the moment of marking counts, not that of handing in.
        repeatable: counts again in a later period.
        assessment: the assessment that its grades are for, None: none.
        evidence: the kind of evidence that its work is, None: none.
        place: where it stands.
        level: the level that gives its hours, None: not said.
        in_proportion: these are the hours of a full grade; a lower one gives its share of them.
        level_at_most: the highest level that a record may name for its hours, None: any.
        hours_recorded: the record says the hours.
    """

    scheme: str
    selector: Selector | RecordSelector
    category: str | None
    hours: Decimal | None
    hours_field: str | None
    at_most: Decimal | None
    accepted: Acceptance
    latest: bool
    earned_graded: bool
    repeatable: bool
    assessment: str | None
    evidence: str | None
    place: Place
    level: str | None = None
    in_proportion: bool = False
    level_at_most: str | None = None
    hours_recorded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """A regulation as data.

    Attributes:
        id: unique.
        title: in the authority's words.
        authority: who issued the regulation.
        regulation: the regulation's name.
        notes: the readings that were chosen where the original is vague, and what is not covered.
        zone: in which days begin.
        periods: the spans in which it counts.
        grace_days: days after a period's end in which handed-in work can still be marked.
        once: whoever met it owes nothing in later periods.
        hours_per_credit: None where there are no credits.
        at_most: hours that count at most in a period, all together.
        audience: whom it concerns.
        dispensations: how a document can free somebody of it; no other way is accepted.
        categories: parents before children, in the file's order.
        assessments: examinations and the like, in the file's order.
        evidence: kinds of work that must be there, in the file's order.
        score: how points come about, None where there are none.
        requirement: what is asked.
        recognised_when: what makes earned hours count; None: they count as they are earned.
        awards: for those who meet it.
        consequences: of outcomes.
        entries: the course maps' lines for it.
        place: where the file says ``scheme:``.
        carry_over: surplus hours that go into the next period.
        declared: what the regulation says of schools and offices.
        qualification: what whoever meets it holds from then on, None: nothing that lapses.
        frame_of: id of the scheme of which it is a frame, None: it stands for itself.
        recognised_only: it consists of the hours that the other scheme recognised.
        since: the first day on which periods begin that it governs as it stands here.
        earlier: how it stood before, the oldest first.
    """

    id: str
    title: Text
    authority: Text
    regulation: Text
    notes: tuple[str, ...]
    zone: ZoneInfo
    periods: Periods
    grace_days: int
    once: bool
    hours_per_credit: Decimal | None
    at_most: Decimal | None
    audience: Audience
    dispensations: tuple[DispensationRule, ...]
    categories: tuple[Category, ...]
    assessments: tuple[Assessment, ...]
    evidence: tuple[Evidence, ...]
    score: ScoreRule | None
    requirement: Requirement
    recognised_when: Requirement | None
    awards: tuple[AwardRule, ...]
    consequences: tuple[ConsequenceRule, ...]
    entries: tuple[Entry, ...]
    place: Place
    carry_over: tuple[CarryOver, ...] = ()
    declared: Declared = _NOTHING_DECLARED
    qualification: QualificationRule | None = None
    frame_of: str | None = None
    recognised_only: bool = False
    since: date = date.min
    earlier: tuple[Scheme, ...] = ()

    @property
    def editions(self) -> tuple[Scheme, ...]:
        """How it stood and stands, the oldest first."""
        return (*self.earlier, self)

    def part_audiences(self) -> tuple[Audience, ...]:
        """The audiences of single parts, from requirements to consequences, each once."""
        conditions = [each.when for each in self.awards]
        conditions += [each.when for each in self.consequences]
        following = [each.only_for for each in conditions if each.only_for is not None]
        held = self.qualification
        serving = [] if held is None or held.serving is None else [held.serving]
        scored = [] if self.score is None else [each.only_for for each in self.score.components]
        asked = [each for each in scored if each is not None]
        return tuple(dict.fromkeys((*audiences(self.requirement), *asked, *serving, *following)))


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """All rules of one folder.

    Attributes:
        schemes: by id, each as it stands last.
        digest: SHA-256 over what the files say; comments and layout do not count.
    """

    schemes: tuple[Scheme, ...]
    digest: str

    def scheme(self, scheme_id: str) -> Scheme:
        """The scheme with an id.

        Raises:
            KeyError: there is none.
        """
        for scheme in self.schemes:
            if scheme.id == scheme_id:
                return scheme
        raise KeyError(scheme_id)

    def entries(self) -> Iterator[Entry]:
        """The course maps' lines of all schemes, those that held in former periods too."""
        for scheme in self.schemes:
            for edition in scheme.editions:
                yield from edition.entries

    def selectors(self) -> tuple[Selector, ...]:
        """What the course maps look at in Moodle, each once: what needs to be read of a site."""
        every = (entry.selector for entry in self.entries())
        return tuple(dict.fromkeys(each for each in every if isinstance(each, Selector)))
