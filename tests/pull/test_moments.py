from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.moodle.replies import CompletionState, CriterionCompletion
from moodle_cpd.pull.moments import completion_moment

ALL, ANY = 1, 2
BASE = int(datetime(2025, 6, 1, tzinfo=UTC).timestamp())


def minute(number: int) -> datetime:
    return datetime(2025, 6, 1, 0, number, tzinfo=UTC)


def state(aggregation: int, *criteria: tuple[int, bool, int | None]) -> CompletionState:
    """Criteria by type, whether met, and minute."""
    return CompletionState(
        completed=True,
        aggregation=aggregation,
        completions=tuple(
            CriterionCompletion(
                type=kind,
                complete=met,
                timecompleted=None if time is None else BASE + 60 * time + 59,
            )
            for kind, met, time in criteria
        ),
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (state(ALL, (4, True, 5)), minute(5)),
        (state(ALL, (4, True, 5), (4, True, 9), (1, True, 7)), minute(9)),
        (state(ANY, (4, True, 9), (4, True, 5), (1, False, None)), minute(5)),
        # "Any of these activities", and marked by oneself: the earliest of the former is enough.
        (state(ALL, (4, True, 9), (4, False, None), (4, True, 8), (1, True, 3)), minute(8)),
        (state(ALL, (4, True, 9), (4, False, None), (1, True, 12)), minute(12)),
        # A time that is missing may be the one that matters.
        (state(ALL, (4, True, 5), (1, True, None)), None),
        (state(ALL, (4, True, 5), (1, False, None)), None),
        (state(ANY, (4, True, 5), (1, True, None)), None),
        (state(ALL, (4, True, None)), None),
        (state(ALL), None),
        (state(ANY), None),
    ],
)
def test_the_moment_follows_from_the_criteria(
    status: CompletionState, expected: datetime | None
) -> None:
    assert completion_moment(status) == expected


criteria = st.lists(
    st.tuples(st.integers(1, 4), st.booleans(), st.none() | st.integers(0, 59)), max_size=6
)


@given(criteria, st.sampled_from([ALL, ANY]), st.randoms())
def test_the_order_of_criteria_does_not_matter_and_no_moment_is_made_up(
    rows: list[tuple[int, bool, int | None]], aggregation: int, random: st.DrawFn
) -> None:
    moment = completion_moment(state(aggregation, *rows))
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert completion_moment(state(aggregation, *shuffled)) == moment
    assert moment is None or moment in {minute(t) for _, met, t in rows if met and t is not None}
