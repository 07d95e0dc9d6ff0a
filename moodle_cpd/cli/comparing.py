"""``moodle-cpd decide --rules OTHER_DIR --compare``: what other rules would change, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from moodle_cpd.cases import Change, compare
from moodle_cpd.cli.console import table
from moodle_cpd.cli.session import Session
from moodle_cpd.cli.steps import decide_all
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.decision import Decision
from moodle_cpd.model.people import Person
from moodle_cpd.model.text import one_line
from moodle_cpd.rules import Rulebook, load_rulebook

_NOTHING = "undecided"


def compare_rules(session: Session, rules: Path, on: datetime, *, chinese: bool) -> int:
    """Decide everybody by both versions and show the differences; nothing is recorded.

    Args:
        session: settings with the present rules.
        rules: the folder with the other rules.
        on: the moment of which it is decided, UTC.
        chinese: the reasons in Chinese, else in English.

    Returns:
        The exit code: changes pending where an outcome would change.
    """
    other = load_rulebook(rules)
    with session.ledger() as ledger:
        before = _decisions(session, ledger, on, session.rulebook)
        after = _decisions(session, ledger, on, other)
        people = ledger.people(session.settings.site.name)
    changes = compare(before, after)
    changed = [change for change in changes if change.of_outcome]
    session.console.result(
        _in_words(changes, changed, people, chinese=chinese),
        {
            "on": on.isoformat(),
            "rules_before": session.rulebook.digest,
            "rules_after": other.digest,
            "changes": [_as_json(change) for change in changes],
            "outcomes_changed": len(changed),
        },
    )
    return ExitCode.CHANGES_PENDING if changed else ExitCode.DONE


def _decisions(
    session: Session, ledger: Ledger, on: datetime, rulebook: Rulebook
) -> list[Decision]:
    return [each for found, _ in decide_all(session, ledger, on, rulebook, on) for each in found]


def _in_words(
    changes: list[Change], changed: list[Change], people: Mapping[int, Person], *, chinese: bool
) -> str:
    lines: list[str] = []
    for change in changed:
        lines.append(
            f"{_name(people.get(change.teacher), change.teacher)} · {change.scheme} "
            f"{change.period}: {_outcome(change.before)} → {_outcome(change.after)}"
        )
        told = (reason.zh if chinese else reason.en or reason.zh for reason in change.reasons)
        lines += [f"    {one_line(words)}" for words in told]
    counts = Counter(
        (each.scheme, each.period, f"{_outcome(each.before)} → {_outcome(each.after)}")
        for each in changed
    )
    if counts:
        rows = [(*key, str(count)) for key, count in sorted(counts.items())]
        lines += ["", table(rows)]
    lines.append(
        f"{len(changed)} outcomes, awards or consequences change; "
        f"{len(changes) - len(changed)} more decisions change in numbers alone. "
        "Nothing was recorded."
    )
    return "\n".join(lines)


def _name(person: Person | None, teacher: int) -> str:
    if person is None:
        return f"#{teacher}"
    return f"{one_line(person.full_name)} ({person.idnumber or f'#{person.id}'})"


def _outcome(decision: Decision | None) -> str:
    return _NOTHING if decision is None else decision.outcome.value


def _as_json(change: Change) -> dict[str, object]:
    return {
        "teacher": change.teacher,
        "scheme": change.scheme,
        "period": change.period,
        "outcome_changes": change.of_outcome,
        "before": _side(change.before),
        "after": _side(change.after),
        "reasons": [{"zh": reason.zh, "en": reason.en} for reason in change.reasons],
    }


def _side(decision: Decision | None) -> dict[str, object] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome.value,
        "recognised": decision.recognised,
        "credits": decision.credits,
        "score": None if decision.score is None else decision.score.total,
        "by_category": dict(decision.by_category),
        "awards": [award.key for award in decision.awards],
        "consequences": [each.flag for each in decision.consequences],
    }
