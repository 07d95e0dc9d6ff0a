"""Rules held against a site's courses once, so that each teacher costs only their own facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import compress
from typing import TypeAlias

from moodle_cpd.decide.asked import asked, levels, looks_back, read_by
from moodle_cpd.decide.calendar import Calendar
from moodle_cpd.decide.claim import ZERO
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Text
from moodle_cpd.rules.matching import EntryIndex, Match, RecordIndex, Target, Tie
from moodle_cpd.rules.rulebook import Category, Entry, Rulebook, Scheme
from moodle_cpd.rules.rulebook_requirements import Audience, Requirement, audiences
from moodle_cpd.rules.rulebook_score import ScoreRule

Cap: TypeAlias = tuple[object, Decimal, Text]
"""What has a cap, so many hours at most, and what it is called."""

_CALENDARS = 4096
"""So many are kept: many teachers took the post on the same day."""

_LINE = Text("本项", "this line")


class PreparedScheme:
    """One scheme and what its entries find on the site.

    Args:
        scheme: the scheme.
        catalogue: the site's courses by id.

    Attributes:
        in_fractions: some hours are in proportion to a grade, so sums are made of fractions.
        read: ids of the assessments and kinds of evidence that the scheme looks at.
        editions: how it stood and stands, the oldest first and itself last.
        looks_back: hours of the periods before are asked for.
        carries_over: surplus hours go into the next period under any edition.
        audiences: of parts of the scheme.
        asking: for each of ``audiences``, whether what is required hangs on it.
        no_hours: the ids of all categories, each with 0 hours.
        apart: ids of the categories whose hours are none of those earned.
    """

    def __init__(self, scheme: Scheme, catalogue: Mapping[int, Course]) -> None:
        self.scheme = scheme
        self.calendar = Calendar(scheme)
        self.editions: tuple[PreparedScheme, ...] = (
            *(PreparedScheme(earlier, catalogue) for earlier in scheme.earlier),
            self,
        )
        index = EntryIndex(scheme.entries)
        self.matches: dict[Target, Match | Tie] = {
            target: match
            for course in catalogue.values()
            for target, match in index.matches(course)
        }
        self._records = RecordIndex(scheme.entries)
        self.categories = {category.id: category for category in scheme.categories}
        self.assessments = {each.id: each for each in scheme.assessments}
        self.evidence = {each.id: each for each in scheme.evidence}
        self.audiences = scheme.part_audiences()
        required = set(audiences(scheme.requirement))
        self.asking = tuple(each in required for each in self.audiences)
        self.read = frozenset(read_by(scheme))
        self.levels = _wanted_levels(scheme)
        for edition in self.editions[:-1]:
            # A later edition may ask what a level gave in earlier periods too.
            edition.levels = self.levels
        self.in_fractions = any(entry.in_proportion for entry in scheme.entries)
        trees = (scheme.requirement, scheme.recognised_when)
        self.looks_back = any(looks_back(each) for each in trees if each is not None)
        self.carries_over = any(each.scheme.carry_over for each in self.editions)
        self._belonging: dict[tuple[bool, ...], frozenset[Audience]] = {}
        self._asked: dict[frozenset[Audience], Requirement | None] = {}
        self._scores: dict[frozenset[Audience], ScoreRule] = {}
        self._chains = {category.id: self._chain(category) for category in scheme.categories}
        self._caps: dict[str, tuple[Cap, ...]] = {
            category: tuple((c.id, c.at_most, c.title) for c in chain if c.at_most is not None)
            for category, chain in self._chains.items()
        }
        self.no_hours = tuple((category.id, ZERO) for category in scheme.categories)
        self.apart = frozenset(each for each, chain in self._chains.items() if chain[-1].apart)

    def match(self, target: Target) -> Match | Tie | None:
        """What the course maps say of a target; None where no line fits."""
        if target.record is not None:
            return self._records.match(target.record)
        return self.matches.get(target)

    @lru_cache(_CALENDARS)  # noqa: B019  # there are as many schemes as rules, and they stay
    def own_calendar(self, hired: date | None) -> Calendar:
        """The periods of teachers who took the post on a day, where they hang on that."""
        return Calendar(self.scheme, hired)

    def matched(self, targets: Iterable[Target]) -> list[Target]:
        """Those of some targets of which the course maps may say something, in the same order."""
        return [each for each in targets if each in self.matches or each.record is not None]

    def at(self, day: date) -> PreparedScheme | None:
        """How it stands for the period that begins on a day, None where it governs none yet."""
        for edition in reversed(self.editions):
            if edition.scheme.since <= day:
                return edition
        return None

    def belonging(self, answers: tuple[bool, ...]) -> frozenset[Audience]:
        """The audiences of parts of the scheme that somebody belongs to.

        Args:
            answers: for each of ``audiences``, whether they do.
        """
        if answers not in self._belonging:
            self._belonging[answers] = frozenset(compress(self.audiences, answers))
        return self._belonging[answers]

    def asked(self, belonging: frozenset[Audience]) -> Requirement | None:
        """What is asked of somebody for the whole period, None where nothing is.

        Args:
            belonging: the audiences of parts of the scheme that somebody belongs to.
        """
        if belonging not in self._asked:
            self._asked[belonging] = asked(self.scheme.requirement, belonging)
        return self._asked[belonging]

    def score(self, belonging: frozenset[Audience]) -> ScoreRule | None:
        """The score that is made of somebody, None where the scheme has none.

        Args:
            belonging: as with ``asked``.
        """
        rule = self.scheme.score
        if rule is not None and belonging not in self._scores:
            self._scores[belonging] = rule.asked_of(belonging)
        return self._scores.get(belonging)

    def chain(self, category: str) -> tuple[Category, ...]:
        """A category and those above it, from below."""
        return self._chains[category]

    def caps(self, entry: Entry) -> tuple[Cap, ...]:
        """The caps of a line, of its category and of those above it, from below."""
        of_categories = self._caps[entry.category or ""]
        if entry.at_most is None:
            return of_categories
        return (entry, entry.at_most, _LINE), *of_categories

    def _chain(self, category: Category) -> tuple[Category, ...]:
        chain = [category]
        while chain[-1].parent is not None:
            chain.append(self.categories[chain[-1].parent])
        return tuple(chain)


def _wanted_levels(scheme: Scheme) -> tuple[str, ...]:
    """The levels that any edition of a scheme asks hours of."""
    wanted: set[str] = set()
    for each in scheme.editions:
        trees = [each.requirement]
        trees += [] if each.recognised_when is None else [each.recognised_when]
        renewals = () if each.qualification is None else each.qualification.renewals
        wanted.update(level for tree in trees for level in levels(tree))
        wanted.update(rule.from_level for rule in renewals if rule.from_level is not None)
    return tuple(sorted(wanted))


class Prepared:
    """A rulebook held against the courses of a site.

    Args:
        rulebook: the rules.
        catalogue: the site's courses by id.
        record_courses: ids of the courses in which we write; nothing in them ever counts.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        catalogue: Mapping[int, Course],
        record_courses: frozenset[int] = frozenset(),
    ) -> None:
        self.digest = rulebook.digest
        self.catalogue = catalogue
        self.record_courses = record_courses
        self.schemes = tuple(PreparedScheme(scheme, catalogue) for scheme in rulebook.schemes)
        self.names = {course.id: course.full_name for course in catalogue.values()}

    def scheme(self, scheme_id: str) -> PreparedScheme:
        """The scheme with an id.

        Raises:
            KeyError: there is none.
        """
        for each in self.schemes:
            if each.scheme.id == scheme_id:
                return each
        raise KeyError(scheme_id)
