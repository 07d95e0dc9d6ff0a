"""Whom a scheme concerns in a period, from what was known of a teacher when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from moodle_cpd.model.decision import Text
from moodle_cpd.model.people import Attribute, DatedAttribute
from moodle_cpd.rules.rulebook_requirements import Audience

Answer: TypeAlias = bool | None
"""True, False, or None for unknown."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a teacher belongs to an audience.

    Attributes:
        belongs: None where a needed attribute is unknown.
        reason: why not, or what was assumed; both languages empty where nothing is to be said.
        unknown: the attributes that are needed and unknown.
    """

    belongs: Answer
    reason: Text
    unknown: tuple[Attribute, ...] = ()


class History:
    """A teacher's attributes through time.

    Args:
        attributes: all rows of one teacher, in any order.
        active: the first moment (UTC) at which the teacher is known to have done anything.

    Attributes:
        active: as above.
    """

    def __init__(
        self, attributes: Iterable[DatedAttribute], active: datetime | None = None
    ) -> None:
        self.active = active
        by_day: dict[Attribute, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in attributes:
            by_day[row.name][row.since].add(row.value)
        self._days = {name: sorted(days.items()) for name, days in by_day.items()}

    def on(self, name: Attribute, day: date) -> tuple[frozenset[str], bool]:
        """The values on a day, none where unknown; and whether they are only assumed.

        Before the first day on which something is known, that is assumed to have held.
        """
        days = self._days.get(name)
        if not days:
            return frozenset(), False
        known = [values for since, values in days if since <= day]
        values = known[-1] if known else days[0][1]
        return frozenset(values - {""}), not known

    def changes(self, name: Attribute) -> list[date]:
        """The days on which values are known to have begun."""
        return [since for since, _ in self._days.get(name, ())]

    def known_by(self, day: date) -> bool:
        """Whether anything was known of the teacher on a day."""
        return any(days[0][0] <= day for days in self._days.values())

    def ever(self, name: Attribute, day: date) -> frozenset[str]:
        """All values that were known on a day or before, also those taken away again."""
        days = self._days.get(name, ())
        return frozenset(value for since, values in days if since <= day for value in values)

    def date_of(self, name: Attribute, day: date) -> date | None:
        """A date as it is known on a day, None where it is unknown or can't be read.

        What was known first is taken for earlier days: a date of hire doesn't change, at most it
        is corrected.
        """
        values, _ = self.on(name, day)
        if len(values) != 1:
            return None
        return _date(next(iter(values)))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def completed_years(begin: date, day: date) -> int:
    """Whole years from one day to another; who began on 29 February completes one on 1 March."""
    return day.year - begin.year - ((day.month, day.day) < (begin.month, begin.day))


def judge(
    audience: Audience,
    history: History,
    first: date,
    last: date,
    today: date,
    active: date | None = None,
) -> Verdict:
    """Whether a teacher belongs to an audience in a period.

    Roles, stages and schools may change within the period: who has them on any of its days
    belongs, for the whole period. Years of service and age are counted on the day that the scheme
    names. Nobody belongs before the day of hire. Where that is unknown and nothing shows that the
    teacher was there by the end of the period, nothing can be said.

    Args:
        audience: whom the scheme concerns.
        history: what is known of the teacher.
        first: the period's first local day.
        last: its last local day.
        today: the local day on which the decision is made; nothing later is known.
        active: the first local day on which the teacher is known to have done anything.
    """
    hired = history.date_of(Attribute.HIRE_DATE, today)
    if hired is not None and hired > last:
        return Verdict(False, Text("入职在本周期之后", "Hired after this period"))
    served = _served(audience, hired, first, last)
    born = history.date_of(Attribute.BIRTH_DATE, today)
    aged = _aged(audience, born, first, last)
    belongs, assumed, lacking = _placed(audience, history, max(first, hired or first), last, today)
    answer = _both(_both(served, aged), belongs)
    if answer is None:
        unknown = [Attribute.HIRE_DATE] if served is None else []
        unknown += [Attribute.BIRTH_DATE] if aged is None else []
        return Verdict(None, Text(), (*unknown, *lacking))
    if answer and hired is None and not _was_there(history, last, today, active):
        return Verdict(None, Text(), (Attribute.HIRE_DATE,))
    if answer and hired is None and last < today and not history.known_by(last):
        return Verdict(True, _HIRE_ASSUMED)
    if answer:
        return Verdict(True, _ASSUMED if assumed else Text())
    return Verdict(False, _why_not(audience, served, aged, assumed=assumed))


def _was_there(history: History, last: date, today: date, active: date | None) -> bool:
    """Whether somebody without a date of hire is known to have been hired by a period's end.

    A date that was there and was taken away, or can't be read, speaks against traces in Moodle,
    which people leave before they are hired too.
    """
    former = history.ever(Attribute.HIRE_DATE, today)
    if former:
        days = [day for day in map(_date, former) if day is not None]
        return max(days) <= last if days else last >= today
    return last >= today or history.known_by(last) or (active is not None and active <= last)


def _why_not(audience: Audience, served: Answer, aged: Answer, *, assumed: bool) -> Text:
    if served is False:
        years = audience.years_of_service
        return Text(f"教龄不满{years}年", f"Fewer than {years} years of service")
    if aged is False:
        return _NOT_OF_AGE
    if audience.schools:
        return _ELSEWHERE_ASSUMED if assumed else _ELSEWHERE
    return _OUTSIDE_ASSUMED if assumed else _OUTSIDE


_ASSUMED = Text(
    "职务或学段按首次读取时的情况推定",
    "Role or stage is assumed from what was known first, later",
)
_HIRE_ASSUMED = Text(
    "入职日期不明，按当时已在职推定；职务或学段按首次读取时的情况推定",
    "The date of hire is unknown and assumed to lie before; role or stage is assumed from what "
    "was known first, later",
)
_OUTSIDE = Text("职务或学段不在适用范围内", "Role or stage is not in the audience")
_NOT_OF_AGE = Text("年龄不在适用范围内", "Age is not in the audience")
_ELSEWHERE = Text("学校、职务或学段不在适用范围内", "School, role or stage is not in the audience")
_ELSEWHERE_ASSUMED = Text(
    "学校、职务或学段不在适用范围内（按首次读取时的情况推定）",
    "School, role or stage is not in the audience (assumed from what was known first, later)",
)
_OUTSIDE_ASSUMED = Text(
    "职务或学段不在适用范围内（按首次读取时的情况推定）",
    "Role or stage is not in the audience (assumed from what was known first, later)",
)


def _served(audience: Audience, hired: date | None, first: date, last: date) -> Answer:
    if audience.years_of_service is None:
        return True
    if hired is None:
        return None
    day = first if audience.judged_on == "period_start" else last
    return completed_years(hired, day) >= audience.years_of_service


def _aged(audience: Audience, born: date | None, first: date, last: date) -> Answer:
    if audience.age_at_least is None and audience.age_at_most is None:
        return True
    if born is None:
        return None
    age = completed_years(born, first if audience.judged_on == "period_start" else last)
    least, most = audience.age_at_least, audience.age_at_most
    return (least is None or age >= least) and (most is None or age <= most)


def _placed(
    audience: Audience, history: History, first: date, last: date, today: date
) -> tuple[Answer, bool, tuple[Attribute, ...]]:
    """Role, stage and school on any day: the answer, whether assumed, what lacks."""
    wanted = [
        (name, values)
        for name, values in (
            (Attribute.ROLE, audience.roles),
            (Attribute.STAGE, audience.stages),
            (Attribute.SCHOOL, audience.schools),
        )
        if values
    ]
    changes = {day for name, _ in wanted for day in history.changes(name)}
    days = [first, *sorted(day for day in changes if first < day <= min(last, today))]
    answer: Answer = False
    assumed_in = assumed_out = False
    lacking: dict[Attribute, None] = {}
    for day in days:
        of_day: Answer = True
        assumed = False
        lacking_here = []
        for name, values in wanted:
            held, only_assumed = history.on(name, day)
            assumed = assumed or only_assumed
            if not held:
                lacking_here.append(name)
            of_day = _both(of_day, bool(held & values) if held else None)
        if of_day is None:
            lacking.update(dict.fromkeys(lacking_here))
        if of_day and not assumed:
            return True, False, ()
        assumed_in = assumed_in or of_day is True
        assumed_out = assumed_out or assumed
        answer = True if assumed_in else (None if None in (answer, of_day) else False)
    return answer, assumed_in or assumed_out, tuple(lacking)


def _both(one: Answer, other: Answer) -> Answer:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
