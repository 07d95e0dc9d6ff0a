"""Rows of a file of dispensations → dispensations, with every mistake of every line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.model.people import Person
from moodle_cpd.records.cells import day_of, text_of
from moodle_cpd.records.lines import STATE_COLUMN, TEACHER_COLUMNS, Checked, Layout, Line, Sheet
from moodle_cpd.records.tables import Row
from moodle_cpd.records.workbook import Cell
from moodle_cpd.rules.rulebook import Scheme

DISPENSATIONS: Final = Layout(
    {
        **TEACHER_COLUMNS,
        "scheme": ("方案", "培训"),
        "kind": ("类别", "种类"),
        "first": ("开始日期", "起始日期", "起"),
        "last": ("结束日期", "截止日期", "止"),
        "document": ("文件", "文号"),
        **STATE_COLUMN,
    },
    needed=("scheme", "kind", "first", "document"),
)

KIND_WORDS: Final[Mapping[DispensationKind, str]] = {
    DispensationKind.EXEMPT: "免修",
    DispensationKind.WAIVED: "自愿放弃",
}
"""The kinds as people write them."""

Stated: TypeAlias = tuple[Dispensation, bool]
"""A dispensation, and whether it is taken back."""

Subject: TypeAlias = tuple[int, str, DispensationKind, str, date]
"""Teacher, scheme, kind, document and first day: they say which dispensation it is."""


def check_dispensations(
    file: str, rows: Iterable[Row], site: str, people: Iterable[Person], schemes: Sequence[Scheme]
) -> Checked[Stated]:
    """Hold the rows of a file of dispensations against what they must say.

    Args:
        file: its name, for messages.
        rows: the header first.
        site: the site's name in the configuration.
        people: the known teachers.
        schemes: of the rulebook; a scheme must provide for the kind, now or in a former edition.
    """
    sheet = Sheet(file, DISPENSATIONS, people)
    stated = tuple(_stated(sheet.lines(list(rows)), site, schemes))
    return Checked(stated, tuple(sheet.problems))


def scheme_words(schemes: Iterable[Scheme]) -> dict[str, str]:
    """How people may write the schemes that provide for any dispensation.

    Returns:
        By id the Chinese title; the id itself where several have the title, or where it has none.
    """
    free = [scheme for scheme in schemes if _provided(scheme)]
    count = Counter(scheme.title.zh for scheme in free)
    return {
        each.id: each.title.zh if each.title.zh and count[each.title.zh] == 1 else each.id
        for each in free
    }


def _stated(lines: Iterable[Line], site: str, schemes: Sequence[Scheme]) -> Iterator[Stated]:
    by_name = {scheme.id: scheme for scheme in schemes}
    by_name |= {word: by_name[id_] for id_, word in scheme_words(schemes).items()}
    seen: dict[Subject, int] = {}
    for line in lines:
        found, retracted = _dispensation(line, site, by_name), line.retracted()
        if found is None:
            continue
        first = seen.setdefault(subject_of(found), line.number)
        if first != line.number:
            told = f"the dispensation of line {first} again"
            line.tell("document", told, "each dispensation once")
        if line.good:
            yield found, retracted


def subject_of(dispensation: Dispensation) -> Subject:
    """Which one it is: another last day corrects it."""
    each = dispensation
    return each.teacher, each.scheme, each.kind, each.document, each.first


def _dispensation(line: Line, site: str, schemes: Mapping[str, Scheme]) -> Dispensation | None:
    def scheme_of(cell: Cell) -> Scheme | None:
        return schemes.get(text_of(cell))

    teacher = line.teacher()
    scheme = line.value("scheme", scheme_of, "the id or title of a scheme", needed=True)
    kind = line.value("kind", _kind, "exempt (免修) or waived (自愿放弃)", needed=True)
    first = line.value("first", day_of, "a day such as 2026-09-01", needed=True)
    last = line.value("last", day_of, "a day such as 2026-12-31, or nothing")
    document = line.words("document")
    if scheme is not None and kind is not None and kind not in _provided(scheme):
        provided = ", ".join(sorted(_provided(scheme))) or "no dispensation from this scheme"
        line.tell("kind", f"scheme '{scheme.id}' does not provide for '{kind.value}'", provided)
    if first is not None and last is not None and last < first:
        line.tell("last", "a last day before the first", "the first day or a later one")
    if teacher is None or scheme is None or kind is None or first is None or not document:
        return None
    return Dispensation(site, teacher, scheme.id, kind, first, last, document)


def _kind(cell: Cell) -> DispensationKind | None:
    names = {each.value: each for each in DispensationKind}
    return (names | {word: each for each, word in KIND_WORDS.items()}).get(text_of(cell))


def _provided(scheme: Scheme) -> frozenset[DispensationKind]:
    return frozenset(rule.kind for edition in scheme.editions for rule in edition.dispensations)
