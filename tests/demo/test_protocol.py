from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.demo.failures import MoodleError
from moodle_cpd.demo.protocol import nest, read_form
from moodle_cpd.demo.spec import (
    ALPHA,
    BOOL,
    FLOAT,
    INT,
    RAW,
    check,
    default,
    many,
    optional,
    struct,
)
from tests.demo.asking import flat

_TREES = st.recursive(
    st.text(max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), inner, min_size=1)
    ),
    max_leaves=5,
)


def _as_php(value: Any) -> Any:
    if isinstance(value, list):
        return {str(place): _as_php(item) for place, item in enumerate(value)}
    if isinstance(value, dict):
        return {key: _as_php(item) for key, item in value.items()}
    return value


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), _TREES))
def test_nesting_undoes_flattening(tree: dict[str, Any]) -> None:
    assert nest(flat(tree), 1000) == _as_php(tree)


@given(st.lists(st.integers(0, 99), max_size=30), st.integers(0, 40))
def test_what_stands_behind_the_limit_is_dropped(values: list[int], limit: int) -> None:
    tree = nest(((f"ids[{n}]", str(value)) for n, value in enumerate(values)), limit)
    kept = [str(value) for value in values[:limit]]
    assert list(tree.get("ids", {}).values()) == kept


def test_empty_brackets_append() -> None:
    assert nest([("a[]", "x"), ("a[]", "y"), ("a[7]", "z"), ("a[]", "q")], 9) == {
        "a": {"0": "x", "1": "y", "7": "z", "8": "q"}
    }


def test_a_later_value_takes_the_place_of_an_earlier_one() -> None:
    assert nest([("a", "1"), ("a", "2"), ("b[c]", "1"), ("b", "2")], 9) == {"a": "2", "b": "2"}


def test_a_form_is_read_as_utf8() -> None:
    assert read_form("a=%F0%A0%85%A4&b=&c=1+2") == [("a", "𠅤"), ("b", ""), ("c", "1 2")]


SPEC = struct(
    id=INT,
    flag=default(BOOL, "0"),
    points=optional(FLOAT),
    options=default(many(struct(name=ALPHA, value=RAW)), []),
)


def test_values_become_pythons() -> None:
    given_values = {"id": "3", "points": "2.5", "options": {"0": {"name": "x", "value": "1"}}}
    assert check(SPEC, given_values) == {
        "id": 3,
        "flag": False,
        "points": 2.5,
        "options": [{"name": "x", "value": "1"}],
    }
    assert check(SPEC, {"id": 3}) == {"id": 3, "flag": False, "options": []}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "Missing required key in single structure: id"),
        ({"id": "3", "x": "1"}, "Unexpected keys (x)"),
        ({"id": "abc"}, "id => Invalid parameter value detected"),
        ({"id": "1.0"}, 'the server was expecting "int" type'),
        ({"id": ""}, 'the server was expecting "int" type'),
        ({"id": "1", "flag": "true"}, 'the server was expecting "bool" type'),
        ({"id": "1", "points": "A"}, 'the server was expecting "float" type'),
        ({"id": "1", "options": "x"}, "Only arrays accepted"),
        ({"id": {"0": "1"}}, "Scalar type expected"),
        ({"id": "1", "options": {"0": {"name": "a-b", "value": ""}}}, '"alpha" type'),
    ],
)
def test_wrong_parameters_are_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(MoodleError) as caught:
        check(SPEC, values)
    assert caught.value.errorcode == "invalidparameter"
    assert caught.value.message == "Invalid parameter value detected"
    assert told in (caught.value.debuginfo or "")
