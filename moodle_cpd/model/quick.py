"""Immutable values that are made by the million, in a quarter of the time."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar

T = TypeVar("T")

_SET_CLASS = vars(object)["__class__"].__set__


def quick(cls: type[T]) -> type[T]:
    """Let the values of a frozen dataclass with slots be made quickly; they stay immutable.

    What ``dataclass`` makes looks up ``object.__setattr__`` and the slot by its name for each
    field: a fifth of the time in which everybody is decided. Here a value is of another class while
    its fields are set, one with the same slots and nothing that guards them, which Python does in a
    few nanoseconds each.

    Args:
        cls: a frozen dataclass with slots, without ``__post_init__`` and default factories; no
            other class is made from it.

    Raises:
        TypeError: it is none.
    """
    every = fields(cls)  # type: ignore[arg-type]  # any dataclass; said to be one above
    made = any(each.default_factory is not MISSING for each in every)
    if made or hasattr(cls, "__post_init__") or "__slots__" not in vars(cls):
        raise TypeError(f"{cls.__name__} is no dataclass of slots and plain values alone")
    slots = tuple(each.name for each in every)
    unguarded = type(cls.__name__, (), {"__slots__": slots, "__module__": cls.__module__})
    names: dict[str, Any] = {"set_class": _SET_CLASS, "unguarded": unguarded, "guarded": cls}
    asked, lines = ["self"], []
    for each in every:
        names[f"default_{each.name}"] = each.default
        value = each.name if each.init else f"default_{each.name}"
        lines.append(f"    self.{each.name} = {value}")
        if each.init:
            default = "" if each.default is MISSING else f"=default_{each.name}"
            asked.append(each.name + default)
    begin, end = "    set_class(self, unguarded)", "    self.__class__ = guarded"
    source = "\n".join((f"def __init__({', '.join(asked)}):", begin, *lines, end))
    exec(source, names)  # noqa: S102  # names of fields alone, as ``dataclass`` itself does
    names["__init__"].__annotations__ = cls.__init__.__annotations__
    names["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = names["__init__"]  # type: ignore[method-assign]  # it takes the place of the same
    return cls
