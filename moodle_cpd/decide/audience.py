"""Whom a scheme concerns in a period, from what was known of a teacher when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from moodle_cpd.decide.claim import joined
from moodle_cpd.decide.history import Held, History, read_date
from moodle_cpd.decide.membership import Answer, Share, Stretch, both, share_of, stretches
from moodle_cpd.model.decision import Text
from moodle_cpd.model.people import Attribute
from moodle_cpd.model.quick import quick
from moodle_cpd.rules.rulebook_requirements import Audience, DayOfYear, NamedDay


@quick
@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a teacher belongs to an audience.

    Attributes:
        belongs: None where a needed attribute is unknown.
        reason: why not, what was assumed, or how many months; both languages empty where nothing
            is to be said.
        unknown: the attributes that are needed and unknown.
        share: the part of the period that is asked of who is there for a part of it, None: all.
        settled: nothing that comes later within the period can make more be asked.
    """

    belongs: Answer
    reason: Text
    unknown: tuple[Attribute, ...] = ()
    share: Share | None = None
    settled: bool = True


def completed_years(begin: date, day: date) -> int:
    """Whole years from one day to another; who began on 29 February completes one on 1 March."""
    return day.year - begin.year - ((day.month, day.day) < (begin.month, begin.day))


def judged_day(audience: Audience, first: date, last: date) -> date:
    """The day on which an audience is judged in a period.

    Args:
        audience: whom the scheme concerns.
        first: the period's first local day.
        last: its last local day.
    """
    return _named(audience.judged_on, first, last)


def held_day(audience: Audience, first: date, last: date) -> date:
    """The one day on which roles, stages and schools are looked at, where there is one.

    Args:
        audience: whom the scheme concerns; it is ``by_date``.
        first: the period's first local day.
        last: its last local day.
    """
    return _named(audience.held_on or audience.judged_on, first, last)


def _named(when: NamedDay | DayOfYear | date, first: date, last: date) -> date:
    match when:
        case "period_start":
            return first
        case "period_end":
            return last
        case "next_day":
            return last + timedelta(days=1)
        case DayOfYear(month=month, day=day):
            found = date(first.year, month, day)
            return found if found >= first else found.replace(year=first.year + 1)
        case _:
            return when


def judge(
    audience: Audience,
    history: History,
    first: date,
    last: date,
    today: date,
    active: date | None = None,
) -> Verdict:
    """Whether a teacher belongs to an audience in a period.

    Years of service and age are counted on the day that the scheme names. Where that is a date,
    role, stage and school are looked at on that day too. Otherwise they may change within the
    period: who has them on any of its days belongs for the whole of it, for the months that they
    have them, or not at all, as the scheme says. Nobody belongs before the day of hire. Where that
    is unknown and nothing shows that the teacher was there by the end of the period, nothing can
    be said.

    Args:
        audience: whom the scheme concerns.
        history: what is known of the teacher.
        first: the period's first local day.
        last: its last local day.
        today: the local day on which the decision is made; nothing later is known.
        active: the first local day on which the teacher is known to have done anything.
    """
    hired, born = history.dates(today)
    if hired is not None and hired > last:
        return Verdict(False, _HIRED_LATER)
    day, looked_at = _days(audience, first, last)
    later = hired if hired is not None and hired > looked_at else None
    found = _placed(audience, history.placed, later, (first, last), today)
    served: Answer = True
    aged: Answer = True
    answer = found.belongs
    if day is not None:
        served = _served(audience, hired, day)
        aged = _aged(audience, born, day)
        answer = both(both(served, aged), answer)
    if answer is False:
        # Whoever is not in it yet may be by the day on which it is looked at.
        settled = found.settled or served is False or aged is False
        return Verdict(False, _why_not(audience, served, aged, found), settled=settled)
    if answer is None:
        unknown = [Attribute.HIRE_DATE] if served is None else []
        unknown += [Attribute.BIRTH_DATE] if aged is None else []
        return Verdict(None, Text(), (*unknown, *found.unknown))
    if hired is None:
        # How much of the period is asked hangs on the day of hire.
        if audience.midway != "full" or not _was_there(history, last, today, active):
            return Verdict(None, Text(), (Attribute.HIRE_DATE,))
        if last < today and not history.known_by(last):
            return replace(found, reason=_HIRE_ASSUMED)
    return found


def _was_there(history: History, last: date, today: date, active: date | None) -> bool:
    """Whether somebody without a date of hire is known to have been hired by a period's end.

    A date that was there and was taken away, or can't be read, speaks against traces in Moodle,
    which people leave before they are hired too.
    """
    former = history.ever(Attribute.HIRE_DATE, today)
    if former:
        days = [day for day in map(read_date, former) if day is not None]
        return max(days) <= last if days else last >= today
    return last >= today or history.known_by(last) or (active is not None and active <= last)


def _why_not(audience: Audience, served: Answer, aged: Answer, found: Verdict) -> Text:
    if served is False:
        years = audience.service_at_least
        if years is None or audience.service_at_most is not None:
            return _NOT_OF_SERVICE
        return Text(f"教龄不满{years}年", f"Fewer than {years} years of service")
    return _NOT_OF_AGE if aged is False else found.reason


@lru_cache(8192)
def _days(audience: Audience, first: date, last: date) -> tuple[date | None, date]:
    """The day on which years are counted, None: none; the first one on which else is looked at."""
    years = (
        audience.service_at_least,
        audience.service_at_most,
        audience.age_at_least,
        audience.age_at_most,
    )
    counted = any(each is not None for each in years)
    day = judged_day(audience, first, last) if counted else None
    return day, held_day(audience, first, last) if audience.by_date else first


_HIRED_LATER = Text("入职在本周期之后", "Hired after this period")
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
_NOT_OF_SERVICE = Text("教龄不在适用范围内", "Years of service are not in the audience")
_ELSEWHERE = Text("学校、职务或学段不在适用范围内", "School, role or stage is not in the audience")
_GUESSED = Text("（按首次读取时的情况推定）", " (assumed from what was known first, later)")
_ENTERED = Text(
    "本周期内进入，从下一周期起要求", "Entered within this period; asked from the next on"
)
_LEFT = Text("本周期内离开，本周期不要求", "Left within this period; nothing of it is asked")
_TOO_SHORT = Text(
    "在本周期内不满一个月，不要求", "In the audience for less than a month; nothing is asked"
)


def _served(audience: Audience, hired: date | None, day: date) -> Answer:
    least, most = audience.service_at_least, audience.service_at_most
    return _within(least, most, hired, day)


def _aged(audience: Audience, born: date | None, day: date) -> Answer:
    return _within(audience.age_at_least, audience.age_at_most, born, day)


def _within(least: int | None, most: int | None, begin: date | None, day: date) -> Answer:
    if least is None and most is None:
        return True
    if begin is None:
        return None
    years = completed_years(begin, day)
    return (least is None or years >= least) and (most is None or years <= most)


@lru_cache(8192)
def _placed(
    audience: Audience, placed: Held, hired: date | None, period: tuple[date, date], today: date
) -> Verdict:
    """What role, stage and school say; they say the same of many teachers.

    Args:
        audience: whom the scheme concerns.
        placed: the role, stage and school of the teacher.
        hired: the day of hire where it lies after the first day that is looked at.
        period: its first and last local day.
        today: nothing later is known.
    """
    first, last = period
    if audience.by_date:
        day = held_day(audience, first, last)
        if hired is not None and hired > day:
            return Verdict(False, Text(f"{day}尚未入职", f"Not hired yet on {day}"))
        known = min(day, today)
        found = _anytime(audience, stretches(audience, placed, known, known, today))
        return replace(found, settled=day <= today)
    begin = max(first, hired or first)
    places = stretches(audience, placed, begin, last, today)
    if audience.midway == "next_period":
        return _throughout(audience, places, entered=begin > first)
    if audience.midway == "prorated":
        return _in_part(audience, places, period, today)
    return _until(last, today, _anytime(audience, places))


def _anytime(audience: Audience, places: list[Stretch]) -> Verdict:
    """Who is in the audience on any day belongs."""
    if any(each.member and not each.assumed for each in places):
        return Verdict(True, Text())
    if any(each.member for each in places):
        return Verdict(True, _ASSUMED)
    lacking = _lacking(places)
    if lacking:
        return Verdict(None, Text(), lacking)
    return Verdict(False, _outside(audience, places))


def _until(last: date, today: date, found: Verdict) -> Verdict:
    """Who is not in the audience yet may come into it until the last day is over."""
    return replace(found, settled=last < today) if found.belongs is False else found


def _throughout(audience: Audience, places: list[Stretch], *, entered: bool) -> Verdict:
    """Who is in the audience on every day belongs."""
    members = [each.member for each in places]
    if not any(each is not False for each in members):
        return Verdict(False, _outside(audience, places))
    if entered or members[0] is False:
        return Verdict(False, _ENTERED)
    if False in members:
        return Verdict(False, _LEFT)
    lacking = _lacking(places)
    if lacking:
        return Verdict(None, Text(), lacking)
    return Verdict(True, _ASSUMED if any(each.assumed for each in places) else Text())


def _in_part(
    audience: Audience, places: list[Stretch], period: tuple[date, date], today: date
) -> Verdict:
    """Who is in the audience for some months belongs for these."""
    first, last = period
    lacking = _lacking(places)
    if lacking:
        return Verdict(None, Text(), lacking)
    found = _until(last, today, _anytime(audience, places))
    if not found.belongs:
        return found
    share = share_of(places, first, last, whole=audience.whole_months)
    # Who is out today may come back, and then owes more.
    settled = last < today or places[-1].member is True
    if not share.months:
        return Verdict(False, _TOO_SHORT, settled=settled)
    if share.months == share.of:
        return found
    words = Text(
        f"本周期{share.of}个月中有{share.months}个月在适用范围内",
        f"In the audience for {share.months} of the period's {share.of} months",
    )
    assumed = _ASSUMED if any(each.assumed for each in places) else Text()
    return Verdict(True, joined(words, assumed), share=share, settled=settled)


def _lacking(places: list[Stretch]) -> tuple[Attribute, ...]:
    return tuple(dict.fromkeys(name for each in places for name in each.lacking))


def _outside(audience: Audience, places: list[Stretch]) -> Text:
    words = _ELSEWHERE if audience.schools else _OUTSIDE
    if not any(each.assumed for each in places):
        return words
    return Text(words.zh + _GUESSED.zh, words.en + _GUESSED.en)
