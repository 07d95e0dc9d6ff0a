"""A plan in words: text for a terminal, Markdown for a report, JSON for a program."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.people import Person
from moodle_cpd.model.quantity import show
from moodle_cpd.model.text import one_line
from moodle_cpd.plan.plan import Plan
from moodle_cpd.plan.running_render import running_as_json, running_lines, who

_SIGNS = {
    Verb.ISSUE: "+",
    Verb.CONFIRM: "~",
    Verb.SUPERSEDE: "^",
    Verb.WITHDRAW: "-",
    Verb.EXPIRE: "x",
    Verb.REPAIR: "=",
}
_MARKUP = frozenset("\\`*_{}[]<>&|~#!$")


def plan_as_text(
    plan: Plan, people: Mapping[int, Person], printed: Mapping[str, str] | None = None
) -> str:
    """The plan for a terminal: a line for each action, then what it amounts to.

    Args:
        plan: what would change.
        people: by Moodle's user id.
        printed: names as they were printed, by serial; a plan itself keeps no names.
    """
    lines = [f"Plan for {plan.site} ({plan.url})", ""]
    for action in plan.actions:
        lines.append(
            f"  {_SIGNS[action.verb]} {action.verb:<9} {who(action.award.teacher, people)}  "
            f"{action.title} [{_way(action)}]  {show(action.hours)} h"
        )
        lines.append(f"      {action.reason}{_names(action, people, printed or {})}")
    if not plan.actions and not plan.running_hours:
        lines.append(f"  {_nothing(plan)}")
    lines += [f"  {line}" for line in running_lines(plan.running_hours, people)]
    lines += ["", *_summary(plan)]
    return "\n".join(lines) + "\n"


def plan_as_markdown(
    plan: Plan, people: Mapping[int, Person], printed: Mapping[str, str] | None = None
) -> str:
    """The plan as a Markdown table; what comes from Moodle can't become markup.

    Args:
        plan: what would change.
        people: by Moodle's user id.
        printed: names as they were printed, by serial.
    """
    lines = [
        f"# Plan for {_cell(plan.site)}",
        "",
        "| | teacher | award | by | hours | why |",
        "|---|---|---|---|---:|---|",
    ]
    lines += [
        f"| {action.verb} | {_cell(who(action.award.teacher, people))} "
        f"| {_cell(str(action.title))} | {_cell(_way(action))} | {show(action.hours)} "
        f"| {_cell(action.reason.zh)}<br>{_cell(action.reason.en)}"
        f"{_cell(_names(action, people, printed or {}))} |"
        for action in plan.actions
    ]
    listed = running_lines(plan.running_hours, people)
    lines += ["", *(f"- {_cell(line.strip())}" for line in (*listed, *_summary(plan)))]
    return "\n".join(lines) + "\n"


def plan_as_json(plan: Plan) -> str:
    """The plan for a program; people by id only. The same plan gives the same bytes."""
    content: dict[str, object] = {
        "site": plan.site,
        "url": plan.url,
        "rules_digest": plan.rules_digest,
        "read_at": None if plan.read_at is None else plan.read_at.isoformat(),
        "digest": plan.digest,
        "messages": plan.messages,
        "recorded_only": plan.recorded_only,
        "expiring": plan.expiring,
        "actions": [_as_dict(action) for action in plan.actions],
    }
    if plan.running_hours:
        content["running_hours"] = running_as_json(plan.running_hours)
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _as_dict(action: Action) -> dict[str, object]:
    return {
        "verb": str(action.verb),
        "teacher": action.award.teacher,
        "scheme": action.award.scheme,
        "period": action.award.period,
        "award": action.award.award,
        "route": str(action.route),
        "course": action.course,
        "target": action.target,
        "badge": action.badge,
        "title": {"zh": action.title.zh, "en": action.title.en},
        "hours": str(action.hours),
        "credits": None if action.credits is None else str(action.credits),
        "decision_digest": action.decision_digest,
        "replaces": action.replaces,
        "valid_until": None if action.valid_until is None else action.valid_until.isoformat(),
        "reason": {"zh": action.reason.zh, "en": action.reason.en},
        "messages": action.messages,
    }


def _nothing(plan: Plan) -> str:
    if plan.read_at is None:
        return "Nothing is known of this site yet: run 'moodle-cpd pull'."
    if plan.problems:
        return "Nothing can be done; see what is said below."
    return "Nothing to do: what is decided and has a way into Moodle is there."


def _way(action: Action) -> str:
    course = f"{action.course} / " if action.course else ""
    return f"{action.route} → {course}{action.target}"


def _summary(plan: Plan) -> Iterator[str]:
    counts = Counter(action.verb for action in plan.actions)
    yield (
        f"{counts[Verb.ISSUE]} to issue, {counts[Verb.CONFIRM]} to finish or check, "
        f"{counts[Verb.REPAIR]} to repair, "
        f"{counts[Verb.SUPERSEDE]} to supersede, {counts[Verb.WITHDRAW]} to withdraw, "
        f"{counts[Verb.EXPIRE]} expired"
    )
    if plan.running_hours:
        yield (
            f"{len(plan.running_hours)} running hours to write; Moodle tells nobody because of "
            "them."
        )
    if plan.withdrawals:
        yield (
            "Withdrawals are shown for a person to decide: they are carried out only with "
            "--allow-withdrawals, and send up to "
            f"{sum(action.messages for action in plan.withdrawals)} messages."
        )
    if plan.expiring:
        yield f"{plan.expiring} awards lapse soon unless they are renewed; 'status' lists them."
    if plan.recorded_only:
        yield f"{plan.recorded_only} earned awards are issued by their authority, not here."
    yield f"Moodle will send up to {plan.messages} messages to teachers because of it."
    for problem in plan.problems:
        yield f"! {problem}"
    if plan.read_at is not None:
        yield f"As read from Moodle on {plan.read_at:%Y-%m-%d %H:%M} UTC."
    yield f"Digest {plan.digest}"


def _names(action: Action, people: Mapping[int, Person], printed: Mapping[str, str]) -> str:
    """A changed name, old and new."""
    person, old = people.get(action.award.teacher), printed.get(action.replaces)
    if action.verb is not Verb.SUPERSEDE or person is None or old is None:
        return ""
    old, new = one_line(old), one_line(person.full_name)
    return "" if old == new else f" [{old} → {new}]"


def _cell(text: str) -> str:
    """Text that stays text in a table cell, whatever it holds."""
    return "".join(f"&#{ord(c)};" if c in _MARKUP else c for c in one_line(text))
