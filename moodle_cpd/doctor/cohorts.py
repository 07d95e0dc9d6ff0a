"""The cohorts that say who is a teacher and what they are."""

from __future__ import annotations

from collections.abc import Iterator

from moodle_cpd.config import Settings
from moodle_cpd.doctor.finding import Finding, lack, ok, some, warning
from moodle_cpd.doctor.trying import failure
from moodle_cpd.errors import CpdError
from moodle_cpd.menus import COHORTS
from moodle_cpd.moodle import Moodle


class Members:
    """Members of cohorts, each cohort asked for once.

    Args:
        moodle: the site.
    """

    def __init__(self, moodle: Moodle) -> None:
        self._moodle = moodle
        self._found: dict[str, tuple[int, frozenset[int]] | None] = {}

    def of(self, idnumber: str) -> tuple[int, frozenset[int]] | None:
        """Id and members of a cohort; None where there is none of this idnumber.

        Raises:
            CpdError: the account may not see cohorts, or the site failed.
        """
        if idnumber not in self._found:
            cohort = self._moodle.cohort(idnumber)
            self._found[idnumber] = (
                None if cohort is None else (cohort.id, self._moodle.cohort_members(cohort.id))
            )
        return self._found[idnumber]


def cohort_checks(members: Members, settings: Settings) -> Iterator[Finding]:
    """Whether each cohort of ``[people]`` is there, can be read and has somebody in it."""
    for idnumber in source_cohorts(settings):
        found = find(members, idnumber)
        if isinstance(found, Finding):
            yield found
        elif found[1]:
            yield ok(f"cohort:{idnumber}", some(len(found[1]), "member"))
        else:
            yield warning(f"cohort:{idnumber}", "nobody is in it", f"Add its members: {COHORTS}")


def find(members: Members, idnumber: str) -> tuple[int, frozenset[int]] | Finding:
    """A cohort's id and members, or the finding that says why not."""
    check = f"cohort:{idnumber}"
    try:
        found = members.of(idnumber)
    except CpdError as error:
        return failure(check, error)
    if found is None:
        return lack(
            check,
            "no cohort of the whole site has this ID",
            f"Make it with context 'System' and exactly this Cohort ID: {COHORTS}",
        )
    return found


def source_cohorts(settings: Settings) -> tuple[str, ...]:
    """Idnumbers of the cohorts under ``[people]``, each once, in the file's order."""
    people = settings.people
    attributes = (idnumber for source in people.attributes.values() for idnumber in source.cohorts)
    return tuple(dict.fromkeys((*people.cohorts, *attributes)))
