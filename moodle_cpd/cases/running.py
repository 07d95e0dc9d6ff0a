"""Cases held against the rules: what was expected, what came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from zoneinfo import ZoneInfo

from moodle_cpd.cases.building import Situation, build
from moodle_cpd.cases.closing import Look
from moodle_cpd.cases.schema import UNDECIDED, CaseFile, CheckPart, moment_of
from moodle_cpd.decide import explain, prepare
from moodle_cpd.model.decision import Decision
from moodle_cpd.problems import Problem
from moodle_cpd.rules.rulebook import Rulebook, Scheme


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise than expected.

    Attributes:
        what: which, for a person.
        expected: what the case says.
        got: what the rules say.
    """

    what: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one case.

    Attributes:
        case: the case's id.
        place: of the check, ``file:line:column``.
        on: the day or moment that the check names.
        differences: empty where all is as expected.
    """

    case: str
    place: str
    on: str
    differences: tuple[Difference, ...]


def run_cases(rulebook: Rulebook, files: Mapping[str, CaseFile]) -> Iterator[CheckResult]:
    """Run all cases, in the order of files and lines.

    Args:
        rulebook: the rules.
        files: the cases, by the name of their file; of schemes that the rulebook has.
    """
    for name, file in files.items():
        scheme = rulebook.scheme(file.scheme)
        main = (rulebook.scheme(scheme.frame_of),) if scheme.frame_of is not None else ()
        alone = Rulebook((*main, scheme), rulebook.digest)
        zone = ZoneInfo(file.time_zone)
        for case in file.cases:
            situation = build(file, case)
            prepared = prepare(alone, situation.catalogue)
            look = Look(prepared, situation.known, scheme.id, case.closed, zone)
            for check in case.checks:
                on = moment_of(check.on, zone, time.max)
                decisions, problems = look.decide(on)
                found = next(
                    (
                        decision
                        for decision in decisions
                        if decision.scheme == scheme.id
                        and (
                            check.period == decision.period.key
                            or (check.period is None and on in decision.period)
                        )
                    ),
                    None,
                )
                yield CheckResult(
                    case.case,
                    str(check.place(name)),
                    check.on,
                    tuple(_differences(check, scheme, situation, found, problems)),
                )


def _differences(
    check: CheckPart,
    scheme: Scheme,
    situation: Situation,
    decision: Decision | None,
    problems: Iterable[Problem],
) -> Iterator[Difference]:
    got = UNDECIDED if decision is None else decision.outcome.value
    if check.outcome != got:
        yield Difference("outcome", check.outcome, got)
    told = "\n".join(str(problem) for problem in problems)
    for words in check.problems or ():
        if words not in told:
            yield Difference("problems", f"… {words} …", told or "none")
    if check.problems == [] and told:
        yield Difference("problems", "none", told)
    if decision is None:
        return
    yield from _numbers(check, decision)
    yield from _consequences(check, decision)
    if check.explanation:
        explanation = explain(decision, scheme, situation.known.facts)
        text = "\n".join((explanation.text("zh"), explanation.text("en")))
        for words in check.explanation:
            if words not in text:
                yield Difference("explanation", f"… {words} …", "not among its words")


def _numbers(check: CheckPart, decision: Decision) -> Iterator[Difference]:
    hours = dict(decision.by_category)
    levels = dict(decision.by_level)
    score = decision.score
    compared: list[tuple[str, Decimal | None, Decimal | None]] = [
        ("hours", check.hours, decision.recognised),
        ("earned", check.earned, decision.earned),
        ("credits", check.credits, decision.credits),
        ("score", check.score, None if score is None else score.total),
        *((f"hours of {name}", need, hours.get(name)) for name, need in check.categories.items()),
        *(
            (f"hours of level {name}", need, levels.get(name, Decimal(0)))
            for name, need in check.levels.items()
        ),
    ]
    for what, expected, got in compared:
        if expected is not None and expected != got:
            yield Difference(what, plain(expected), "none" if got is None else plain(got))
    band = "" if score is None else score.band
    if check.band is not None and check.band != band:
        yield Difference("band", check.band, band or "none")


def _consequences(check: CheckPart, decision: Decision) -> Iterator[Difference]:
    compared: list[tuple[str, Iterable[str], Iterable[str]]] = []
    if check.awards is not None:
        awards = decision.awards
        compared += [
            ("badges", check.awards.badges, (a.key for a in awards if a.kind == "badge")),
            (
                "certificates",
                check.awards.certificates,
                (a.key for a in awards if a.kind == "certificate"),
            ),
            (
                "issued elsewhere",
                check.awards.elsewhere,
                (a.key for a in awards if not a.issued_here),
            ),
        ]
    if check.consequences is not None:
        flags = (each.flag for each in decision.consequences)
        compared.append(("consequences", check.consequences, flags))
    for what, expected, got in compared:
        wanted, found = sorted(expected), sorted(got)
        if wanted != found:
            yield Difference(what, ", ".join(wanted) or "none", ", ".join(found) or "none")


def plain(value: Decimal) -> str:
    """A number in full, without trailing zeros: here a difference must never be cut away."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
