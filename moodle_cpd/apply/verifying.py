"""Ledger against Moodle: everything that was handed over, target by target, in few requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moodle_cpd.apply.badges_report import holders
from moodle_cpd.apply.comparing import (
    GONE,
    STANDING,
    Comparison,
    Target,
    compare_badges,
    compare_files,
    compare_grades,
    compare_members,
)
from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.record_activity import find_record_activity, place_of
from moodle_cpd.apply.stored_files import FilesReport, hashes_by_content
from moodle_cpd.apply.written import Written, written_by_serial
from moodle_cpd.config import AwardSettings, Settings
from moodle_cpd.errors import SkipError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardKey, Route
from moodle_cpd.model.drift import Drift
from moodle_cpd.model.progress import Progress
from moodle_cpd.moodle import Moodle, Writer
from moodle_cpd.moodle.reports import can_filter
from moodle_cpd.problems import Problem

_Place = tuple[Route, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of comparing.

    Attributes:
        checked: awards that were compared.
        files: how the files were compared: ``report``, ``content``, or ``not``.
        drifts: the differences, sorted.
        problems: what could not be compared, and why.
    """

    checked: int
    files: str
    drifts: tuple[Drift, ...]
    problems: tuple[Problem, ...]


class Verifier:
    """Compares one site with the ledger; writes nothing.

    Args:
        moodle: the site.
        ledger: what was handed over.
        settings: of this installation.
        content: fetch every file and compare its bytes.
    """

    def __init__(
        self, moodle: Moodle, ledger: Ledger, settings: Settings, *, content: bool
    ) -> None:
        self._moodle = moodle
        self._writer = Writer(moodle)
        self._content = content
        self._routes = {(route.scheme, route.award): route for route in settings.awards}
        self._awards = list(ledger.awards(moodle.name).values())
        self._written = written_by_serial(ledger.journal(moodle.name))
        self._report_id = settings.site.files_report
        self._badges_report = settings.site.badges_report
        self._report: FilesReport | None = None
        self._found = Comparison()

    def compare(self, progress: Progress) -> Verification:
        """Compare everything.

        Args:
            progress: hears of each award.

        Raises:
            SiteError: the site stopped answering.
        """
        places = _places(self._awards)
        counts = {place: sum(map(_compared, awards.values())) for place, awards in places.items()}
        progress.start("verify", sum(counts.values()))
        for place, awards in sorted(places.items()):
            try:
                self._compare(place, awards)
            except SkipError as error:
                self._found.problems += error.problems
            else:
                self._found.checked += counts[place]
            progress.advance(counts[place])
        return Verification(
            checked=self._found.checked,
            files=self._files,
            drifts=tuple(sorted(self._found.drifts)),
            problems=tuple(dict.fromkeys(self._found.problems)),
        )

    @property
    def _files(self) -> str:
        if self._content:
            return "content"
        return "not" if self._report_id is None else "report"

    def _compare(self, place: _Place, awards: Mapping[int, Award]) -> None:
        route, course, name, scheme, period, kind = place
        setting: AwardSettings | None = self._routes.get((scheme, kind))
        badge = (setting.badge_name(period) if setting else None) or ""
        key = AwardKey(self._moodle.name, 0, scheme, period, kind)
        target = Target(key, awards, badge)
        if route is Route.COHORT:
            cohort = self._moodle.cohort(name)
            if cohort is None:
                place_name = f"{self._moodle.name}: cohort '{name}'"
                raise SkipError(Problem(place_name, "not found, so nothing of it was compared"))
            compare_members(self._moodle.cohort_members(cohort.id), target, self._found)
        else:
            self._compare_record(course, name, target)
        compare_badges(self._moodle, target, self._holders(badge), self._found)

    def _holders(self, badge: str) -> frozenset[int]:
        """Who is seen in the report over badges to hold one; nobody where there is no report."""
        report = self._badges_report
        if report is None or not badge or not can_filter(self._moodle):
            return frozenset()
        try:
            return holders(self._moodle, report, badge)
        except SkipError as error:
            self._found.problems += error.problems
            return frozenset()

    def _compare_record(self, course: str, name: str, target: Target) -> None:
        activity = find_record_activity(self._moodle, course, name)
        marks = Marks(self._moodle, activity.assignment.id)
        marks.look()
        compare_grades(
            self._moodle,
            activity,
            target,
            self._written,
            marks,
            self._found,
            place_of(self._moodle, course, name),
        )
        due = {
            award.key.teacher: self._written[award.serial]
            for award in target.of(*STANDING)
            if award.serial in self._written
        }
        if self._content:
            files = {teacher: (written.file, 0) for teacher, written in due.items()}
            hashes = hashes_by_content(
                self._moodle, self._writer, activity, marks, files, self._found.problems
            )
        elif self._report_id is not None:
            self._report = self._report or FilesReport(self._moodle, self._report_id)
            hashes = self._report.hashes(_names(due), marks)
        else:
            return
        compare_files(hashes, target, self._written, self._found)


def _names(due: Mapping[int, Written]) -> dict[int, str]:
    return {teacher: written.file for teacher, written in due.items()}


def _compared(award: Award) -> bool:
    """Whether it is, or was, in Moodle, and is held to be as we left it."""
    return award.state in STANDING | GONE


def _places(awards: Sequence[Award]) -> dict[_Place, dict[int, Award]]:
    """All awards of each place of which something is compared, by teacher.

    What has expired, or is not confirmed yet, is compared with nothing; what it left in Moodle is
    by us all the same.
    """
    found: dict[_Place, dict[int, Award]] = {}
    for award in sorted(awards, key=_compared, reverse=True):
        key = award.key
        place = (award.route, award.course, award.target, key.scheme, key.period, key.award)
        if _compared(award):
            found.setdefault(place, {})
        if place in found:
            found[place][key.teacher] = award
    return found
