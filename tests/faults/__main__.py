"""Plays many seeds: ``python -m tests.faults --seeds 2000``; one again: ``--seed 137``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from moodle_cpd.demo.fault import Fault
from tests.faults.play import Player, Verdict
from tests.faults.schedule import Target, draw, targets

_PART = 50
"""Seeds that share what an undisturbed run comes to."""

_ENOUGH = 1500
"""So many seeds must make every fault meet every function in every phase."""


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder in memory where there is such a thing: the ledger waits for the disk very often."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def play(seeds: Iterable[int]) -> list[Verdict]:
    """Play some seeds in this process."""
    with workplace() as folder:
        player = Player(folder)
        return [player.play(draw(seed)) for seed in seeds]


def report(verdicts: Iterable[Verdict]) -> tuple[str, bool]:
    """What came of it, for people, and whether all is well."""
    lines: list[str] = []
    met: Counter[Target] = Counter()
    codes: Counter[int] = Counter()
    seeds = failed = 0
    for verdict in verdicts:
        seeds += 1
        met += verdict.met
        codes.update(verdict.codes)
        if verdict.wrong:
            failed += 1
            lines.append(f"seed {verdict.seed}: python -m tests.faults --seed {verdict.seed}")
            lines += [f"  {each}" for each in verdict.wrong]
    wanted = targets()
    ended = ", ".join(f"{count} with {code}" for code, count in sorted(codes.items()))
    lines.append(f"{seeds} seeds, {failed} failed; disturbed runs ended: {ended}")
    for fault in Fault:
        aims = [target for target in wanted if target[2] is fault]
        hit = sum(target in met for target in aims)
        times = sum(met[target] for target in aims)
        lines.append(f"  {fault}: met {hit} of {len(aims)} functions and phases, {times} times")
    unmet = sorted(target for target in wanted if target not in met)
    lines.append(f"met {len(wanted) - len(unmet)} of {len(wanted)} targets")
    missed = seeds >= _ENOUGH and bool(unmet)
    if missed:
        lines += [f"never met: {' / '.join(target)}" for target in unmet]
    return "\n".join(lines), not (failed or missed)


def main() -> int:
    """Play what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one, with what it does")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args()
    if options.seed is not None:
        for number, strikes in enumerate(draw(options.seed).runs, start=1):
            for phase, some in strikes.items():
                for strike in some:
                    click.echo(f"run {number}, {phase}: {strike}")
        verdicts = play([options.seed])
    else:
        seeds = range(options.first, options.first + options.seeds)
        parts = [seeds[start : start + _PART] for start in range(0, len(seeds), _PART)]
        verdicts = []
        with ProcessPoolExecutor(options.jobs) as pool:
            for part in pool.map(play, parts):
                verdicts += part
                wrong = [verdict.seed for verdict in verdicts if verdict.wrong]
                click.echo(f"{len(verdicts)} of {options.seeds}, failed: {wrong}", err=True)
    text, well = report(verdicts)
    click.echo(text)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
