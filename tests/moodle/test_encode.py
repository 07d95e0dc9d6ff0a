from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.moodle.encode import MAX_VALUES, Param, as_json, flatten
from tests.moodle.php import as_lists, read_form

NAMES = st.from_regex(r"[a-z_][a-z_0-9]{0,7}", fullmatch=True)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.text(st.characters(codec="utf-8")),
    st.none(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
PARAMS = st.dictionaries(NAMES, VALUES, max_size=4)


def php(params: dict[str, Param]) -> Any:
    """What Moodle gets of parameters sent as a form."""
    return as_lists(read_form(urlencode(flatten(params))))


def expected(value: Any) -> Any:
    """What Moodle should get, said in another way than the client does: texts, without gaps."""
    match value:
        case None:
            return None
        case bool():
            return str(int(value))
        case Decimal():
            return f"{value:f}"
        case list():
            return [kept for inner in value if (kept := expected(inner)) is not None] or None
        case dict():
            kept = {key: expected(inner) for key, inner in value.items()}
            return {key: inner for key, inner in kept.items() if inner is not None} or None
        case _:
            return str(value)


@given(PARAMS)
def test_what_is_sent_as_a_form_arrives(params: dict[str, Any]) -> None:
    assert php(params) == (expected(params) or [])


@given(PARAMS)
def test_a_call_means_the_same_inside_a_batch(params: dict[str, Any]) -> None:
    def texts(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: texts(inner) for key, inner in value.items()}
        return [texts(inner) for inner in value] if isinstance(value, list) else str(value)

    assert texts(json.loads(as_json(params))) == (expected(params) or {})


def test_nested_lists_of_dictionaries() -> None:
    params: dict[str, Param] = {
        "assignmentid": 6,
        "applytoall": False,
        "grades": [
            {"userid": 3, "grade": Decimal("72.50"), "plugindata": {"text": "合格 & gut", "f": 1}},
            {"userid": 4, "grade": Decimal(0), "plugindata": None},
        ],
    }
    assert flatten(params) == [
        ("assignmentid", "6"),
        ("applytoall", "0"),
        ("grades[0][userid]", "3"),
        ("grades[0][grade]", "72.50"),
        ("grades[0][plugindata][text]", "合格 & gut"),
        ("grades[0][plugindata][f]", "1"),
        ("grades[1][userid]", "4"),
        ("grades[1][grade]", "0"),
    ]


def test_booleans_are_numbers_in_a_form_and_in_json() -> None:
    assert flatten({"a": True, "b": False}) == [("a", "1"), ("b", "0")]
    assert as_json({"a": True, "b": False}) == '{"a":1,"b":0}'


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Decimal("1E+3"), "1000"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (0.1, "0.1"),
    ],
)
def test_numbers_have_no_exponent(value: Param, sent: str) -> None:
    assert flatten({"a": value}) == [("a", sent)]
    assert json.loads(as_json({"a": value})) == {"a": sent}


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")]
)
def test_what_is_no_number_is_refused(value: Param) -> None:
    with pytest.raises(ValueError, match="not a number"):
        flatten({"a": [value]})
    with pytest.raises(ValueError, match="not a number"):
        as_json({"a": [value]})


def test_no_gap_is_left_where_none_stood() -> None:
    assert flatten({"a": [None, 1, [], 2]}) == [("a[0]", "1"), ("a[1]", "2")]


def test_empty_text_is_sent() -> None:
    assert flatten({"workflowstate": ""}) == [("workflowstate", "")]


def test_more_values_than_php_surely_takes_are_refused() -> None:
    assert len(flatten({"ids": list(range(MAX_VALUES))})) == MAX_VALUES
    with pytest.raises(ValueError, match="401 values in one request; at most 400"):
        flatten({"ids": list(range(MAX_VALUES + 1))})
