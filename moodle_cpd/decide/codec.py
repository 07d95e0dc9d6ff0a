"""Decisions out of their JSON; how numbers, moments and places stand in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
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

_RECURRING = 8192


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


@lru_cache(_RECURRING)
def number(value: Decimal) -> str:
    """A number in its one canonical form, without exponent and trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


@lru_cache(_RECURRING)
def moment(value: datetime) -> str:
    """A moment as ``2026-02-28T15:59:00Z``."""
    return f"{value.astimezone(UTC).isoformat()[:19]}Z"


def place_json(place: Place) -> Json:
    """A place in the rules, as plain values."""
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "reference": place.reference,
    }


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
        level=line.get("level", ""),
    )


def _read_moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _read_maybe(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
