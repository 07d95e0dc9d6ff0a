"""``moodle-cpd certificate badge``: the credential of a certificate in a badge image."""

from __future__ import annotations

from pathlib import Path

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.keys import key_store
from moodle_cpd.cli.session import Session
from moodle_cpd.credentials.badge import badge_image
from moodle_cpd.credentials.embedded import EmbeddedSigner, embedded_text
from moodle_cpd.credentials.png import bake
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.errors import InputError
from moodle_cpd.model.award import CertificateState
from moodle_cpd.problems import Problem


@click.command()
@click.argument("serial", metavar="SERIAL")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write it: FILE.png for a badge image, FILE.json or FILE.jwt for the credential.",
)
@click.option(
    "--image",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A picture of your own (PNG); without it one is drawn.",
)
@click.option(
    "--proof",
    type=click.Choice(["token", "embedded"]),
    help="Signed as a token (the way for .png and .jwt), or with the proof within (for .json).",
)
@json_option
@click.pass_obj
def badge(
    session: Session, serial: str, output: Path, image: Path | None, proof: str | None
) -> None:
    """Write a certificate's Open Badge, for its holder to keep and to show elsewhere."""
    with session.ledger() as ledger:
        found = ledger.certificate(serial)
    if found is None:
        raise InputError(Problem(serial, "no certificate has this number"))
    if found.state is not CertificateState.VALID:
        raise InputError(Problem(serial, f"is {found.state.value}", "a valid certificate"))
    if not found.credential:
        raise InputError(
            Problem(
                serial,
                "carries no signed credential",
                "a certificate issued since there were keys",
                "Certificates from before keys were made have none",
            )
        )
    kind = output.suffix.lower()
    embedded = proof == "embedded" or (proof is None and kind == ".json")
    fitting = {".png": True, ".json": embedded, ".jwt": not embedded}
    if not fitting.get(kind, False):
        raise click.UsageError("-o: FILE.png, FILE.json (proof within), or FILE.jwt (token)")
    credential = plain_credential(found.credential)
    text = found.credential
    if embedded:
        folder = session.settings.certificates.keys
        if folder is None:
            raise InputError(
                Problem(f"{session.config}: [certificates] keys", "not set", "a folder with keys")
            )
        text = embedded_text(EmbeddedSigner(key_store(folder)).sign(credential))
    if kind == ".png":
        picture = badge_image(credential) if image is None else image.read_bytes()
        content = bake(picture, text, "the drawn image" if image is None else str(image))
    else:
        content = text.encode()
    try:
        output.write_bytes(content)
    except OSError as error:
        raise InputError(Problem(str(output), f"cannot be written: {error.strerror}")) from None
    session.console.result(str(output), {"file": str(output), "serial": serial})
