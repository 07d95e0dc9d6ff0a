"""``moodle-cpd certificate``: certificates checked, without a site."""

from __future__ import annotations

from pathlib import Path

import click

from moodle_cpd.certificates import CertificateContent, CertificateRenderer, Stationery
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.keys import key_store
from moodle_cpd.cli.session import Session
from moodle_cpd.credentials import Issuer, Verdict, verify_certificate
from moodle_cpd.credentials.issuer import issuer_of
from moodle_cpd.credentials.verify import Page
from moodle_cpd.errors import CpdError, ExitCode, InputError
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem


@click.group()
def certificate() -> None:
    """Certificates as they were issued."""


@certificate.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--issuer",
    "issuer_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The issuer's public file; without it the settings' own keys.",
)
@json_option
@click.pass_obj
def verify(session: Session, file: Path, issuer_file: Path | None) -> int:
    """Check a certificate's PDF without a network: who signed it, and that nothing was changed.

    Whether it was withdrawn later only the issuer can tell.
    """
    issuer = _issuer(session, issuer_file)
    fonts = session.settings.certificates.fonts if session.config.exists() else None
    renderer = CertificateRenderer(Stationery(fonts=fonts))

    def draw(content: CertificateContent, credential: str) -> bytes:
        try:
            return renderer.render(content, credential)
        except CpdError:
            return b""

    verdict = verify_certificate(file.read_bytes(), issuer, file.name, draw)
    session.console.result("\n".join(_words(verdict)), _data(verdict))
    return ExitCode.DONE if verdict.page is Page.SAME else ExitCode.PARTIAL


def _issuer(session: Session, path: Path | None) -> Issuer:
    if path is not None:
        try:
            return issuer_of(path.read_text(encoding="utf-8"), str(path))
        except (OSError, UnicodeDecodeError):
            raise InputError(Problem(str(path), "cannot be read")) from None
    keys = session.settings.certificates.keys if session.config.exists() else None
    if keys is None:
        raise InputError(
            Problem(
                "--issuer",
                "not given, and the settings name no keys",
                "the issuer's public file, issuer.json",
                "The authority that issued the certificate gives it to everybody",
            )
        )
    return key_store(keys).issuer()


def _words(verdict: Verdict) -> list[str]:
    content = verdict.content
    lines = [
        f"{content.serial}: signed by {verdict.issuer.name}",
        f"  {content.award_title} · {content.scheme_title} · {content.period_label}",
        f"  {content.full_name} · {show(content.hours)} 学时 / hours · {content.issued_day}",
        f"  key {verdict.key.kid}, fingerprint {content.fingerprint()}",
    ]
    if verdict.page is Page.SAME:
        lines.append("  The page shows just that.")
    else:
        lines.append(
            "  The page could not be compared: it was changed, or drawn by another version or "
            "template. Hold what stands here against what you see on it."
        )
    return lines


def _data(verdict: Verdict) -> dict[str, object]:
    content = verdict.content
    return {
        "serial": content.serial,
        "issuer": verdict.issuer.name,
        "issuer_id": verdict.issuer.id,
        "kid": verdict.key.kid,
        "award": [content.award_title.zh, content.award_title.en],
        "scheme": [content.scheme_title.zh, content.scheme_title.en],
        "period": content.period_label,
        "name": content.full_name,
        "hours": format(content.hours, "f"),
        "issued_on": content.issued_day.isoformat(),
        "fingerprint": content.fingerprint(),
        "page": verdict.page.value,
    }
