"""Why a decision is as it is: outcome ← requirements ← hours ← entries ← facts ← Moodle's reply.

Nothing is decided here: every number is the decision's own, or the difference of two of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from moodle_cpd.decide.codec import Json, decision_digest, decision_to_json
from moodle_cpd.decide.explain_steps import explanation_steps
from moodle_cpd.decide.steps import as_markdown, as_text
from moodle_cpd.model.decision import Decision, RequirementResult
from moodle_cpd.model.fact import Fact, Record
from moodle_cpd.rules.rulebook import Scheme

Language: TypeAlias = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with all that leads to it.

    Attributes:
        decision: the decision.
        scheme: the scheme it was made by, for titles, the time zone and the regulation's name.
        facts: by key, those that the decision names.
        unused: facts of the period that the decision does not name, earliest first.
    """

    decision: Decision
    scheme: Scheme
    facts: Mapping[str, Fact]
    unused: tuple[Fact, ...]

    def text(self, language: Language) -> str:
        """For a terminal: indented lines without a line break at the end."""
        return as_text(self._steps(language))

    def markdown(self, language: Language) -> str:
        """For a document: a heading and nested lists."""
        return as_markdown(self._steps(language))

    def json(self) -> Json:
        """For programs: the decision as stored, its digest, and the facts behind it."""
        return {
            "decision": json.loads(decision_to_json(self.decision)),
            "digest": decision_digest(self.decision),
            "facts": {key: _fact(fact) for key, fact in sorted(self.facts.items())},
            "unused_facts": {fact.key: _fact(fact) for fact in self.unused},
        }

    def _steps(self, language: Language) -> Iterable[tuple[int, str]]:
        return explanation_steps(
            self.decision, self.scheme, self.facts, self.unused, chinese=language == "zh"
        )


def explain(decision: Decision, scheme: Scheme, facts: Iterable[Fact]) -> Explanation:
    """Collect what leads to a decision.

    Args:
        decision: any decision, also one read back from the ledger.
        scheme: the scheme it was made by.
        facts: the teacher's facts; those of other periods are left out, those that the decision
            names and that are not among them are told as missing.
    """
    by_key = {fact.key: fact for fact in facts}
    named = named_facts(decision)
    unused = [
        fact
        for key, fact in by_key.items()
        if key not in named
        and not fact.retracted
        and fact.at is not None
        and fact.at in decision.period
    ]
    unused.sort(key=lambda fact: (fact.at, fact.key))
    return Explanation(
        decision,
        scheme,
        {key: by_key[key] for key in named if key in by_key},
        tuple(unused),
    )


def named_facts(decision: Decision) -> frozenset[str]:
    """The keys of all facts that a decision rests on or mentions."""
    keys = {key for line in decision.credit_lines for key in line.facts}
    if decision.requirement is not None:
        keys |= _facts_below(decision.requirement)
    if decision.gate is not None:
        keys |= _facts_below(decision.gate)
    if decision.score is not None:
        keys |= {key for line in decision.score.lines for key in line.facts}
    return frozenset(keys)


def _facts_below(requirement: RequirementResult) -> set[str]:
    keys = set(requirement.facts)
    for part in requirement.parts:
        keys |= _facts_below(part)
    return keys


def _fact(fact: Fact) -> Json:
    return {
        "kind": fact.kind.value,
        "course": fact.course,
        "activity": fact.activity,
        "attempt": fact.attempt,
        "at": None if fact.at is None else fact.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "value": None if fact.value is None else format(fact.value, "f"),
        "maximum": None if fact.maximum is None else format(fact.maximum, "f"),
        "function": fact.source.function,
        "reply": fact.source.reply,
        **({} if fact.record is None else {"record": _record(fact.record)}),
    }


def _record(record: Record) -> Json:
    return {
        "what": record.what,
        "day": record.day.isoformat(),
        "document": record.document,
        "hours": None if record.hours is None else format(record.hours, "f"),
        "characters": record.characters,
        "level": record.level,
    }
