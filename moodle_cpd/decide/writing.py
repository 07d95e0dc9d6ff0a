"""Decisions as JSON, byte for byte the same for the same decision, and their digest.

Hundreds of thousands are written in one go, and most of each is words and places that stand in the
others too: so the text is put together here, keys in the order of the alphabet, and what recurs is
turned into JSON once.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from moodle_cpd.decide.codec import moment, number
from moodle_cpd.model.decision import (
    Alike,
    AwardDue,
    Consequence,
    CreditLine,
    Decision,
    Place,
    Qualification,
    RequirementResult,
    Score,
    ScoreLine,
    Text,
)
from moodle_cpd.model.period import Period

if TYPE_CHECKING:
    from _hashlib import HASH

_RECURRING = 8192
_ALIKE = 1024

_PLACE, _REFERENCE, _ONLY_REFERENCE = b'{"column":', b',"reference":', b'{"reference":'
"""How a place begins, where its position ends, and how it begins without; no text can look like
these, as its quotes would be escaped."""

_string = encode_basestring


def decision_to_json(decision: Decision) -> str:
    """A decision as canonical JSON: keys sorted, no white space, numbers as text, times in UTC."""
    before, after = _sides(decision)
    return f"{before}{decision.teacher}{after}"


def decision_digest(decision: Decision) -> str:
    """SHA-256 of what a decision says.

    Lines and columns of rule files are left out, so that a comment added to a file does not make
    another decision; the regulation's paragraphs are in.
    """
    _, digest = written(decision)
    return digest


def written(decision: Decision) -> tuple[str, str]:
    """A decision as ``decision_to_json`` writes it, and its digest.

    What differs in the teacher alone is written once.
    """
    if decision.like is None:
        text = decision_to_json(decision)
        return text, sha256(_without_positions(text)).hexdigest()
    before, after, begun, rest = _alike(decision.like)
    teacher = str(decision.teacher)
    digest = begun.copy()
    digest.update(teacher.encode() + rest)
    return f"{before}{teacher}{after}", digest.hexdigest()


@lru_cache(_ALIKE)
def _alike(like: Alike) -> tuple[str, str, HASH, bytes]:
    """The text on both sides of the teacher; the digest of the first, and the second for it."""
    before, after = _sides(like.decision)
    return before, after, sha256(_without_positions(before)), _without_positions(after)


def _without_positions(text: str) -> bytes:
    """Some JSON with nothing of each place but its reference."""
    before, *places = text.encode().split(_PLACE)
    return _ONLY_REFERENCE.join([before, *[each.partition(_REFERENCE)[2] for each in places]])


def _sides(d: Decision) -> tuple[str, str]:
    """What stands in a decision's JSON before the teacher, and behind."""
    # Left out where there is none, so that decisions of other schemes read as they always did.
    by_hand = f'"by_hand":{_texts(d.by_hand)},' if d.by_hand else ""
    by_level = f'"by_level":{_pairs(d.by_level)},' if d.by_level else ""
    gate = "" if d.gate is None else f'"gate":{_requirement(d.gate)},'
    held = d.qualification
    qualification = "" if held is None else f'"qualification":{_qualification(held)},'
    score = "" if d.score is None else f'"score":{_score(d.score)},'
    requirement = "null" if d.requirement is None else _requirement(d.requirement)
    before = (
        f'{{"authority":{_text(d.authority)},"awards":{_list(map(_award, d.awards))},'
        f'"by_category":{_pairs(d.by_category)},{by_hand}{by_level}'
        f'"consequences":{_list(map(_consequence, d.consequences))},'
        f'"credit_lines":{_list(map(_line, d.credit_lines))},"credits":{_number(d.credits)},'
        f'"earned":{_number(d.earned)},{gate}"outcome":"{d.outcome.value}",'
        f'"period":{_period(d.period)},"period_label":{_text(d.period_label)},{qualification}'
        f'"reasons":{_texts(d.reasons)},"recognised":{_number(d.recognised)},'
        f'"requirement":{requirement},"rules_digest":{_string(d.rules_digest)},'
        f'"scheme":{_string(d.scheme)},{score}"site":{_string(d.site)},"teacher":'
    )
    return before, f',"time_zone":{_string(d.time_zone)},"title":{_text(d.title)}}}'


def _requirement(r: RequirementResult) -> str:
    return _composed(r) if r.parts or r.facts else _simple(r)


def _composed(r: RequirementResult) -> str:
    return (
        f'{{"facts":{_strings(r.facts)},"have":{_number(r.have)},"need":{_number(r.need)},'
        f'"parts":{_list(map(_requirement, r.parts))},"place":{_place(r.place)},'
        f'"reason":{_text(r.reason)},"state":"{r.state}","title":{_text(r.title)},'
        f'"unit":"{r.unit}"}}'
    )


_simple = lru_cache(_RECURRING)(_composed)


def _line(line: CreditLine) -> str:
    at = "null" if line.at is None else f'"{moment(line.at)}"'
    entry = "null" if line.entry is None else _place(line.entry)
    level = f'"level":"{line.level}",' if line.level else ""
    return (
        f'{{"at":{at},"category":{_string(line.category)},"counted":{_number(line.counted)},'
        f'"course":{line.course},"course_name":{_string(line.course_name)},"entry":{entry},'
        f'"facts":{_strings(line.facts)},"given":{_number(line.given)},'
        f'{level}"reason":{_text(line.reason)}}}'
    )


def _score(score: Score) -> str:
    return (
        f'{{"assured":{_number(score.assured)},"band":{_string(score.band)},'
        f'"band_title":{_text(score.band_title)},"final":{"true" if score.final else "false"},'
        f'"lines":{_list(map(_score_line, score.lines))},'
        f'"open_total":{_number(score.open_total)},"place":{_place(score.place)},'
        f'"points":{_number(score.points)},"possible":{_number(score.possible)},'
        f'"total":{_number(score.total)}}}'
    )


def _score_line(line: ScoreLine) -> str:
    return _scored(line) if line.facts else _recurring(line)


def _scored(line: ScoreLine) -> str:
    return (
        f'{{"facts":{_strings(line.facts)},"of":{_number(line.of)},"open":{_number(line.open)},'
        f'"place":{_place(line.place)},"points":{_number(line.points)},'
        f'"reason":{_text(line.reason)},"title":{_text(line.title)}}}'
    )


_recurring = lru_cache(_RECURRING)(_scored)


def _qualification(q: Qualification) -> str:
    return (
        f'{{"gained":{_text(q.gained)},"place":{_place(q.place)},"title":{_text(q.title)},'
        f'"until":"{moment(q.until)}"}}'
    )


@lru_cache(_RECURRING)
def _award(award: AwardDue) -> str:
    return (
        f'{{"issued_here":{"true" if award.issued_here else "false"},"key":{_string(award.key)},'
        f'"kind":{_string(award.kind)},"place":{_place(award.place)},'
        f'"title":{_text(award.title)}}}'
    )


@lru_cache(_RECURRING)
def _consequence(each: Consequence) -> str:
    return (
        f'{{"flag":{_string(each.flag)},"place":{_place(each.place)},"title":{_text(each.title)}}}'
    )


@lru_cache(_RECURRING)
def _place(place: Place) -> str:
    return (
        f'{{"column":{place.column},"file":{_string(place.file)},"line":{place.line},'
        f'"reference":{_string(place.reference)}}}'
    )


@lru_cache(_RECURRING)
def _text(text: Text) -> str:
    return f'{{"en":{_string(text.en)},"zh":{_string(text.zh)}}}'


@lru_cache(_RECURRING)
def _number(value: Decimal | None) -> str:
    return "null" if value is None else f'"{number(value)}"'


@lru_cache(_RECURRING)
def _period(period: Period) -> str:
    start, end = moment(period.start), moment(period.end)
    return f'{{"end":"{end}","key":{_string(period.key)},"start":"{start}"}}'


def _pairs(pairs: Iterable[tuple[str, Decimal]]) -> str:
    return _list(map(_pair, pairs))


@lru_cache(_RECURRING)
def _pair(pair: tuple[str, Decimal]) -> str:
    return f"[{_string(pair[0])},{_number(pair[1])}]"


def _texts(texts: Iterable[Text]) -> str:
    return _list(map(_text, texts))


def _strings(values: Iterable[str]) -> str:
    return _list(map(_string, values))


def _list(values: Iterable[str]) -> str:
    return f"[{','.join(values)}]"
