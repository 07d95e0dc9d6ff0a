"""The digest of what all decisions rest on: another one for whatever could change one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from moodle_cpd.decide.basis import basis_of
from moodle_cpd.decide.teacher import prepare
from tests.decide.making import BODY, activity, course, rules

ENTRIES = "  - {course: C1, category: a, hours: 12}\n"
COURSES = [
    course(1, activities=[activity(11, "T")], fields={"hours": "4", "级别": "县"}),
    course(2, categories=("x", "y")),
]


def basis(
    body: str = BODY,
    entries: str = ENTRIES,
    courses: object = COURSES,
    record: frozenset[int] = frozenset({8, 9}),
    program: str = "p",
    digest: str = "",
) -> str:
    catalogue = {each.id: each for each in courses}  # type: ignore[attr-defined] # courses above
    # What the files say has a digest of its own, which is left out here.
    book = replace(rules(body, entries), digest=digest)
    return basis_of(prepare(book, catalogue, record), program)


def test_the_same_is_the_same_in_whatever_order() -> None:
    turned = [
        course(2, categories=("x", "y")),
        course(1, activities=[activity(11, "T")], fields={"级别": "县", "hours": "4"}),
    ]
    assert basis(courses=turned) == basis()
    # Sets of these come in the order in which they were made.
    assert basis(record=frozenset((0, 8))) == basis(record=frozenset((8, 0)))
    roles = [f"r{number}" for number in range(60)]
    one, other = (
        basis(BODY.replace("role: [teacher]", f"role: [{', '.join(each)}]"))
        for each in (roles, reversed(roles))
    )
    assert one == other
    assert len(basis()) == 64


@pytest.mark.parametrize(
    "changed",
    [
        {"program": "q"},
        {"digest": "d"},
        {"body": BODY.replace("hours_at_least: 10", "hours_at_least: 11")},
        {"body": BODY.replace("role: [teacher]", "role: [teacher, principal]")},
        # Lines count too, since decisions name them.
        {"body": f"\n{BODY}"},
        {"entries": f"\n{ENTRIES}"},
        {"courses": COURSES[:1]},
        {"courses": [COURSES[0], course(2, categories=("y", "x"))]},
        {"courses": [course(1, fields={"hours": "4", "级别": "县"}), COURSES[1]]},
        {"courses": [course(1, activities=[activity(11, "T")]), COURSES[1]]},
        {"record": frozenset({8})},
    ],
)
def test_whatever_changes_is_another_one(changed: dict[str, object]) -> None:
    assert basis(**changed) != basis()  # type: ignore[arg-type] # as the function takes them
