"""What a ledger and a Moodle hold in the end, without what may differ between two right ways."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, CertificateState
from tests.faults.happenings import DOOMED_NAME
from tests.faults.installation import START, Installation

SITE = "demo"
State = dict[str, Any]


def end_state(installation: Installation) -> State:
    """The state, and what must hold of it whatever came before."""
    with Ledger.open(installation.ledger_path) as ledger, installation.world.lock:
        found = _of_ledger(ledger) | _of_moodle(installation)
        found["wrong"] = _wrong(ledger, installation)
        return found


def without_hours(state: State, installation: Installation) -> State:
    """A state as it is where no running hours are written."""
    activity = installation.world.assignment(ids.QIANSHAN_PROGRESS).id
    return state | {"grades": {k: v for k, v in state["grades"].items() if k[0] != activity}}


def differences(one: State, other: State) -> list[str]:
    """Where two states differ, for people."""
    return [
        f"{name}: {_apart(one.get(name), other.get(name))}"
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def _apart(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
        return "; ".join(f"{key}: {one.get(key)} instead of {other.get(key)}" for key in keys)
    if isinstance(one, set) and isinstance(other, set):
        return f"too much {sorted(one - other)}, too little {sorted(other - one)}"
    return f"{one} instead of {other}"


def _of_ledger(ledger: Ledger) -> State:
    return {
        # Whether Moodle shows user names hangs on a capability, and only the report needs them.
        "people": {p.id: replace(p, username="") for p in ledger.people(SITE).values()},
        "absent": ledger.absent_people(SITE),
        "attributes": {
            teacher: sorted((row.name.value, row.value) for row in rows)
            for teacher, rows in ledger.attributes(SITE).items()
        },
        "courses": {
            row.id: row for row in ledger.courses(SITE).values() if row.full_name != DOOMED_NAME
        },
        "facts": {
            (f.teacher, f.kind.value, f.course, f.activity, f.attempt, f.at, f.value, f.maximum)
            for _, facts in ledger.facts(SITE)
            for f in facts
        },
        "decisions": {
            (d.teacher, d.scheme, d.period): (d.outcome, _told(d.body))
            for d in ledger.latest_decisions(SITE)
        },
        "awards": {
            (key.teacher, key.scheme, key.period, key.award): (
                award.state.value,
                award.route.value,
                award.target,
                award.hours,
                award.credits,
            )
            for key, award in ledger.awards(SITE).items()
        },
    }


def _told(body: str) -> str:
    """A decision without the moment of which it was decided."""
    decision = json.loads(body)
    for name in ("decided_on", "read_until"):
        decision.pop(name, None)
    return json.dumps(decision, sort_keys=True, ensure_ascii=False)


def _of_moodle(installation: Installation) -> State:
    world = installation.world
    tables = world.tables
    return {
        "badges": {user: sorted(world.badges_of(user)) for user in tables.users},
        "messages": Counter((message.user, message.kind) for message in world.tables.messages),
        "cohorts": {row.idnumber: frozenset(row.members) for row in tables.cohorts.values()},
        "grades": {
            key: entry.final for key, entry in tables.gradebook.items() if entry.final is not None
        },
        "files": Counter(
            (user, assignment)
            for assignment, marked in tables.grades.items()
            for user in marked
            for _ in world.files_of(user, assignment)
        ),
    }


def _wrong(ledger: Ledger, installation: Installation) -> list[str]:
    wrong = [f"open intent {entry.step}" for entry in ledger.open_intents(SITE)]
    awards = ledger.awards(SITE)
    register = list(ledger.certificates(SITE))
    serials = Counter(entry.serial for entry in register)
    standing = Counter(entry.key for entry in register if entry.state is CertificateState.VALID)
    wrong += [f"{n} certificates stand for {key}" for key, n in standing.items() if n > 1]
    wrong += [f"{serial} was given {n} times" for serial, n in serials.items() if n > 1]
    registers: dict[str, list[int]] = defaultdict(list)
    for serial in serials:
        series, _, number = serial.rpartition("-")
        registers[series].append(int(number))
    wrong += [
        f"{series} has a gap: {numbers}"
        for series, numbers in registers.items()
        if sorted(numbers) != list(range(1, len(numbers) + 1))
    ]
    wrong += [
        f"{award.serial} is dated {award.issued_on}"
        for award in awards.values()
        if abs((award.issued_on - START).total_seconds()) > 86400
    ]
    for _, facts in ledger.facts(SITE, history=True):
        keys = [(fact.subject, fact.key) for fact in facts]
        wrong += [f"recorded twice: {one}" for one, next_ in pairwise(keys) if one == next_]
    files = {
        file.filename: sha256(file.content).hexdigest()
        for area, held in installation.world.tables.files.items()
        if area[2] == "feedback_files"
        for file in held.values()
    }
    for key, award in awards.items():
        if award.state is not AwardState.CONFIRMED:
            wrong.append(f"award of {key.teacher} is {award.state}")
        elif award.sha256 and files.get(f"{award.serial}.pdf") != award.sha256:
            wrong.append(f"{award.serial} is not the file that Moodle holds")
    return wrong
