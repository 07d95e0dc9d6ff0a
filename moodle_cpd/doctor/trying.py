"""Running one check so that its failure is a finding and the next one still runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from moodle_cpd.doctor.finding import Finding, lack, untested
from moodle_cpd.doctor.refused import remedy_of
from moodle_cpd.errors import CpdError
from moodle_cpd.moodle import Moodle

T = TypeVar("T")


def guarded(
    moodle: Moodle, check: str, functions: Iterable[str], look: Callable[[], Iterable[Finding]]
) -> Iterator[Finding]:
    """Look, unless the service lacks a function for it; what goes wrong becomes a finding.

    Args:
        moodle: the site.
        check: id of the finding where looking fails.
        functions: what ``look`` calls.
        look: the check itself.
    """
    missing = [function for function in functions if not moodle.allows(function)]
    if missing:
        yield untested(check, f"needs {', '.join(missing)} in the service")
        return
    try:
        yield from look()
    except CpdError as error:
        yield failure(check, error)


def failure(check: str, error: CpdError) -> Finding:
    """The finding that an error of a call stands for."""
    return lack(check, "; ".join(problem.found for problem in error.problems), remedy_of(error))


def refusals(answers: Iterable[T | CpdError]) -> tuple[list[T], list[CpdError]]:
    """Part answers from refusals."""
    good: list[T] = []
    bad: list[CpdError] = []
    for answer in answers:
        if isinstance(answer, CpdError):
            bad.append(answer)
        else:
            good.append(answer)
    return good, bad
