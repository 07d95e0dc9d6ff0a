"""``moodle-cpd demo``: the whole line on an embedded Moodle with made-up people."""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path

import click

from moodle_cpd.cli import app
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session, now
from moodle_cpd.config import CONFIG_NAME, TOKEN_VARIABLE
from moodle_cpd.demo import EmbeddedMoodle, World, build_world
from moodle_cpd.demo.idnumbers import QIANSHAN_PROGRESS, homeroom_badge
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.problems import Problem
from moodle_cpd.rules.shipped import shipped_mappings

_MARK = ".moodle-cpd-demo"
_SHOWN = 8
_EXPLAINED = "homeroom-teacher-30h"

_ISSUER = "示例州教育和体育局"

SETTINGS = """\
# Settings of the demo. The embedded Moodle lives only while the demo runs.
ledger = "moodle-cpd.sqlite"
rules = {rules}

[site]
name = "demo"
url = "{url}"

[people]
cohorts = ["teachers"]

[people.attributes]
school = {{ profile_field = "school" }}
stage = {{ profile_field = "stage", values = {{ "幼儿园" = "kindergarten", "小学" = "primary", \
"初中" = "junior_secondary", "高中" = "senior_secondary", "中职" = "vocational" }} }}
role = {{ profile_field = "duty", separator = "、", values = {{ "教师" = "teacher", \
"班主任" = "homeroom_teacher", "拟任班主任" = "prospective_homeroom_teacher", \
"骨干教师" = "backbone_teacher", "高一教师" = "grade_one_teacher", "校长" = "principal", \
"教辅人员" = "support_staff" }} }}
birth_date = {{ profile_field = "birthdate" }}
hire_date = {{ profile_field = "hiredate" }}

[limits]
share = 0.9         # training for everybody brings most of them an award

[certificates]
keys = "keys"

[[awards]]
scheme = "homeroom-teacher-30h"
award = "homeroom-badge"
route = "cohort"
cohort = "homeroom-{{period}}"
badge = "班主任培训合格 {{period}}"

[[awards]]
scheme = "homeroom-teacher-30h"
award = "qualification-certificate"
route = "record-course"
course = "CPD-RECORD"
activity = "homeroom-{{period}}"
badge = "班主任培训合格证书 {{period}}"

[[awards]]
scheme = "qianshan-annual-72h"
award = "annual-certificate"
route = "record-course"
course = "CPD-RECORD"
activity = "qianshan-{{period}}"
badge = "千山区教师继续教育 {{period}}"

[[awards]]
scheme = "prefecture-four-level"
award = "school-year-certificate"
route = "record-course"
course = "CPD-RECORD"
activity = "four-level-{{period}}"
badge = "全州教师培训 {{period}}"

[[awards]]
scheme = "school-based-48h"
award = "outstanding-certificate"
route = "record-course"
course = "CPD-RECORD"
activity = "shexian-{{period}}"
badge = "教研积极分子 {{period}}"
grade = "points"

[[awards]]
scheme = "yulin-school-term-100"
award = "completion-certificate"
route = "record-course"
course = "CPD-RECORD"
activity = "yulin-{{period}}"
badge = "榆林镇中心小学校本培训 {{period}}"

[[running_hours]]
scheme = "qianshan-annual-72h"
course = "CPD-RECORD"
activity = "qianshan-progress"
"""


@click.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default="moodle-cpd-demo",
    show_default=True,
    help="Folder for settings, ledger and the certificates that Moodle then holds.",
)
@click.option("--seed", default=1, show_default=True, help="Another seed, other people.")
@click.option(
    "--teachers",
    default=120,
    show_default=True,
    type=click.IntRange(6, 5000),
    help="How many teachers there are.",
)
@click.option("--serve", is_flag=True, help="Afterwards keep the embedded Moodle up until Ctrl-C.")
@json_option
@click.pass_obj
def demo(session: Session, into: Path, seed: int, teachers: int, serve: bool) -> int:
    """Watch the sync work on a small Moodle that is part of this program.

    A made-up prefecture of 3 counties and 6 schools, real HTTP, a real ledger, real certificates.
    """
    _make_folder(into)
    world = build_world(seed=seed, today=now().date(), teachers=teachers)
    as_json = session.console.as_json
    with EmbeddedMoodle(world) as site, _token(site.token):
        config = into / CONFIG_NAME
        rules = str(shipped_mappings()).replace("\\", "/")
        config.write_text(SETTINGS.format(url=site.url, rules=f'"{rules}"'), encoding="utf-8")
        # The story is for people; a program gets what came of it.
        with redirect_stdout(sys.stderr) if as_json else nullcontext():
            click.echo(f"An embedded Moodle with {teachers} teachers answers at {site.url}\n")
            code, explained = _story(config, world)
            holds = _holds(world, _save_certificates(world, into / "certificates"))
            first = next(iter(sorted((into / "certificates").glob("*.pdf"))), None)
            if first is not None:
                _command(config, "certificate", "verify", str(first))
            _tell(holds, into, explained)
        if as_json:
            document = {"exit_code": int(code), "config": str(config), "moodle_holds": holds}
            session.console.result("", document)
        if serve and code == ExitCode.DONE:
            _wait(site, config)
    return code


def _story(config: Path, world: World) -> tuple[int, str]:
    """Dry run, run, run again, and one teacher explained; exit code and who that was."""
    _command(config, "keys", "init", "--name", _ISSUER)
    _command(config, "sync", shown=_SHOWN)
    code = _command(config, "-q", "sync", "--yes")
    if code != ExitCode.DONE:
        return code, "TEACHER"
    code = _command(config, "-q", "sync", "--yes")
    year = str(now().year)
    with world.lock:
        badge = homeroom_badge(year)
        holder = next((u for u in sorted(world.tables.users) if badge in world.badges_of(u)), None)
        teacher = "" if holder is None else world.tables.users[holder].idnumber or f"#{holder}"
    if teacher:
        _command(config, "explain", teacher, "--scheme", _EXPLAINED, "--period", year)
    return code, teacher or "TEACHER"


def _command(config: Path, *arguments: str, shown: int | None = None) -> int:
    """Run a command line as a person would, and show what it prints, long lists shortened."""
    click.secho(f"$ moodle-cpd -c {config} {' '.join(arguments)}", bold=True)
    printed = io.StringIO()
    with redirect_stdout(printed):
        code = app.run(["-c", str(config), *arguments])
    lines = printed.getvalue().splitlines()
    if shown is not None and len(lines) > 2 * shown:
        left_out = len(lines) - 2 * shown
        lines = [*lines[:shown], f"  … {left_out} more lines …", *lines[-shown:]]
    click.echo("\n".join(lines))
    click.echo(f"(exit code {code})\n")
    return code


def _save_certificates(world: World, folder: Path) -> int:
    """Copy what Moodle holds, so that it can be looked at when Moodle is gone."""
    folder.mkdir()
    count = 0
    with world.lock:
        for area, files in world.tables.files.items():
            if "feedback_files" not in area:
                continue
            for file in files.values():
                (folder / file.filename).write_bytes(file.content)
                count += 1
    return count


def _holds(world: World, certificates: int) -> dict[str, int]:
    """What is in the embedded Moodle at the end, counted there and not in the ledger."""
    with world.lock:
        return {
            "badges": sum(len(world.badges_of(user)) for user in world.tables.users),
            "certificates": certificates,
            "running_hours": len(
                world.tables.grades.get(world.assignment(QIANSHAN_PROGRESS).id, {})
            ),
            "messages": len(world.tables.messages),
        }


def _tell(holds: dict[str, int], into: Path, teacher: str) -> None:
    click.echo(
        f"The embedded Moodle now holds {holds['badges']} badges and {holds['certificates']} "
        f"certificates, and shows {holds['running_hours']} teachers their hours so far; it would "
        f"have sent {holds['messages']} messages.\n\n"
        f"Look at:\n"
        f"  {into / 'certificates'}  the PDFs, as read from Moodle\n"
        f"  {into / 'keys' / 'issuer.json'}  what anybody needs to check them\n"
        f"  {into / CONFIG_NAME}  the settings; the rules lie in {shipped_mappings()}\n"
        f"  {_program()} -c {into / CONFIG_NAME} status\n"
        f"  {_program()} -c {into / CONFIG_NAME} explain {teacher}\n"
        f"Your own Moodle: '{_program()} init', then docs/administrators/enable.md"
    )


def _program() -> str:
    """How this program was called, so that what is shown can be typed as it stands."""
    called = Path(sys.argv[0])
    if called.name != "moodle-cpd" or shutil.which("moodle-cpd") == str(called.resolve()):
        return "moodle-cpd"
    return str(called)


def _wait(site: EmbeddedMoodle, config: Path) -> None:
    click.echo(
        f"\nThe embedded Moodle stays up at {site.url} until Ctrl-C. In another terminal:\n"
        f"  export {TOKEN_VARIABLE}={site.token}\n"
        f"  {_program()} -c {config} doctor"
    )
    threading.Event().wait()


def _make_folder(into: Path) -> None:
    """A fresh folder; an earlier demo's is cleared, anybody else's is left alone."""
    if into.exists():
        if not (into / _MARK).is_file():
            raise InputError(
                Problem(str(into), "is there already and is no demo's", "", "Name another: --into")
            )
        shutil.rmtree(into)
    try:
        into.mkdir(parents=True)
        (into / _MARK).touch()
    except OSError as error:
        raise InputError(Problem(str(into), f"cannot be made: {error.strerror}")) from None


@contextmanager
def _token(token: str) -> Iterator[None]:
    before = os.environ.get(TOKEN_VARIABLE)
    os.environ[TOKEN_VARIABLE] = token
    try:
        yield
    finally:
        if before is None:
            del os.environ[TOKEN_VARIABLE]
        else:
            os.environ[TOKEN_VARIABLE] = before
