"""The shipped cases come out as written, and notice whatever is changed in the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from moodle_cpd.cases import CaseFile, Fate, check_cases, run_cases
from tests.cases.shipped import BOOK, FOLDER, changed


def scheme_of(file: CaseFile) -> str:
    """The scheme that the cases of a file are about, also where they are about a frame of it."""
    scheme = BOOK.scheme(file.scheme)
    return scheme.frame_of or scheme.id


SCHEMES = sorted({scheme_of(file) for file in FOLDER.files.values()})

YULIN, PRIMARY = "yulin-school-term-100", "school-based-48h"
FOUR_LEVEL = "prefecture-four-level"
NAME_ONLY = "names a line of the score; nothing refers to it"
SINGLE_TERM = "the scheme has a single term, so nothing comes a second time"

HARMLESS: Mapping[tuple[str, str], str] = {
    ("homeroom-teacher-30h", "requirements.all.0.of"): (
        "its other category is apart, so its hours are all hours"
    ),
    (YULIN, "duty"): SINGLE_TERM,
    (YULIN, "frames.0.duty"): SINGLE_TERM,
    (YULIN, "entries.9.repeatable"): SINGLE_TERM,
    **{(YULIN, f"score.components.{number}.id"): NAME_ONLY for number in range(5)},
    (YULIN, "score.bonuses.0.id"): NAME_ONLY,
    **{(PRIMARY, f"score.deductions.{number}.id"): NAME_ONLY for number in range(4)},
    (PRIMARY, "score.bonuses.0.id"): NAME_ONLY,
    **{(FOUR_LEVEL, f"score.components.{number}.id"): NAME_ONLY for number in range(6)},
    **{
        (FOUR_LEVEL, f"score.components.{key}"): "periods begin on 1 September, not a day earlier"
        for key in ("1.until", "2.from", "5.until")
    },
    **{
        (FOUR_LEVEL, f"frames.0.requirements.all.{number}.only_for.stage"): (
            "of the others the prefecture's hours are asked, which count as the county's too"
        )
        for number in (3, 6)
    },
    (FOUR_LEVEL, "frames.0.duty"): "the programme has a single period",
    (FOUR_LEVEL, "frames.2.duty"): "a post is taken once",
}
"""Values that no case can tell from none, or from another one, with the reason."""


def of(scheme: str) -> dict[str, CaseFile]:
    return {name: file for name, file in FOLDER.files.items() if scheme_of(file) == scheme}


def test_all_files_are_good() -> None:
    assert FOLDER.problems == ()
    assert check_cases(BOOK, FOLDER.files) == []


def test_every_case_comes_out_as_written() -> None:
    wrong = [result for result in run_cases(BOOK, FOLDER.files) if result.differences]
    assert wrong == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_there_are_enough(scheme: str) -> None:
    assert sum(len(file.cases) for file in of(scheme).values()) >= 12


def test_cases_lie_in_their_schemes_folder() -> None:
    for name, file in FOLDER.files.items():
        assert name.split("/")[1] == scheme_of(file)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_value_is_missed_by_some_case(scheme: str) -> None:
    found = changed(scheme)
    counts = Counter(mutant.fate for mutant in found)
    assert counts[Fate.NOTICED] > 40
    survivors = {(scheme, mutant.key) for mutant in found if mutant.fate is Fate.SURVIVED}
    assert survivors == {key for key in HARMLESS if key[0] == scheme}
