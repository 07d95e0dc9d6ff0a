"""The program's front: options that all commands share, and errors turned into exit codes."""

from __future__ import annotations

import logging
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from moodle_cpd.cli.commands import Commands
from moodle_cpd.cli.console import Console, problem_as_dict, survive_any_encoding
from moodle_cpd.cli.session import Session, session_of
from moodle_cpd.config import CONFIG_NAME
from moodle_cpd.errors import CpdError, ExitCode
from moodle_cpd.problems import Problem

F = TypeVar("F", bound=Callable[..., Any])


@click.group(
    commands=Commands(),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 2 bad input, 3 changes pending, 4 site problem, 5 partial, "
    "6 refused by a limit, 7 locked by another run, 130 interrupted.",
)
@click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=CONFIG_NAME,
    envvar="MOODLE_CPD_CONFIG",
    show_default=True,
    help="The settings file.",
)
@click.option("-q", "--quiet", is_flag=True, help="Only results and problems.")
@click.option("-v", "--verbose", count=True, help="Say more; twice: also what HTTP does.")
@click.version_option(package_name="moodle-cpd", prog_name="moodle-cpd")
@click.pass_context
def cli(context: click.Context, config: Path, quiet: bool, verbose: int) -> None:
    """Count teacher training on Moodle by your authority's rules, and give the proof back.

    Nothing is written to Moodle before you saw it: 'plan' shows, 'apply' and 'sync --yes' do.
    """
    level = (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(
        level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    context.obj = Session(config, Console(quiet=quiet))


def json_option(command: F) -> F:
    """Add ``--json`` to a command; the console then writes one JSON document."""

    def switch(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            session_of(context).console.as_json = True

    return click.option(
        "--json",
        is_flag=True,
        expose_value=False,
        callback=switch,
        help="Print one JSON document for programs.",
    )(command)


def language_option(words: str) -> Callable[[F], F]:
    """An option ``--language``: Chinese or English.

    Args:
        words: what is told in it.
    """
    languages = click.Choice(["zh", "en"])
    return click.option("--language", type=languages, default="zh", show_default=True, help=words)


def main() -> None:
    """Run the program and end the process with the documented exit code."""
    survive_any_encoding(sys.stdout, sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run a command line.

    Returns:
        The exit code of ``docs/operators/exit-codes.md``.
    """
    try:
        return _run(arguments)
    except BrokenPipeError:
        return ExitCode.DONE
    except Exception as error:  # noqa: BLE001 - the last line: a bug must not print details
        return _bug(error, as_json="--json" in arguments)


def _run(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    try:
        return int(cli.main(arguments, prog_name="moodle-cpd", standalone_mode=False) or 0)
    except CpdError as error:
        _report(list(error.problems), error.exit_code, as_json=as_json)
        return error.exit_code
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        if as_json:
            problem = Problem("command line", error.format_message())
            _report([problem], ExitCode.BAD_INPUT, as_json=True)
        else:
            error.show()
        return ExitCode.BAD_INPUT
    except (KeyboardInterrupt, click.Abort):
        again = shlex.join(["moodle-cpd", *_again(arguments)])
        hint = f"What was done is in the ledger; go on with: {again}"
        problem = Problem("run", "interrupted", "", hint)
        _report([problem], ExitCode.INTERRUPTED, as_json=as_json)
        return ExitCode.INTERRUPTED


def _again(arguments: list[str]) -> list[str]:
    """The command that goes on; what is left of a plan is another plan, to be read first."""
    if "apply" in arguments:
        return [*arguments[: arguments.index("apply")], "plan"]
    return arguments


def _bug(error: Exception, *, as_json: bool) -> ExitCode:
    """A mistake of ours; its text may hold personal details, so only its place is shown."""
    if logging.getLogger().isEnabledFor(logging.DEBUG):
        raise error
    problem = Problem(
        _place(error),
        f"{type(error).__name__}, an error in this program; what was done is in the ledger",
        "",
        "Please report it; -vv prints more (which may hold personal details)",
    )
    _report([problem], ExitCode.BUG, as_json=as_json)
    return ExitCode.BUG


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _report(problems: list[Problem], code: ExitCode, *, as_json: bool) -> None:
    console = Console(as_json=as_json)
    if as_json:
        listed = [problem_as_dict(problem) for problem in problems]
        console.result("", {"exit_code": int(code), "problems": listed})
    console.problems(problems, most=100)
