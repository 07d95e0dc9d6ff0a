"""``moodle-cpd keys``: the keys that certificates are signed with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.session import Session, now
from moodle_cpd.credentials import Issuer, KeyStore
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

PASSPHRASE: Final = "MOODLE_CPD_KEY_PASSPHRASE"  # noqa: S105 - the variable's name


def key_store(folder: Path) -> KeyStore:
    """The keys in a folder, opened with the passphrase of the environment if there is one."""
    return KeyStore(folder, os.environ.get(PASSPHRASE) or None)


@click.group()
def keys() -> None:
    """The keys that certificates are signed with, as Open Badges 3.0 credentials.

    They lie in the folder that [certificates] keys names. With MOODLE_CPD_KEY_PASSPHRASE in the
    environment private keys are encrypted; set it for 'apply' and 'sync' too then.
    """


@keys.command()
@click.option("--name", required=True, help="The authority, as certificates' readers know it.")
@click.option("--address", help="Where issuer.json will lie on the web; https://…")
@json_option
@click.pass_obj
def init(session: Session, name: str, address: str | None) -> None:
    """Make an issuer with its first keys: one for tokens, one for embedded proofs."""
    if address is not None and not address.startswith("https://"):
        raise click.UsageError("--address must begin with https://")
    store = _store(session)
    _show(session, store, store.create(name, address, now().date()))


@keys.command()
@json_option
@click.pass_obj
def rotate(session: Session) -> None:
    """Make new keys that sign from now on; what the old ones signed stays verifiable."""
    store = _store(session)
    _show(session, store, store.rotate(now().date()))


@keys.command()
@json_option
@click.pass_obj
def show(session: Session) -> None:
    """Tell the issuer and its keys; never the private ones."""
    store = _store(session)
    _show(session, store, store.issuer())


def _store(session: Session) -> KeyStore:
    folder = session.settings.certificates.keys
    if folder is None:
        raise InputError(
            Problem(
                f"{session.config}: [certificates] keys",
                "not set",
                'a folder such as keys = "keys"',
                "Put it outside of what you publish, and into your backups",
            )
        )
    return key_store(folder)


def _show(session: Session, store: KeyStore, issuer: Issuer) -> None:
    lines = [f"{issuer.name} · {issuer.id}"]
    for key in issuer.keys:
        signs = "signs" if key == issuer.signing(key.kind) else "verifies only"
        lines.append(f"  {key.kid} · {key.kind.algorithm} · since {key.since} · {signs}")
    lines.append(f"For everybody who checks certificates: {store.public_file}")
    session.console.result(
        "\n".join(lines),
        {
            "id": issuer.id,
            "name": issuer.name,
            "keys": [
                {
                    "kid": key.kid,
                    "algorithm": key.kind.algorithm,
                    "since": key.since.isoformat(),
                    "signs": key == issuer.signing(key.kind),
                }
                for key in issuer.keys
            ],
            "public_file": str(store.public_file),
        },
    )
