"""A ``sync`` that kills itself, with SIGKILL, the first time it comes to a named moment.

The moments lie between any two things that outlive the process: a commit of the ledger, and a
write that Moodle carried out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from moodle_cpd.apply import cohort, record_course
from moodle_cpd.cli import app
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardKey, AwardState
from moodle_cpd.moodle import Writer

COHORT_AWARDS = {"homeroom-badge"}


def route_of(key: AwardKey) -> str:
    return "cohort" if key.award in COHORT_AWARDS else "record-course"


def sync(config: str, moment: str, log: str, together: int = 1) -> None:
    """Run ``sync --yes``; end at ``moment`` if the run comes to it, exit code 0 if it doesn't.

    ``together``: so many awards share a request, so that there is always another part to be
    killed in.
    """
    record_course._PART = together
    setattr(cohort, "MEMBERS", together)  # noqa: B010 - a name that the module takes from elsewhere
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
    _watch(moment)
    os._exit(app.run(["-c", config, "-q", "sync", "--yes", "--allow", "1000"]))


def _watch(wanted: str) -> None:
    writing: dict[str, str] = {"route": ""}

    def reached(moment: str, route: str) -> None:
        if f"{route} {moment}" == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(
        owner: type, name: str, tell: Callable[[tuple[Any, ...], dict[str, Any]], None]
    ) -> None:
        original = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            value = original(*args, **kwargs)
            tell(args[1:], kwargs)
            return value

        setattr(owner, name, wrapped)

    entries: dict[int, tuple[str, str]] = {}
    original_intents = Ledger.journal_intents

    def intents(self: Ledger, run: int, writes: Any, at: Any) -> list[int]:
        noted = original_intents(self, run, writes, at)
        for entry, (key, step, _) in zip(noted, writes, strict=True):
            writing["route"] = route_of(key)
            entries[entry] = (writing["route"], step)
            reached(f"intent {step}", writing["route"])
        return noted

    Ledger.journal_intents = intents  # type: ignore[method-assign,assignment]
    after(Ledger, "begin_award", lambda a, _: reached("begun", route_of(a[0])))

    def result(a: tuple[Any, ...], _: dict[str, Any]) -> None:
        for entry in a[0]:
            route, step = entries.get(entry, (writing["route"], "found"))
            reached(f"result {step}", route)

    after(Ledger, "journal_results", result)

    def state(a: tuple[Any, ...], _: dict[str, Any]) -> None:
        key, reached_state = a[0], a[1]
        if reached_state is not AwardState.PLANNED:
            reached(f"state {reached_state}", route_of(key))

    after(Ledger, "set_award", state)
    after(Writer, "add_cohort_members", lambda *_: reached("sent add_cohort_member", "cohort"))
    after(Writer, "upload_drafts", lambda *_: reached("sent upload_draft", "record-course"))
    after(Writer, "save_grades", lambda *_: reached("sent save_grade", "record-course"))
