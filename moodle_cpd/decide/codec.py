"""Decisions as JSON and back, byte for byte the same for the same decision, and their digest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeAlias

from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import (
    AwardDue,
    Consequence,
    CreditLine,
    Decision,
    Outcome,
    Place,
    Qualification,
    RequirementResult,
    Score,
    ScoreLine,
    State,
    Text,
)
from moodle_cpd.model.period import Period
from moodle_cpd.problems import Problem

Json: TypeAlias = dict[str, Any]

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
)

_POSITION = re.compile(r'"column":\d+,"file":"(?:[^"\\]|\\.)*","line":\d+,')
"""A position in a rule file; no text can look like it, as its quotes would be escaped."""


def decision_to_json(decision: Decision) -> str:
    """A decision as canonical JSON: keys sorted, no white space, numbers as text, times in UTC."""
    return _ENCODER.encode(_decision(decision))


def decision_from_json(text: str) -> Decision:
    """The decision that ``decision_to_json`` wrote.

    Raises:
        InputError: the text is not such a decision.
    """
    try:
        return _read_decision(json.loads(text))
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise InputError(
            Problem("decision", f"a stored decision can't be read ({type(error).__name__})")
        ) from None


def decision_digest(decision: Decision) -> str:
    """SHA-256 of what a decision says.

    Lines and columns of rule files are left out, so that a comment added to a file does not make
    another decision; the regulation's paragraphs are in.
    """
    return digest_of_json(decision_to_json(decision))


def digest_of_json(text: str) -> str:
    """The digest of a decision that ``decision_to_json`` wrote."""
    return sha256(_POSITION.sub("", text).encode()).hexdigest()


def number(value: Decimal) -> str:
    """A number in its one canonical form, without exponent and trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def moment(value: datetime) -> str:
    """A moment as ``2026-02-28T15:59:00Z``."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _decision(d: Decision) -> Json:
    result: Json = {
        "site": d.site,
        "teacher": d.teacher,
        "scheme": d.scheme,
        "title": _text(d.title),
        "period": {
            "key": d.period.key,
            "start": moment(d.period.start),
            "end": moment(d.period.end),
        },
        "period_label": _text(d.period_label),
        "outcome": d.outcome.value,
        "earned": number(d.earned),
        "recognised": number(d.recognised),
        "credits": _maybe(d.credits),
        "by_category": [[category, number(hours)] for category, hours in d.by_category],
        "requirement": None if d.requirement is None else requirement_json(d.requirement),
        "credit_lines": [_line(line) for line in d.credit_lines],
        "reasons": [_text(reason) for reason in d.reasons],
        "awards": [
            {
                "key": award.key,
                "kind": award.kind,
                "title": _text(award.title),
                "issued_here": award.issued_here,
                "place": place_json(award.place),
            }
            for award in d.awards
        ],
        "consequences": [
            {"flag": each.flag, "title": _text(each.title), "place": place_json(each.place)}
            for each in d.consequences
        ],
        "rules_digest": d.rules_digest,
        "time_zone": d.time_zone,
        "authority": _text(d.authority),
    }
    # Left out where there is none, so that decisions of other schemes read as they always did.
    if d.score is not None:
        result["score"] = _score(d.score)
    if d.gate is not None:
        result["gate"] = requirement_json(d.gate)
    if d.by_level:
        result["by_level"] = [[level, number(hours)] for level, hours in d.by_level]
    if d.by_hand:
        result["by_hand"] = [_text(each) for each in d.by_hand]
    if d.qualification is not None:
        result["qualification"] = {
            "title": _text(d.qualification.title),
            "gained": _text(d.qualification.gained),
            "until": moment(d.qualification.until),
            "place": place_json(d.qualification.place),
        }
    return result


def _score(score: Score) -> Json:
    return {
        "points": number(score.points),
        "possible": number(score.possible),
        "total": number(score.total),
        "open_total": number(score.open_total),
        "assured": number(score.assured),
        "band": score.band,
        "band_title": _text(score.band_title),
        "final": score.final,
        "place": place_json(score.place),
        "lines": [
            {
                "title": _text(line.title),
                "points": number(line.points),
                "open": number(line.open),
                "of": _maybe(line.of),
                "place": place_json(line.place),
                "facts": list(line.facts),
                "reason": _text(line.reason),
            }
            for line in score.lines
        ],
    }


def requirement_json(r: RequirementResult) -> Json:
    """A requirement's result and those below it, as plain values."""
    return {
        "title": _text(r.title),
        "state": r.state.value,
        "have": _maybe(r.have),
        "need": _maybe(r.need),
        "unit": r.unit,
        "place": place_json(r.place),
        "parts": [requirement_json(part) for part in r.parts],
        "facts": list(r.facts),
        "reason": _text(r.reason),
    }


def place_json(place: Place) -> Json:
    """A place in the rules, as plain values."""
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "reference": place.reference,
    }


def _line(line: CreditLine) -> Json:
    return {
        "category": line.category,
        "given": number(line.given),
        "counted": number(line.counted),
        "at": None if line.at is None else moment(line.at),
        "facts": list(line.facts),
        "entry": None if line.entry is None else place_json(line.entry),
        "course": line.course,
        "course_name": line.course_name,
        "reason": _text(line.reason),
    }


def _text(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _maybe(value: Decimal | None) -> str | None:
    return None if value is None else number(value)


def _read_decision(d: Mapping[str, Any]) -> Decision:
    period = d["period"]
    return Decision(
        site=d["site"],
        teacher=d["teacher"],
        scheme=d["scheme"],
        title=Text(**d["title"]),
        period=Period(period["key"], _read_moment(period["start"]), _read_moment(period["end"])),
        outcome=Outcome(d["outcome"]),
        earned=Decimal(d["earned"]),
        recognised=Decimal(d["recognised"]),
        credits=_read_maybe(d["credits"]),
        by_category=tuple((category, Decimal(hours)) for category, hours in d["by_category"]),
        requirement=None if d["requirement"] is None else _read_requirement(d["requirement"]),
        credit_lines=tuple(_read_line(line) for line in d["credit_lines"]),
        reasons=tuple(Text(**reason) for reason in d["reasons"]),
        awards=tuple(
            AwardDue(
                each["key"],
                each["kind"],
                Text(**each["title"]),
                each["issued_here"],
                Place(**each["place"]),
            )
            for each in d["awards"]
        ),
        rules_digest=d["rules_digest"],
        period_label=Text(**d["period_label"]),
        consequences=tuple(
            Consequence(each["flag"], Text(**each["title"]), Place(**each["place"]))
            for each in d["consequences"]
        ),
        time_zone=d["time_zone"],
        authority=Text(**d["authority"]),
        score=_read_score(d["score"]) if "score" in d else None,
        gate=_read_requirement(d["gate"]) if "gate" in d else None,
        by_level=tuple((level, Decimal(hours)) for level, hours in d.get("by_level", ())),
        by_hand=tuple(Text(**each) for each in d.get("by_hand", ())),
        qualification=_read_qualification(d["qualification"]) if "qualification" in d else None,
    )


def _read_qualification(q: Mapping[str, Any]) -> Qualification:
    return Qualification(
        title=Text(**q["title"]),
        gained=Text(**q["gained"]),
        until=_read_moment(q["until"]),
        place=Place(**q["place"]),
    )


def _read_score(s: Mapping[str, Any]) -> Score:
    return Score(
        points=Decimal(s["points"]),
        possible=Decimal(s["possible"]),
        total=Decimal(s["total"]),
        open_total=Decimal(s["open_total"]),
        band=s["band"],
        band_title=Text(**s["band_title"]),
        final=s["final"],
        lines=tuple(
            ScoreLine(
                title=Text(**line["title"]),
                points=Decimal(line["points"]),
                open=Decimal(line["open"]),
                of=_read_maybe(line["of"]),
                place=Place(**line["place"]),
                facts=tuple(line["facts"]),
                reason=Text(**line["reason"]),
            )
            for line in s["lines"]
        ),
        place=Place(**s["place"]),
        assured=Decimal(s["assured"]),
    )


def _read_requirement(r: Mapping[str, Any]) -> RequirementResult:
    return RequirementResult(
        title=Text(**r["title"]),
        state=State(r["state"]),
        have=_read_maybe(r["have"]),
        need=_read_maybe(r["need"]),
        unit=r["unit"],
        place=Place(**r["place"]),
        parts=tuple(_read_requirement(part) for part in r["parts"]),
        facts=tuple(r["facts"]),
        reason=Text(**r["reason"]),
    )


def _read_line(line: Mapping[str, Any]) -> CreditLine:
    return CreditLine(
        category=line["category"],
        given=Decimal(line["given"]),
        counted=Decimal(line["counted"]),
        at=None if line["at"] is None else _read_moment(line["at"]),
        facts=tuple(line["facts"]),
        entry=None if line["entry"] is None else Place(**line["entry"]),
        course=line["course"],
        course_name=line["course_name"],
        reason=Text(**line["reason"]),
    )


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _read_maybe(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
