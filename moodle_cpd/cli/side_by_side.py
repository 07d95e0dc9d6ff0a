"""The same thing done to many items in several processes, in the order of one."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final, TypeVar, cast

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_AHEAD: Final = 2
"""Items that each process has before it: one to work at, and one so that it need not wait."""


def side_by_side(
    jobs: int, prepare: Callable[[], Callable[[Item], Answer]], items: Iterable[Item]
) -> Generator[Answer, None, None]:
    """Do something to each item, in several processes.

    Processes end with this one, however it ends: each has a line to it and nobody else.

    Args:
        jobs: how many processes.
        prepare: makes in each process what is to be done; like items and answers, it travels.
        items: no more are taken than are soon worked at.

    Yields:
        The answers in the order of the items.

    Raises:
        InputError: a process was ended by the system.
        Exception: whatever is raised in a process.
    """
    context = multiprocessing.get_context("spawn")
    source = iter(items)
    lines: list[tuple[Connection, SpawnProcess]] = []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, prepare), daemon=True)
            process.start()
            theirs.close()
            lines.append((ours, process))
        given = taken = 0
        while True:
            for item in islice(source, _AHEAD * jobs - (given - taken)):
                _tell(lines[given % jobs][0], item)
                given += 1
            if given == taken:
                return
            yield cast(Answer, _hear(lines[taken % jobs][0]))
            taken += 1
    finally:
        for line, _ in lines:
            line.close()
        for _, process in lines:
            process.join()


def _tell(line: Connection, item: object) -> None:
    try:
        line.send(item)
    except OSError:
        raise _ended() from None


def _hear(line: Connection) -> object:
    try:
        answer: object = line.recv()
    except (EOFError, OSError):
        raise _ended() from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ended() -> InputError:
    return InputError(
        Problem(
            "--jobs",
            "a process was ended by the system, most likely for want of memory",
            "",
            "Run it again with fewer jobs; what was done is kept",
        )
    )


def _work(line: Connection, prepare: Callable[[], Callable[[Item], object]]) -> None:
    """What one process does until its line is closed."""
    # Ctrl-C reaches every process; what is to be done then is said by the first one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work: Callable[[Item], object] | None = None
    while True:
        try:
            item = line.recv()
        except EOFError:
            return
        try:
            work = work or prepare()
            answer = work(item)
        except Exception as error:  # noqa: BLE001 - whatever it is, the first process tells it
            answer = error
        try:
            line.send(answer)
        except OSError:
            return
