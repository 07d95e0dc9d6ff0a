"""Decisions of those whom a document frees of a scheme, or who declined it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from moodle_cpd.decide.following import consequences_of
from moodle_cpd.model.decision import Decision, Outcome, Text
from moodle_cpd.model.dispensation import Dispensation, DispensationKind
from moodle_cpd.rules.rulebook import Scheme
from moodle_cpd.rules.rulebook_outcomes import DispensationRule
from moodle_cpd.rules.rulebook_requirements import Audience

_OUTCOMES = {
    DispensationKind.EXEMPT: Outcome.EXEMPT,
    DispensationKind.WAIVED: Outcome.WAIVED,
}
_HELD = frozenset({Outcome.MET, Outcome.VALID, Outcome.EXPIRING})


def governing(
    scheme: Scheme, dispensations: Collection[Dispensation], last: date
) -> tuple[Dispensation, DispensationRule] | None:
    """The dispensation that holds for a period, None where none does.

    It holds for a period if it holds on the period's last day, whenever within the period it
    began; one that ended before leaves the duty as it was. Exempt goes before waived.

    Args:
        scheme: the scheme; what it doesn't provide for is not accepted.
        dispensations: of one teacher.
        last: the period's last local day.
    """
    if not dispensations:
        return None
    rules = {rule.kind: rule for rule in scheme.dispensations}
    found = [
        each
        for each in dispensations
        if each.scheme == scheme.id and each.kind in rules and each.covers(last)
    ]
    if not found:
        return None
    first = min(found, key=lambda each: (each.kind, each.first, each.document))
    return first, rules[first.kind]


def needless(dispensation: Dispensation) -> Text:
    """What is said of a dispensation where the scheme asks nothing of the teacher anyway."""
    document = dispensation.document
    return Text(f"文件{document}在此不起作用", f"document {document} changes nothing here")


def dispensed(
    decision: Decision,
    found: tuple[Dispensation, DispensationRule],
    scheme: Scheme,
    belonging: frozenset[Audience],
) -> Decision:
    """The decision under a dispensation: what was met or is held nevertheless stays so.

    Args:
        decision: as it would be without.
        found: the dispensation, as ``governing`` found it.
        scheme: the scheme.
        belonging: the audiences of parts of the scheme that the teacher belongs to.
    """
    if decision.outcome in _HELD:
        return decision
    dispensation, rule = found
    until = "" if dispensation.last is None else dispensation.last.isoformat()
    zh = (
        f"{rule.title.zh or rule.title.en}：文件{dispensation.document}，"
        f"{dispensation.first.isoformat()}起" + (f"至{until}" if until else "")
    )
    en = (
        f"{rule.title.en or rule.title.zh}: document {dispensation.document}, "
        f"from {dispensation.first.isoformat()}" + (f" until {until}" if until else "")
    )
    outcome = _OUTCOMES[dispensation.kind]
    return replace(
        decision,
        outcome=outcome,
        reasons=(Text(zh, en), *decision.reasons),
        awards=(),
        consequences=consequences_of(scheme, outcome, decision.score, belonging),
    )
