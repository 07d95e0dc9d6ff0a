"""Reads completions as a script with a client from the package index does: one call for each pair.

A program by itself, run by ``tests.benchmarks.clients`` with the interpreter of an environment that
has the client and nothing of ours: ``moodlepy`` and ``pymoodle`` both call their package
``moodle``. It reads what to do as JSON, and prints what came of it as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fnmatch import fnmatchcase
from importlib import import_module
from time import perf_counter
from typing import Any

Ask = Callable[..., Any]


def moodlepy(url: str, token: str) -> Ask:
    """A call through ``moodlepy``."""
    client = import_module("moodle").Moodle(f"{url}/webservice/rest/server.php", token)

    def ask(function: str, **params: object) -> Any:
        return client(function, **params)

    return ask


def pymoodle(url: str, token: str) -> Ask:
    """A call through ``pymoodle``, with more patience than its five seconds."""
    client = import_module("moodle.session").MoodleClient(url, token, timeout=600)

    def ask(function: str, **params: object) -> Any:
        return client.webservice(function, params)

    return ask


def read(ask: Ask, teachers: list[int], pattern: str) -> dict[str, object]:
    """Profiles in one call, then each teacher's courses, then each pair's completion."""
    began = perf_counter()
    requests = 1
    people = ask("core_user_get_users_by_field", field="id", values=teachers)
    completed = 0
    for teacher in teachers:
        requests += 1
        for course in ask("core_enrol_get_users_courses", userid=teacher):
            if not fnmatchcase(course["idnumber"], pattern):
                continue
            requests += 1
            status = ask(
                "core_completion_get_course_completion_status",
                courseid=course["id"],
                userid=teacher,
            )
            completed += bool(status["completionstatus"]["completed"])
    seconds = perf_counter() - began
    return {
        "seconds": seconds,
        "requests": requests,
        "people": len(people),
        "completed": completed,
    }


def main() -> None:
    """Do what standard input says, with the client that the command line names."""
    work = json.load(sys.stdin)
    connect = {"moodlepy": moodlepy, "pymoodle": pymoodle}[sys.argv[1]]
    found = read(connect(work["url"], work["token"]), work["teachers"], work["pattern"])
    print(json.dumps(found))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
