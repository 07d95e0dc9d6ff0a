"""``moodle-cpd decide --rules OTHER_DIR --compare``: what other rules would change, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from moodle_cpd.cases import Change, Side, compare, grouped
from moodle_cpd.cli.comparing_words import Report
from moodle_cpd.cli.everybody import Everybody
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.model.decision import Text
from moodle_cpd.problems import Problem
from moodle_cpd.rules import Rulebook, load_rulebook
from moodle_cpd.rules.changes import RuleChange, rule_changes


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a comparison is wanted.

    Attributes:
        rules: the folder with the other rules.
        on: the moment of which it is decided, UTC.
        chinese: in Chinese, else in English.
        every: name every teacher of each kind of change.
        into: file for the list of all changes, None: none.
    """

    rules: Path
    on: datetime
    chinese: bool
    every: bool
    into: Path | None


def compare_rules(session: Session, wanted: Comparison) -> int:
    """Decide everybody by both versions and show the differences; nothing is recorded.

    Args:
        session: settings with the present rules.
        wanted: against what, as of when, and how it is shown.

    Returns:
        The exit code: changes pending where an outcome would change.
    """
    other = load_rulebook(wanted.rules)
    rules = rule_changes(session.settings.rules, wanted.rules)
    names = _titles(session.rulebook) | _titles(other)
    files = {
        scheme.id: scheme.frame_of
        for scheme in (*session.rulebook.schemes, *other.schemes)
        if scheme.frame_of is not None
    }
    found: list[Change] = []
    decisions = 0
    with session.ledger() as ledger:
        site = session.settings.site.name
        people = ledger.people(site)
        session.console.start("compare", len(people))
        before = Everybody(ledger, site, session.rulebook, wanted.on, wanted.on).decide()
        after = Everybody(ledger, site, other, wanted.on, wanted.on).decide()
        for (old, _), (new, _) in zip(before, after, strict=True):
            decisions += len({(each.scheme, each.period.key) for each in (*old, *new)})
            found += compare(old, new, rules, names, files)
            session.console.advance()
    session.console.close_bars()
    found.sort(key=lambda change: (change.scheme, change.period, change.teacher))
    changed = [change for change in found if change.of_outcome]
    report = Report(
        rules=rules,
        outcomes=grouped(changed, rules),
        numbers=grouped((each for each in found if not each.of_outcome), rules),
        people=people,
        decisions=decisions,
        folder=str(wanted.rules),
        chinese=wanted.chinese,
    )
    if wanted.into is not None:
        _write(wanted.into, report.sheet(found))
    session.console.result(
        report.text(every=wanted.every, into=wanted.into),
        {
            "on": wanted.on.isoformat(),
            "rules_before": session.rulebook.digest,
            "rules_after": other.digest,
            "teachers": len(people),
            "decisions": decisions,
            "outcomes_changed": len(changed),
            "numbers_changed": len(found) - len(changed),
            "teachers_with_other_outcomes": len({each.teacher for each in changed}),
            "turns": _turns(changed),
            "rule_changes": [_rule(each) for each in rules],
            "groups": [
                {
                    "scheme": group.scheme,
                    "period": group.period,
                    "before": _outcome(group.before),
                    "after": _outcome(group.after),
                    "lost": [_both(each) for each in group.lost],
                    "gained": [_both(each) for each in group.gained],
                    "causes": [
                        {"rule_change": number, "teachers": count} for number, count in group.causes
                    ],
                    "teachers": [change.teacher for change in group.changes],
                }
                for group in report.outcomes
            ],
            "changes": [_as_json(change) for change in found],
        },
    )
    return ExitCode.CHANGES_PENDING if changed else ExitCode.DONE


def _titles(rulebook: Rulebook) -> dict[tuple[str, str], Text]:
    return {
        (scheme.id, category.id): category.title
        for scheme in rulebook.schemes
        for edition in scheme.editions
        for category in edition.categories
    }


def _turns(changes: Iterable[Change]) -> list[dict[str, object]]:
    """How often each outcome turns into which other one."""
    counts = Counter(
        (
            each.scheme,
            each.period,
            _outcome(each.before and each.before.outcome),
            _outcome(each.after and each.after.outcome),
        )
        for each in changes
    )
    keys = ("scheme", "period", "before", "after")
    return [
        dict(zip(keys, turn, strict=True)) | {"teachers": count}
        for turn, count in sorted(counts.items())
    ]


def _outcome(outcome: object) -> str:
    return "undecided" if outcome is None else str(outcome)


def _write(path: Path, content: str) -> None:
    """Write the list of all changes; it names people, so only its owner may read it.

    Raises:
        InputError: the file can't be written.
    """
    try:
        path.touch(mode=0o600)
        # Excel takes a file without this mark for one in the local code page.
        path.write_text(content, encoding="utf-8-sig", newline="")
    except OSError as error:
        raise InputError(
            Problem("--into", f"{path} cannot be written: {error.strerror}", "a file name")
        ) from None


def _rule(rule: RuleChange) -> dict[str, object]:
    return {
        "scheme": rule.scheme,
        "section": rule.section,
        "keys": list(rule.keys),
        "old": rule.old,
        "new": rule.new,
        "before": rule.before,
        "after": rule.after,
    }


def _as_json(change: Change) -> dict[str, object]:
    return {
        "teacher": change.teacher,
        "scheme": change.scheme,
        "period": change.period,
        "outcome_changes": change.of_outcome,
        "before": _side(change.before),
        "after": _side(change.after),
        "lost": [_both(each) for each in change.lost],
        "gained": [_both(each) for each in change.gained],
        "reasons": [_both(reason) for reason in change.reasons],
        "causes": list(change.causes),
    }


def _side(side: Side | None) -> dict[str, object] | None:
    if side is None:
        return None
    return {
        "outcome": side.outcome.value,
        "earned": side.earned,
        "recognised": side.recognised,
        "credits": side.credits,
        "score": side.score,
        "band": side.band,
        "by_category": dict(side.by_category),
        "awards": [key for key, _, _ in side.awards],
        "consequences": list(side.consequences),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
