"""What the commands print: results to stdout, everything else to stderr, on any terminal."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import click
from rich.cells import cell_len
from rich.console import Console as RichConsole
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from moodle_cpd.cli.estimate import Estimate
from moodle_cpd.problems import Problem


def survive_any_encoding(*streams: TextIO) -> None:
    """Let output go through where the terminal can't show every character.

    A Windows console in code page 936 or a C locale would otherwise end the program at the first
    rare character.
    """
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


class Console:
    """Where a command's words go.

    Args:
        quiet: only results and problems.
        as_json: the result is one JSON document on stdout.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet = quiet
        self.as_json = as_json
        self._bars: Progress | None = None
        self._task: int | None = None
        self._estimate: Estimate | None = None

    def result(self, text: str, data: object) -> None:
        """The command's result: text for a person, or data as JSON."""
        if self.as_json:
            document = json.dumps(data, ensure_ascii=False, indent=2, default=str)
            click.echo(document)
        else:
            click.echo(text.rstrip("\n"))

    def say(self, text: str) -> None:
        """A word on what is going on; not part of the result."""
        if not self.quiet:
            click.echo(text, err=True)

    def problems(self, problems: Sequence[Problem], *, most: int = 20) -> None:
        """What a person should look at; long lists are cut, never left out silently."""
        self.close_bars()
        for problem in problems[:most]:
            click.echo(f"! {problem}", err=True)
        if len(problems) > most:
            click.echo(f"! … and {len(problems) - most} more; --json lists all", err=True)

    # -- progress, as the rooms below tell it -----------------------------------------------

    def start(self, label: str, total: int | None) -> None:
        """A step begins: a bar on a terminal, a plain line now and then elsewhere."""
        if self.quiet:
            return
        if not sys.stderr.isatty():
            self._estimate = Estimate(label, total, time.monotonic)
            click.echo(f"{label}…" if total is None else f"{label} ({total})…", err=True)
            return
        if self._bars is None:
            self._bars = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=RichConsole(stderr=True),
                transient=True,
            )
            self._bars.start()
        self._task = self._bars.add_task(label, total=total)

    def advance(self, count: int = 1) -> None:
        """So many more items are done."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._bars.task_ids[self._task], count)
        elif self._estimate is not None:
            line = self._estimate.advance(count)
            if line is not None:
                click.echo(line, err=True)

    def close_bars(self) -> None:
        """Take the bars off the terminal, so that text can follow."""
        if self._bars is not None:
            self._bars.stop()
            self._bars, self._task = None, None
        self._estimate = None


def table(rows: Iterable[Sequence[str]]) -> str:
    """Rows as aligned columns; a Chinese character is two columns wide."""
    listed = [list(row) for row in rows]
    if not listed:
        return ""
    widths = [max(cell_len(row[i]) for row in listed) for i in range(len(listed[0]))]
    lines = (
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in listed
    )
    return "\n".join(line.rstrip() for line in lines)


def problem_as_dict(problem: Problem) -> Mapping[str, str]:
    """A problem for a program."""
    return {
        "where": problem.where,
        "found": problem.found,
        "expected": problem.expected,
        "hint": problem.hint,
    }
