"""A table whose rows are made up when somebody asks for them, and kept once they may change."""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterator, MutableMapping, ValuesView
from typing import Any, TypeVar, cast, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")


class Derived(MutableMapping[K, V]):
    """A mapping over rows that follow from something smaller than themselves.

    ``get``, ``values`` and ``items`` hand out rows that nobody keeps, so they are for looking.
    What is taken with ``[]`` or ``setdefault`` is kept from then on, with every change made to it.

    Args:
        derive: the row of a key; None where there is none.
        keys: the keys of all rows that can be derived.
        blank: makes the row that ``[]`` begins where there is none; None: that is a ``KeyError``.
        kept: hears of every derived row that is kept.
    """

    def __init__(
        self,
        derive: Callable[[K], V | None],
        keys: Callable[[], Collection[K]],
        *,
        blank: Callable[[], V] | None = None,
        kept: Callable[[V], None] | None = None,
    ) -> None:
        self._derive = derive
        self._keys = keys
        self._blank = blank
        self._tell = kept
        self._rows: dict[K, V] = {}
        self._gone: set[K] = set()

    def is_touched(self, key: K) -> bool:
        """Whether the row may differ from what would be derived."""
        return key in self._rows or key in self._gone

    def touched(self) -> set[K]:
        """Keys of the rows that may differ from what would be derived."""
        return self._rows.keys() | self._gone

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, default: V | D, /) -> V | D: ...
    def get(self, key: K, default: V | D | None = None, /) -> V | D | None:
        """The row to look at, the default where there is none."""
        row = self._rows.get(key)
        if row is None and key not in self._gone:
            row = self._derive(key)
        return default if row is None else row

    def __getitem__(self, key: K) -> V:
        row = self._rows.get(key)
        if row is not None:
            return row
        row = None if key in self._gone else self._derive(key)
        if row is not None and self._tell is not None:
            self._tell(row)
        if row is None:
            if self._blank is None:
                raise KeyError(key)
            row = self._blank()
        self[key] = row
        return row

    def __setitem__(self, key: K, row: V) -> None:
        self._rows[key] = row
        self._gone.discard(key)

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._rows.pop(key, None)
        self._gone.add(key)

    def __contains__(self, key: object) -> bool:
        return self.get(cast(K, key)) is not None

    def __iter__(self) -> Iterator[K]:
        yield from (key for key in self._keys() if key not in self._gone and key not in self._rows)
        yield from self._rows

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def values(self) -> ValuesView[V]:
        """The rows, to look at."""
        return _Values(self)

    def items(self) -> ItemsView[K, V]:
        """Keys and rows, to look at."""
        return _Items(self)


class _Values(ValuesView[V]):
    def __init__(self, table: Derived[Any, V]) -> None:
        super().__init__(table)
        self._table = table

    def __iter__(self) -> Iterator[V]:
        for _, row in _looked_at(self._table):
            yield row


class _Items(ItemsView[K, V]):
    def __init__(self, table: Derived[K, V]) -> None:
        super().__init__(table)
        self._table = table

    def __iter__(self) -> Iterator[tuple[K, V]]:
        yield from _looked_at(self._table)


def _looked_at(table: Derived[K, V]) -> Iterator[tuple[K, V]]:
    for key in table:
        row = table.get(key)
        if row is not None:
            yield key, row
