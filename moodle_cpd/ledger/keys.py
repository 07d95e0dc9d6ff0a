"""Who is the same person on several sites of one ledger: by a key, and never by a guess."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.store import Store


@dataclass(frozen=True, slots=True)
class KeyReport:
    """How the keys of a site's teachers fit together; ids only, no names and no keys.

    Attributes:
        matched: teacher here, other site, teacher there: one key, each site's only one, one name.
        empty: teachers without a key.
        duplicates: teachers of this site who share a key; none of them is matched.
        conflicts: like ``matched``, but the names differ or the other site has the key twice: a
            person must look; nothing is taken for the same.
    """

    matched: tuple[tuple[int, str, int], ...]
    empty: tuple[int, ...]
    duplicates: tuple[tuple[int, ...], ...]
    conflicts: tuple[tuple[int, str, int], ...]


class KeyStore(Store):
    """The keys in the ledger."""

    def key_report(self, site: str) -> KeyReport:
        """Compare the keys of a site's teachers with each other and with those of other sites.

        Who is no longer among the teachers of a site is left out.
        """
        table = schema.people
        present = table.c.absent_since.is_(None)
        mine = select(table.c.id, table.c.key, table.c.full_name).where(
            table.c.site == site, present
        )
        theirs = select(table.c.site, table.c.id, table.c.key, table.c.full_name).where(
            table.c.site != site, table.c.key != "", present
        )
        with self._read() as connection:
            here: dict[str, list[tuple[int, str]]] = defaultdict(list)
            for own in connection.execute(mine.order_by(table.c.id)):
                here[own.key].append((own.id, own.full_name))
            there: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
            for row in connection.execute(theirs.order_by(table.c.site, table.c.id)):
                if row.key in here:
                    there[row.key, row.site].append((row.id, row.full_name))
        empty = tuple(id_ for id_, _ in here.pop("", []))
        matched: list[tuple[int, str, int]] = []
        conflicts: list[tuple[int, str, int]] = []
        for (key, other), people in there.items():
            if len(here.get(key, ())) != 1:
                continue
            [(id_, name)] = here[key]
            for number, called in people:
                same = len(people) == 1 and _plain(called) == _plain(name)
                (matched if same else conflicts).append((id_, other, number))
        return KeyReport(
            tuple(sorted(matched)),
            empty,
            tuple(sorted(tuple(id_ for id_, _ in group) for group in here.values() if group[1:])),
            tuple(sorted(conflicts)),
        )


def _plain(name: str) -> str:
    return "".join(name.casefold().split())
