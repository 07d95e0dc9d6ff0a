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

    ``None`` and empty lists are left out: the protocol has no way to send them, and Moodle then
    takes its default.

    Raises:
        ValueError: a number that is not finite, or more than ``MAX_VALUES`` values; a mistake
            of the caller, who cuts long lists.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        _flatten_into(pairs, name, value)
    if len(pairs) > MAX_VALUES:
        raise ValueError(f"{len(pairs)} values in one request; at most {MAX_VALUES} are safe")
    return pairs


def as_json(params: Mapping[str, Param]) -> str:
    """The same parameters as the JSON text that an inner call of a batch carries."""
    return json.dumps(_plain(params), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def scalar(value: Scalar) -> str:
    """One value as Moodle reads it: booleans as 0 and 1, numbers in digits without exponent."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a number that Moodle takes")
        return format(value, "f")
    return str(value)


def _flatten_into(pairs: list[tuple[str, str]], name: str, value: Param) -> None:
    if value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten_into(pairs, f"{name}[{key}]", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            _flatten_into(pairs, f"{name}[{index}]", inner)
    else:
        pairs.append((name, scalar(value)))


def _plain(value: Param) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float | Decimal):
        return scalar(value)
    return value
