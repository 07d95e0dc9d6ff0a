"""Why a decision is as it is: outcome ← requirements ← hours ← entries ← facts ← Moodle's reply.

Nothing is decided here: every number is the decision's own, or the difference of two of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from moodle_cpd.decide.belonging import Belonging, belonging, belonging_json
from moodle_cpd.decide.codec import Json
from moodle_cpd.decide.explain_steps import Known, explanation_steps
from moodle_cpd.decide.governing import edition_of
from moodle_cpd.decide.missing_steps import missing_json, summary
from moodle_cpd.decide.record import TeacherRecord
from moodle_cpd.decide.steps import as_markdown, as_text
from moodle_cpd.decide.trying import missing
from moodle_cpd.decide.wording import OUTCOMES, Wording
from moodle_cpd.decide.writing import decision_digest, decision_to_json
from moodle_cpd.model.catalogue import Course
from moodle_cpd.model.decision import Decision, Outcome, RequirementResult
from moodle_cpd.model.fact import Fact, Record
from moodle_cpd.rules.rulebook import Rulebook, Scheme

Language: TypeAlias = Literal["zh", "en"]

_REASONED = frozenset({Outcome.NOT_APPLICABLE, Outcome.EXEMPT, Outcome.WAIVED})
"""Outcomes that rest on what a teacher is, or on a document, and not on what was done."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with all that leads to it.

    Attributes:
        decision: the decision.
        scheme: the scheme it was made by, for titles, the time zone and the regulation's name.
        known: the facts that the decision names, those that it does not, and what lacks.
    """

    decision: Decision
    scheme: Scheme
    known: Known

    def text(self, language: Language, *, brief: bool = False) -> str:
        """For a terminal: indented lines without a line break at the end."""
        return as_text(self._steps(language, brief=brief))

    def markdown(self, language: Language, *, brief: bool = False) -> str:
        """For a document: a heading and nested lists."""
        return as_markdown(self._steps(language, brief=brief))

    def headline(self, language: Language) -> tuple[str, str, str]:
        """Scheme and period, outcome, and how much lacks by when, or why it does not apply."""
        words = Wording(language == "zh", self.scheme.zone)
        decision, lacking = self.decision, self.known.missing
        title = f"{words.of(decision.title)} · {words.of(decision.period_label)}"
        told = "" if lacking is None else summary(lacking, words)
        if decision.outcome in _REASONED and decision.reasons:
            told = words.of(decision.reasons[0])
        return title, words.of(OUTCOMES[decision.outcome]), told

    def json(self) -> Json:
        """For programs: the decision as stored, its digest, what lacks, and the facts behind it."""
        known = self.known
        return {
            "decision": json.loads(decision_to_json(self.decision)),
            "digest": decision_digest(self.decision),
            "stale": known.stale,
            "missing": None if known.missing is None else missing_json(known.missing),
            "audience": [belonging_json(each) for each in known.audience],
            "facts": {key: _fact(fact) for key, fact in sorted(known.facts.items())},
            "unused_facts": {fact.key: _fact(fact) for fact in known.unused},
        }

    def _steps(self, language: Language, *, brief: bool) -> Iterable[tuple[int, str]]:
        return explanation_steps(
            self.decision, self.scheme, self.known, chinese=language == "zh", brief=brief
        )


def explain(decision: Decision, scheme: Scheme, facts: Iterable[Fact]) -> Explanation:
    """Collect what leads to a decision.

    Args:
        decision: any decision, also one read back from the ledger.
        scheme: the scheme it was made by, any of its editions.
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
    used = {key: by_key[key] for key in named if key in by_key}
    return Explanation(decision, edition_of(scheme, decision.period), Known(used, tuple(unused)))


def explain_fully(
    decision: Decision,
    rulebook: Rulebook,
    catalogue: Mapping[int, Course],
    teacher: TeacherRecord,
    on: datetime,
    record_courses: frozenset[int] = frozenset(),
) -> Explanation:
    """As ``explain``, with what lacks and what would give it, or why the scheme does not apply.

    Args:
        decision: a decision that was made of just this.
        rulebook: the rules that it was made by.
        catalogue: the site's courses by id.
        teacher: what is known of the teacher.
        on: the moment (UTC) of which it was made.
        record_courses: ids of the courses in which we write.
    """
    scheme = edition_of(rulebook.scheme(decision.scheme), decision.period)
    found = explain(decision, scheme, teacher.facts)
    audience: tuple[Belonging, ...] = ()
    if decision.outcome is Outcome.NOT_APPLICABLE:
        told = belonging(scheme, teacher.attributes, decision.period, on)
        audience = told if any(each.fits is False for each in told) else ()
    known = replace(
        found.known,
        catalogue=catalogue,
        missing=missing(rulebook, catalogue, teacher, decision, on, record_courses),
        audience=audience,
    )
    return replace(found, known=known)


def explain_old(decision: Decision, scheme: Scheme, facts: Iterable[Fact]) -> Explanation:
    """As ``explain``, for a decision that would turn out otherwise today."""
    found = explain(decision, scheme, facts)
    return replace(found, known=replace(found.known, stale=True))


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
