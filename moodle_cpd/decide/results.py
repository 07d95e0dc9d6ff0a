"""What decisions come to, and the problems beside them, as compact JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from moodle_cpd.decide.codec import number, place_json
from moodle_cpd.model.decision import AwardDue, Decision, Outcome, Place, State, Text
from moodle_cpd.model.result import Result
from moodle_cpd.problems import Problem

Json: TypeAlias = dict[str, Any]
Cell: TypeAlias = tuple[str, str, str]
"""Scheme, period and outcome, by which decisions are counted."""

_RECURRING = 4096
"""So many texts that say the same of many teachers are read once."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def result_of(decision: Decision, digest: str) -> Result:
    """What a decision comes to.

    Args:
        decision: the decision.
        digest: its digest.
    """
    requirement = decision.requirement
    earns = bool(decision.awards)
    held = decision.qualification
    return Result(
        site=decision.site,
        teacher=decision.teacher,
        scheme=decision.scheme,
        period=decision.period.key,
        outcome=decision.outcome,
        recognised=decision.recognised,
        credits=decision.credits,
        digest=digest,
        awards=decision.awards,
        title=decision.title if earns else Text(),
        place=requirement.place if earns and requirement is not None else None,
        by_hand=decision.by_hand if earns else (),
        ends=decision.period.end if earns else None,
        unmet=_unmet(decision),
        gained="" if held is None else held.gained.zh or held.gained.en,
        valid_until=None if held is None else _last_day(held.until, decision.time_zone),
        zone=decision.time_zone if held is not None else "UTC",
    )


def _unmet(decision: Decision) -> bool:
    if decision.outcome is Outcome.NOT_MET:
        return True
    # What is open can still turn out well; only what is known to be missing is missing.
    return (
        decision.outcome is Outcome.IN_PROGRESS
        and decision.requirement is not None
        and decision.requirement.state is State.MISSING
    )


def _last_day(until: datetime, zone: str) -> date:
    """The last whole or begun day before a moment, where the scheme is."""
    return (until - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date()


def results_to_json(results: Iterable[Result]) -> str:
    """Results of one teacher as JSON, the same text for the same results."""
    return f"[{','.join(map(_result, results))}]"


def results_from_json(site: str, teacher: int, text: str) -> list[Result]:
    """The results that ``results_to_json`` wrote of a teacher."""
    return [_read_result(site, teacher, each) for each in json.loads(text)]


def cells_to_json(results: Iterable[Result]) -> str:
    """By what the results of one teacher are counted, as JSON."""
    return _ENCODER.encode([(each.scheme, each.period, each.outcome.value) for each in results])


@lru_cache(_RECURRING)
def cells_from_json(text: str) -> tuple[Cell, ...]:
    """What ``cells_to_json`` wrote."""
    return tuple([(scheme, period, outcome) for scheme, period, outcome in json.loads(text)])


def problems_to_json(problems: Iterable[Problem]) -> str:
    """Problems as JSON, in their order."""
    found = [[each.where, each.found, each.expected, each.hint] for each in problems]
    return _ENCODER.encode(found)


@lru_cache(_RECURRING)
def problems_from_json(text: str) -> tuple[Problem, ...]:
    """The problems that ``problems_to_json`` wrote."""
    return tuple([Problem(*parts) for parts in json.loads(text)])


def _result(result: Result) -> str:
    """Short where nothing is earned: there are many of those."""
    more = _more(result)
    credits_ = "" if result.credits is None else f',"credits":"{number(result.credits)}"'
    rest = f",{_ENCODER.encode(more)[1:]}" if more else "}"
    return (
        f'{{"scheme":{encode_basestring(result.scheme)},'
        f'"period":{encode_basestring(result.period)},"outcome":"{result.outcome.value}",'
        f'"recognised":"{number(result.recognised)}","digest":"{result.digest}"{credits_}{rest}'
    )


def _more(result: Result) -> Json:
    """What only some results say."""
    written: Json = {}
    if result.awards:
        written["title"] = [result.title.zh, result.title.en]
        written["awards"] = [
            {
                "key": award.key,
                "kind": award.kind,
                "title": [award.title.zh, award.title.en],
                "issued_here": award.issued_here,
                "place": place_json(award.place),
            }
            for award in result.awards
        ]
    if result.place is not None:
        written["place"] = place_json(result.place)
    if result.ends is not None:
        written["ends"] = int(result.ends.timestamp())
    if result.unmet:
        written["unmet"] = True
    if result.valid_until is not None:
        written["gained"] = result.gained
        written["valid_until"] = result.valid_until.isoformat()
        written["zone"] = result.zone
    if result.by_hand:
        written["by_hand"] = [[each.zh, each.en] for each in result.by_hand]
    return written


def _read_result(site: str, teacher: int, written: Json) -> Result:
    return Result(
        site=site,
        teacher=teacher,
        scheme=written["scheme"],
        period=written["period"],
        outcome=Outcome(written["outcome"]),
        recognised=Decimal(written["recognised"]),
        credits=Decimal(written["credits"]) if "credits" in written else None,
        digest=written["digest"],
        awards=tuple(
            AwardDue(
                each["key"],
                each["kind"],
                Text(*each["title"]),
                each["issued_here"],
                Place(**each["place"]),
            )
            for each in written.get("awards", ())
        ),
        title=Text(*written.get("title", ())),
        place=Place(**written["place"]) if "place" in written else None,
        by_hand=tuple(Text(*each) for each in written.get("by_hand", ())),
        ends=datetime.fromtimestamp(written["ends"], UTC) if "ends" in written else None,
        unmet=written.get("unmet", False),
        gained=written.get("gained", ""),
        valid_until=date.fromisoformat(written["valid_until"])
        if "valid_until" in written
        else None,
        zone=written.get("zone", "UTC"),
    )
