"""Values that are made quickly are what a frozen dataclass would have made."""

from __future__ import annotations

import pickle
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from moodle_cpd.model.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Value:
    one: int
    two: str = "two"
    kept: str = field(default="kept", init=False, compare=False)


def test_a_value_is_what_was_given_and_else_the_defaults() -> None:
    assert repr(Value(1)) == "Value(one=1, two='two', kept='kept')"
    assert Value(two="b", one=2) == Value(2, "b") != Value(2)
    assert hash(Value(2)) == hash(Value(2))
    assert replace(Value(1), one=3) == Value(3)


def test_it_stays_immutable_and_asks_for_what_it_needs() -> None:
    with pytest.raises(FrozenInstanceError):
        Value(1).one = 2  # type: ignore[misc]  # that is the point
    for given in ((), (1, "b", "c")):
        with pytest.raises(TypeError):
            Value(*given)


def test_it_is_copied_and_handed_to_other_processes_like_any_other() -> None:
    value = Value(1)
    for same in (copy(value), deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert (same, type(same), repr(same)) == (value, Value, repr(value))


@dataclass(frozen=True)
class WithoutSlots:
    one: int


@dataclass(frozen=True, slots=True)
class WithFactory:
    one: list[int] = field(default_factory=list)


@pytest.mark.parametrize("cls", [WithoutSlots, WithFactory])
def test_only_slots_and_plain_values(cls: type) -> None:
    with pytest.raises(TypeError, match=cls.__name__):
        quick(cls)
