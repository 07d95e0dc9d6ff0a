"""From when on each stream is read, and what its watermark holds for.

A stream is one kind of thing that is read: people, completions, grades of assignments, other grades
in the gradebook, submissions. Its watermark is the site's clock at the moment when its last whole
reading began. The next reading begins some hours before it (``[pull] overlap_hours``), its first
second included, and what is known already is forgotten by its key; so a completion that Moodle's
cron writes down late, and one that happened while the last reading was under way, are both seen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from moodle_cpd.config import PullSettings
from moodle_cpd.ledger import Ledger, Position, ReadingState, of_teachers

GOES_STALE: Final = timedelta(hours=12)
"""A cut-off reading that is older begins anew: too much may have changed in what it had read."""

_AT_ONCE: Final = timedelta(hours=1)
"""How late something can be seen that Moodle notes at once: computers of one site differ too."""


class Stream(StrEnum):
    """What is read with a watermark of its own."""

    PEOPLE = "people"
    COMPLETIONS = "completions"
    GRADES = "grades"
    SUBMISSIONS = "submissions"
    GRADEBOOK = "gradebook"


@dataclass(frozen=True, slots=True)
class Span:
    """What of a stream is to be read.

    Attributes:
        since: the site's clock from which on Moodle's news are read, inclusive; None: everything.
        before: the site's clock when the last reading began; None likewise.
        covered: ids of what ``since`` holds for; anything else is read from its beginning.
    """

    since: datetime | None
    covered: frozenset[int]
    before: datetime | None = None

    @property
    def full(self) -> bool:
        """Whether everything is read."""
        return self.since is None

    def is_changed_since(self, seconds: int) -> bool:
        """Whether what Moodle notes at once, unlike completions, was changed since then."""
        return self.before is None or seconds >= self.before.timestamp()

    @property
    def noted_since(self) -> int:
        """Unix time from which on news are read that Moodle notes at once; 0 means everything."""
        if self.since is None or self.before is None:
            return 0
        return int(max(self.since, self.before - _AT_ONCE).timestamp())

    @property
    def since_seconds(self) -> int:
        """``since`` as Moodle's functions take it; 0 means everything."""
        return 0 if self.since is None else int(self.since.timestamp())


class Watermarks:
    """The watermarks of one site during one pull.

    Args:
        ledger: remembers them.
        site: the site's name in the configuration.
        settings: overlap, and how often everything is read.
        now: our clock when the pull began, UTC.
        site_now: the site's clock at that moment, UTC.
        full: everything is read, however lately it was.

    Attributes:
        now: our clock when the pull began, UTC.
        site_now: the site's clock when what is read was first asked for, UTC.
        began: our clock at that moment, UTC: where the pull goes on from one that was cut off, when
            that one began.
        teachers: ids of all whom the pull reads.
        all_full: whether every stream that was closed so far was read as a whole.
    """

    def __init__(
        self,
        ledger: Ledger,
        site: str,
        settings: PullSettings,
        *,
        now: datetime,
        site_now: datetime,
        full: bool,
    ) -> None:
        self._ledger = ledger
        self._site = site
        self._settings = settings
        self._states = ledger.readings(site)
        self._forced = full
        self.now = now
        self.site_now = site_now
        self.began = now
        self.all_full = True
        self.teachers: frozenset[int] = frozenset()

    def span(self, stream: Stream) -> Span:
        """What of a stream this pull reads."""
        state = self._states.get(stream)
        if state is None or self._forced or self._is_old(state):
            return Span(None, frozenset())
        overlap = timedelta(hours=self._settings.overlap_hours)
        covered = self._ledger.covered(self._site, stream)
        return Span(state.since - overlap, covered, state.since)

    def newcomers(self, stream: Stream) -> frozenset[int]:
        """Teachers of whom the stream's watermark does not hold: of them everything is read."""
        return self.teachers - self._ledger.covered(self._site, of_teachers(stream))

    def close(self, stream: Stream, span: Span, covered: Collection[int]) -> None:
        """A stream was read to its end.

        Args:
            stream: which.
            span: what was read of it.
            covered: ids of what was answered wholly; the rest is read from its beginning again.
        """
        before = self._states.get(stream)
        self.all_full = self.all_full and span.full
        full_at = self.began if span.full or before is None else before.full_at
        state = ReadingState(self.site_now, self.began, full_at)
        self._states[stream] = state
        self._ledger.close_reading(self._site, stream, state, covered, self.teachers)

    def resume(self, stream: Stream, key: str) -> Position | None:
        """Where a reading was cut off that asked for the same not long ago.

        From then on the pull counts as begun when that reading began.

        Args:
            stream: which.
            key: what was asked for; of another reading nothing is taken over.
        """
        found = self._ledger.position(self._site, stream)
        if found is None or found.state.get("key") != key:
            return None
        if not timedelta() <= self.now - found.began < GOES_STALE:
            return None
        self.began = min(self.began, found.began)
        self.site_now = min(self.site_now, found.since)
        return found

    def keep(self, stream: Stream, key: str, state: dict[str, object]) -> None:
        """Note how far a reading has come; what it found must be recorded before."""
        position = Position(self.began, self.site_now, state | {"key": key})
        self._ledger.keep_position(self._site, stream, position)

    def _is_old(self, state: ReadingState) -> bool:
        return self.now - state.full_at >= timedelta(days=self._settings.full_days)


def widened(span: Span) -> Span:
    """The same stream, read as a whole."""
    return replace(span, since=None, covered=frozenset(), before=None)
