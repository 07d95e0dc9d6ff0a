"""What decisions come to, and the problems beside them, as compact JSON and back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from moodle_cpd.decide.codec import number, place_json
from moodle_cpd.model.decision import AwardDue, Decision, Outcome, Place, Text
from moodle_cpd.model.result import Result
from moodle_cpd.problems import Problem

Json: TypeAlias = dict[str, Any]
Cell: TypeAlias = tuple[str, str, str]
"""Scheme, period and outcome, by which decisions are counted."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def result_of(decision: Decision, digest: str) -> Result:
    """What a decision comes to.

    Args:
        decision: the decision.
        digest: its digest.
    """
    requirement = decision.requirement
    earns = bool(decision.awards)
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
    )


def results_to_json(results: Iterable[Result]) -> str:
    """Results of one teacher as JSON, the same text for the same results."""
    return _ENCODER.encode([_result(each) for each in results])


def results_from_json(site: str, teacher: int, text: str) -> list[Result]:
    """The results that ``results_to_json`` wrote of a teacher."""
    return [_read_result(site, teacher, each) for each in json.loads(text)]


def outcomes_from_json(text: str) -> list[Cell]:
    """Scheme, period and outcome of what ``results_to_json`` wrote, and nothing else of it."""
    return [(each["scheme"], each["period"], each["outcome"]) for each in json.loads(text)]


def problems_to_json(problems: Iterable[Problem]) -> str:
    """Problems as JSON, in their order."""
    found = [[each.where, each.found, each.expected, each.hint] for each in problems]
    return _ENCODER.encode(found)


def problems_from_json(text: str) -> list[Problem]:
    """The problems that ``problems_to_json`` wrote."""
    return [Problem(*parts) for parts in json.loads(text)]


def _result(result: Result) -> Json:
    """Short where nothing is earned: there are many of those."""
    written: Json = {
        "scheme": result.scheme,
        "period": result.period,
        "outcome": result.outcome.value,
        "recognised": number(result.recognised),
        "digest": result.digest,
    }
    if result.credits is not None:
        written["credits"] = number(result.credits)
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
    )
