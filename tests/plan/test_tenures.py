"""Whether a qualification is over, by decisions as they are really made."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from moodle_cpd.decide import TeacherRecord, decide_teacher, result_of
from moodle_cpd.model.decision import Decision, Outcome
from moodle_cpd.model.people import Attribute
from moodle_cpd.plan.tenures import Tenures
from tests.decide.making import SITE, TEACHER, attribute, local, teacher
from tests.decide.test_qualification import BOOK, COURSES, GAINED, dispensed, school


def is_over(decisions: Iterable[Decision], on: str) -> bool:
    """Whether what was gained in 2021 is over on a day."""
    results = [result_of(each, each.period.key) for each in decisions]
    gained = next(each for each in results if each.period == "2021")
    return Tenures(results, local(f"{on} 12:00")).over(gained)


@pytest.mark.parametrize(
    ("kind", "on", "outcome", "over"),
    [
        ("waived", "2022-12-01", Outcome.EXPIRING, False),
        ("waived", "2023-01-15", Outcome.EXPIRING, False),
        ("waived", "2023-03-01", Outcome.WAIVED, True),
        ("exempt", "2023-03-01", Outcome.EXEMPT, False),
    ],
)
def test_a_document_for_the_last_year(kind: str, on: str, outcome: Outcome, over: bool) -> None:
    found = dispensed(kind, 2022, GAINED, on=on)
    assert found["2022"].outcome is outcome
    assert is_over(found.values(), on) is over
    up_to_then = [each for key, each in found.items() if key <= "2022"]
    assert is_over(up_to_then, on) is over, "not only by what is said of the year after"


def away_in(*years: int, on: str) -> list[Decision]:
    """Gained in 2021, out of the audience in some years, and nothing done since."""
    roles = [attribute(Attribute.ROLE, "teacher", "2020-01-01")]
    for year in years:
        roles.append(attribute(Attribute.ROLE, "clerk", f"{year}-01-01"))
        roles.append(attribute(Attribute.ROLE, "teacher", f"{year + 1}-01-01"))
    others = [each for each in teacher() if each.name is not Attribute.ROLE]
    known = TeacherRecord(SITE, TEACHER, [GAINED, *school(2021)], [*roles, *others])
    catalogue = {each.id: each for each in COURSES}
    return decide_teacher(BOOK, catalogue, known, local(f"{on} 12:00"))[0]


def test_a_year_out_of_the_audience_lets_the_last_day_come() -> None:
    for on, over in (("2022-06-01", False), ("2022-12-31", False), ("2023-01-02", True)):
        found = [each for each in away_in(2022, on=on) if each.period.key <= "2022"]
        assert found[-1].outcome is Outcome.NOT_APPLICABLE
        assert is_over(found, on) is over
    back = away_in(2022, on="2023-06-01")
    assert back[-1].outcome in {Outcome.VALID, Outcome.EXPIRING}
    assert not is_over(back, "2023-06-01"), "who serves again holds it again"
