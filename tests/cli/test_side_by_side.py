"""Many items in several processes: in order, with the errors of one, and never left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from moodle_cpd.cli.side_by_side import side_by_side
from moodle_cpd.errors import InputError, RefusedError
from moodle_cpd.problems import Problem


def squares() -> Callable[[int], tuple[int, int]]:
    return lambda number: (number * number, os.getpid())


def refuses() -> Callable[[int], int]:
    raise RefusedError(Problem("here", "no", "yes", "ask again"))


def divides() -> Callable[[int], float]:
    return lambda number: 12 / number


def dies() -> Callable[[int], None]:
    return lambda _: os.kill(os.getpid(), signal.SIGKILL)


def test_answers_come_in_order_and_no_more_items_are_taken_than_are_soon_worked_at() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    answers = side_by_side(2, squares, items())
    found = [next(answers) for _ in range(9)]
    assert [square for square, _ in found] == [number * number for number in range(9)]
    processes = {process for _, process in found}
    assert len(processes) == 2
    assert os.getpid() not in processes
    assert len(taken) == 12
    answers.close()
    assert len(taken) == 12


def test_what_a_process_raises_is_raised_here() -> None:
    with pytest.raises(RefusedError) as refused:
        list(side_by_side(1, refuses, [1]))
    assert refused.value.problems == (Problem("here", "no", "yes", "ask again"),)
    answers = side_by_side(1, divides, [3, 0, 4])
    assert next(answers) == 4
    with pytest.raises(ZeroDivisionError):
        next(answers)


def test_a_process_that_is_ended_by_the_system_is_told() -> None:
    with pytest.raises(InputError, match="fewer jobs"):
        list(side_by_side(1, dies, range(5)))
