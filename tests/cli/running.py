"""Command lines as a person types them, one after the other, in one folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from moodle_cpd.cli import app
from moodle_cpd.errors import ExitCode

Run = Callable[..., tuple[int, str, str]]


def running(capsys: pytest.CaptureFixture[str], first: Sequence[str]) -> Run:
    """Run commands that must succeed, and give what runs more: exit code, results, words."""

    def command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = app.run(["-q", *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    for step in first:
        code, _, err = command(step)
        assert code == ExitCode.DONE, err
    return command
