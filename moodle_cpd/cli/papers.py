"""``moodle-cpd certificate``: templates tried and shown, a certificate made again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import click

from moodle_cpd.certificates import Press, Stationery, content_kept, file_name
from moodle_cpd.certificates.checking import check_template as problems_of
from moodle_cpd.certificates.gallery import gallery as pictures
from moodle_cpd.certificates.stationery import stationeries
from moodle_cpd.certificates.template import MAIN
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.console import problem_as_dict
from moodle_cpd.cli.session import Session
from moodle_cpd.errors import ExitCode, InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Certificate, CertificateState, Paper
from moodle_cpd.problems import Problem


@click.command("check-template")
@click.argument("template", required=False)
@json_option
@click.pass_obj
def check_template(session: Session, template: str | None) -> int:
    """Draw certificates that try a template: long names, rare characters, much and little.

    TEMPLATE is a template's name or a folder with its certificate.typ; without it all templates
    that the settings name are tried, with their seals and signatures.
    """
    tried, problems, lines = 0, [], []
    for stationery in _chosen(session, template):
        drawn, found = problems_of(stationery)
        tried += drawn
        problems += found
        lines.append(f"{stationery.template}: {drawn} drawn, {len(found)} to mend")
    session.console.problems(problems, most=100)
    session.console.result(
        "\n".join(lines),
        {"drawn": tried, "problems": [problem_as_dict(problem) for problem in problems]},
    )
    return ExitCode.BAD_INPUT if problems else ExitCode.DONE


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
@click.pass_obj
def gallery(session: Session, folder: Path) -> None:
    """Write a picture of every template into FOLDER, those of your own among them."""
    stationery = stationeries(session.settings)[0] if session.config.exists() else Stationery()
    names = []
    for name, picture in pictures(stationery):
        path = folder / f"{name}.png"
        _write(path, picture)
        names.append(path.name)
    session.console.result("\n".join(names), {"pictures": names})


@click.command()
@click.argument("serial")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; without it, under the certificate's own name here.",
)
@json_option
@click.pass_obj
def reproduce(session: Session, serial: str, output: Path | None) -> None:
    """Make a certificate's PDF again from the ledger, byte for byte as it was issued."""
    with session.ledger() as ledger, Press.of(session.settings, processes=1) as press:
        entry, name = _issued(ledger, serial)
        content = content_kept(
            Paper(name, entry.content, entry.template),
            serial=entry.serial,
            verification_id=entry.verification_id,
            issued_on=entry.issued_on,
            where=entry.serial,
        )
        pdf = press.render(content, entry.credential)
    made = sha256(pdf).hexdigest()
    if entry.sha256 and made != entry.sha256:
        raise InputError(
            Problem(
                entry.serial,
                f"drawn again it is another file (SHA-256 {made[:12]}…)",
                f"the one that was issued ({entry.sha256[:12]}…)",
                "Nothing was written. Was the ledger changed by hand?",
            )
        )
    path = output or Path(file_name(entry.serial))
    if path.exists() and path.read_bytes() != pdf:
        raise InputError(Problem(str(path), "is there already, and is another file"))
    _write(path, pdf)
    session.console.result(
        f"{path}\nSHA-256 {made}, as issued" if entry.sha256 else f"{path}\nSHA-256 {made}",
        {"serial": entry.serial, "file": str(path), "sha256": made, "state": entry.state.value},
    )


def _issued(ledger: Ledger, serial: str) -> tuple[Certificate, str]:
    """The register's entry of a number, and the name that was printed."""
    entry = ledger.certificate(serial)
    if entry is None:
        raise InputError(Problem(serial, "is no number that this ledger gave"))
    if entry.state is CertificateState.VOID:
        raise InputError(Problem(serial, "is void (作废): nothing was ever issued under it"))
    if not entry.is_paper:
        raise InputError(Problem(serial, "is a badge's number; there is no certificate to it"))
    name = ledger.printed_name(serial)
    if name is None:
        raise InputError(
            Problem(
                serial,
                "the name that stood on it was forgotten, so it can't be made again",
                "",
                "A copy that its holder kept can still be verified",
            )
        )
    return entry, name


def _chosen(session: Session, template: str | None) -> Sequence[Stationery]:
    named = stationeries(session.settings) if session.config.exists() else (Stationery(),)
    if template is None:
        return named
    folder = Path(template)
    if (folder / MAIN).is_file():
        resolved = folder.resolve()
        return (
            Stationery(template=resolved.name, templates=resolved.parent, fonts=named[0].fonts),
        )
    same = tuple(each for each in named if each.template == template)
    return same or (
        Stationery(template=template, templates=named[0].templates, fonts=named[0].fonts),
    )


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be written: {error.strerror}")) from None
