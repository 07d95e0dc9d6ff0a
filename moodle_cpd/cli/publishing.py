"""``moodle-cpd verification-site``: static pages by which anybody can check a certificate."""

from __future__ import annotations

from pathlib import Path

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.keys import key_store
from moodle_cpd.cli.session import Session
from moodle_cpd.credentials import Signer
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.verification import SiteFolder, write_site


@click.command("verification-site")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Remove pages of certificates that the ledger does not show any more, many too.",
)
@json_option
@click.pass_obj
def verification_site(session: Session, out: Path, allow_removals: bool) -> None:
    """Write static pages for any web server, one for each certificate, into the folder OUT.

    Run it after each 'apply' or 'sync'; only what changed is written.
    """
    settings = session.settings
    address = settings.certificates.verification_url
    if address is not None and address.endswith("="):
        raise InputError(
            Problem(
                f"{session.config}: [certificates] verification_url",
                "ends in '=': codes lead to a program, not to pages",
                "the address at which OUT will be found, such as https://cpd.example.edu.cn/verify",
            )
        )
    keys = settings.certificates.keys
    signer = None if keys is None else Signer(key_store(keys))
    folder = SiteFolder(out, settings.site.name)
    with session.ledger() as ledger:
        written = write_site(
            folder,
            ledger,
            settings.site.name,
            verification_url=address,
            signer=signer,
            allow_removals=allow_removals,
        )
    lines = [
        f"{out}: {written.pages} pages, {written.changed} files written, {written.removed} removed"
    ]
    if address is None:
        lines.append(
            "[certificates] verification_url is not set: no certificate's code leads here, and "
            "there is no list of those that hold no more"
        )
    elif signer is None:
        lines.append("[certificates] keys is not set: nothing here is signed")
    session.console.result(
        "\n".join(lines),
        {"pages": written.pages, "changed": written.changed, "removed": written.removed},
    )
