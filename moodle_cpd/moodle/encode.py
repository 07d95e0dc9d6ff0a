r"""Parameters as Moodle's REST protocol takes them: flat, nested names in square brackets.

Source of the protocol: ``webservice/rest/locallib.php`` reads PHP's ``$_POST``, and
``core_external\external_api::validate_parameters`` checks it; the words ``true`` and ``false``
are refused as booleans there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | Decimal | str
Param: TypeAlias = Scalar | Sequence["Param"] | Mapping[str, "Param"] | None

MAX_VALUES = 400
"""Most values in one request. PHP drops what passes ``max_input_vars`` (1,000 by default)
without a word, so the client stays far below it."""


def flatten(params: Mapping[str, Param]) -> list[tuple[str, str]]:
    """Turn nested parameters into the pairs of a form.

    ``None`` and what is empty are left out: a form has no way to send them, and Moodle then takes
    its default.

    Raises:
        ValueError: a number that is not finite, or more than ``MAX_VALUES`` values; a mistake
            of the caller, who cuts long lists.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in _plain(params).items():
        _flatten_into(pairs, name, value)
    if len(pairs) > MAX_VALUES:
        raise ValueError(f"{len(pairs)} values in one request; at most {MAX_VALUES} are safe")
    return pairs


def as_json(params: Mapping[str, Param]) -> str:
    """The same parameters as the JSON text that an inner call of a batch carries.

    What a form can't carry is left out here too, so that a call means the same both ways.
    """
    return json.dumps(_plain(params), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digits(value: float | Decimal) -> str:
    """A number as Moodle reads it: in digits, without exponent.

    Raises:
        ValueError: it is not finite.
    """
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        raise ValueError(f"{value} is not a number that Moodle takes")
    return format(number, "f")


def _flatten_into(pairs: list[tuple[str, str]], name: str, value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten_into(pairs, f"{name}[{key}]", inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _flatten_into(pairs, f"{name}[{index}]", inner)
    else:
        pairs.append((name, str(value)))


def _plain(params: Mapping[str, Param]) -> dict[str, object]:
    """The parameters in the types that JSON knows, without what is empty."""
    plain = {key: _plain_value(value) for key, value in params.items()}
    return {key: value for key, value in plain.items() if value is not None}


def _plain_value(value: Param) -> object:
    if isinstance(value, Mapping):
        return _plain(value) or None
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [_plain_value(inner) for inner in value]
        return [item for item in items if item is not None] or None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float | Decimal):
        return digits(value)
    return value
