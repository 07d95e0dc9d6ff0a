"""Audiences: the day on which they are judged must be one that each period has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook_periods import Periods, Term, TermPeriods, YearPeriods
from moodle_cpd.rules.rulebook_requirements import NAMED_DAYS, Audience, DayOfYear, NamedDay
from moodle_cpd.rules.schema_requirements import AudiencePart


def build_audience(file: str, part: AudiencePart) -> Audience:
    """Whom a scheme, or one of its requirements, concerns."""
    service, age = part.years_of_service, part.age
    return Audience(
        roles=frozenset(part.role or ()),
        stages=frozenset(part.stage or ()),
        schools=frozenset(part.school or ()),
        service_at_least=service.at_least if service else None,
        service_at_most=service.at_most if service else None,
        age_at_least=age.at_least if age else None,
        age_at_most=age.at_most if age else None,
        judged_on=_judged_on(part.judged_on),
        place=part.place(file),
        midway=part.midway.value,
        whole_months=part.midway.months == "whole",
        held_on=part.held_on,
    )


def check_judged_on(
    audiences: Iterable[Audience], periods: Periods, problems: list[Problem]
) -> None:
    """A day of the year on which an audience is judged must lie in each period, once.

    Args:
        audiences: of a scheme and of its parts.
        periods: of the scheme.
        problems: where problems are collected.
    """
    for each in audiences:
        day = each.judged_on
        if isinstance(day, DayOfYear) and not _in_each(day, periods):
            problems.append(
                Problem(
                    str(each.place),
                    f"judged on {day.month:02}-{day.day:02}, which is not one day of each period",
                    "a day that each period has once",
                    "Use period_start, period_end, or a date with its year",
                )
            )


def _in_each(day: DayOfYear, periods: Periods) -> bool:
    match periods:
        case YearPeriods(length=length):
            return length == 1
        case TermPeriods(terms=terms):
            return all(_days(day, term) == 1 for term in terms)
        case _:
            return False


def _days(day: DayOfYear, term: Term) -> int:
    """How often a day of the year lies in a term."""
    years = range(term.first.year, term.last.year + 1)
    return sum(term.first <= date(year, *day) <= term.last for year in years)


def _judged_on(
    text: str,
) -> NamedDay | DayOfYear | date:
    if text in NAMED_DAYS:
        return NAMED_DAYS[text]
    if len(text) == len("09-01"):
        month, day = text.split("-")
        return DayOfYear(int(month), int(day))
    return date.fromisoformat(text)
