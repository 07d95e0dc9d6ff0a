"""``moodle-cpd certificate verify``: is it genuine, and does it still hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from moodle_cpd.certificates import CertificateContent, Stationery
from moodle_cpd.certificates.press import Press
from moodle_cpd.cli.app import json_option
from moodle_cpd.cli.keys import key_store
from moodle_cpd.cli.session import Session, now
from moodle_cpd.credentials import Issuer, Verdict, verify_certificate
from moodle_cpd.credentials.embedded import read_embedded
from moodle_cpd.credentials.issuer import issuer_of
from moodle_cpd.credentials.png import baked, is_png
from moodle_cpd.credentials.sign import read_credential
from moodle_cpd.credentials.standing import Stand, Standing, stand_of
from moodle_cpd.credentials.status import StatusList, read_status
from moodle_cpd.credentials.verify import Page
from moodle_cpd.errors import CpdError, ExitCode, InputError
from moodle_cpd.model.award import Certificate, CertificateState
from moodle_cpd.model.quantity import show
from moodle_cpd.problems import Problem
from moodle_cpd.verification.lookup import published, verification_id

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("what", metavar="FILE|SERIAL|URL")
@click.option(
    "--issuer",
    "issuer_file",
    type=_FILE,
    help="The issuer's public file; without it the settings' own keys.",
)
@click.option(
    "--status",
    "status_files",
    type=_FILE,
    multiple=True,
    help="The issuer's list of certificates that hold no more, status-1.jwt; may be repeated.",
)
@click.option(
    "--site",
    "site_folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look a URL up in a folder that verification-site wrote, not in the ledger.",
)
@json_option
@click.pass_obj
def verify(
    session: Session,
    what: str,
    issuer_file: Path | None,
    status_files: tuple[Path, ...],
    site_folder: Path | None,
) -> int:
    """Check a certificate without a network.

    FILE (PDF, badge image, credential): who signed it, that nothing was changed, and with --status
    whether it still holds; nothing but the issuer's public file is needed. SERIAL, or the URL of
    its code: what the register says of it.
    """
    if what.startswith(("https://", "http://")):
        return _verify_address(session, what, site_folder)
    path = Path(what)
    if path.is_file():
        return _verify_file(session, path, issuer_file, status_files)
    unknown = InputError(
        Problem(
            what,
            "no such file, and no certificate has this number",
            "a file, the number of a certificate, or its URL",
        )
    )
    if not session.config.exists():
        raise unknown
    with session.ledger() as ledger:
        found = ledger.certificate(what)
        name = None if found is None else ledger.printed_name(what)
    if found is None:
        raise unknown
    return _show_entry(session, found, name)


def _verify_address(session: Session, address: str, folder: Path | None) -> int:
    found_id = verification_id(address)
    unknown = InputError(
        Problem(
            address,
            "leads to no certificate of ours",
            "the address that a certificate's code leads to",
            "It was not issued here, or the address is incomplete",
        )
    )
    if folder is not None:
        page = published(folder, found_id)
        if page is None:
            raise unknown
        state = page.get("state", "")
        session.console.result(f"{page.get('serial', '')}: {state}", page)
        return ExitCode.DONE if state == CertificateState.VALID.value else ExitCode.PARTIAL
    with session.ledger() as ledger:
        found = ledger.certificate_by_verification_id(found_id)
        name = None if found is None else ledger.printed_name(found.serial)
    if found is None:
        raise unknown
    return _show_entry(session, found, name)


def _show_entry(session: Session, found: Certificate, name: str | None) -> int:
    until = "" if found.valid_until is None else found.valid_until.isoformat()
    lines = [
        f"{found.serial}: {found.state.value}",
        f"  {found.key.scheme} · {found.key.period} · {found.key.award}",
        f"  {name or '(the name was forgotten)'} · {show(found.hours)} 学时 / hours",
        f"  issued on {found.issued_on:%Y-%m-%d %H:%M} UTC",
    ]
    if until:
        lines.append(f"  valid until {until}")
    if found.replaces:
        lines.append(f"  in place of {found.replaces}")
    if found.sha256:
        lines.append(f"  SHA-256 of its PDF {found.sha256}")
    data: dict[str, object] = {
        "serial": found.serial,
        "state": found.state.value,
        "scheme": found.key.scheme,
        "period": found.key.period,
        "award": found.key.award,
        "name": name,
        "hours": format(found.hours, "f"),
        "issued_on": found.issued_on.isoformat(),
        "valid_until": until or None,
        "replaces": found.replaces or None,
        "sha256": found.sha256,
    }
    session.console.result("\n".join(lines), data)
    return ExitCode.DONE if found.state is CertificateState.VALID else ExitCode.PARTIAL


def _verify_file(
    session: Session, path: Path, issuer_file: Path | None, status_files: tuple[Path, ...]
) -> int:
    issuer = _issuer(session, issuer_file)
    lists = [_status(file, issuer) for file in status_files]
    content = path.read_bytes()
    if content.startswith(b"%PDF") or path.suffix.lower() == ".pdf":
        press = _press(session)

        def draw(content: CertificateContent, credential: str) -> bytes:
            try:
                return press.render(content, credential)
            except CpdError:
                return b""

        verdict = verify_certificate(content, issuer, path.name, draw)
        stand = stand_of(verdict.credential, lists, now())
        lines, data = _words(verdict), _data(verdict)
        same = verdict.page is Page.SAME
    else:
        credential = _credential(content, issuer, path.name)
        stand = stand_of(credential, lists, now())
        lines, data = _credential_words(credential, issuer), {"credential": credential}
        same = True
    lines.append(_stand_words(stand))
    data |= {"standing": stand.standing.value, "status_list": stand.address or None}
    session.console.result("\n".join(lines), data)
    holds = stand.standing in {Standing.HOLDS, Standing.UNKNOWN}
    return ExitCode.DONE if same and holds else ExitCode.PARTIAL


def _press(session: Session) -> Press:
    """Draws on the issuer's own stationery where that is at hand, else on what comes with us."""
    if session.config.exists():
        return Press.of(session.settings, processes=1)
    return Press((Stationery(),), processes=1)


def _credential(content: bytes, issuer: Issuer, where: str) -> dict[str, Any]:
    """The credential in an image, or in a file of its own, of either kind."""
    if is_png(content):
        text = baked(content, where)
    else:
        try:
            text = content.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise InputError(
                Problem(where, "no certificate", "a PDF, a badge image, or a credential")
            ) from None
    if text.startswith("{"):
        return read_embedded(text, issuer, where)
    return read_credential(text, issuer, where)


def _status(path: Path, issuer: Issuer) -> StatusList:
    return read_status(_text(path), issuer, str(path))


def _issuer(session: Session, path: Path | None) -> Issuer:
    if path is not None:
        return issuer_of(_text(path), str(path))
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


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(Problem(str(path), "cannot be read")) from None


def _stand_words(stand: Stand) -> str:
    told = "" if stand.told is None else f" (list of {stand.told:%Y-%m-%d %H:%M} UTC)"
    match stand.standing:
        case Standing.HOLDS:
            return f"  It holds{told}."
        case Standing.NO_PROOF:
            return f"  It holds no more: withdrawn, or another took its place{told}."
        case Standing.EXPIRED:
            return f"  Its time is over{told}."
        case Standing.UNKNOWN:
            if not stand.address:
                return "  Whether it was withdrawn since then, only the issuer can tell."
            return (
                "  Whether it was withdrawn since then is not known here: give --status with what "
                f"lies at {stand.address}."
            )


def _credential_words(credential: dict[str, Any], issuer: Issuer) -> list[str]:
    subject = credential.get("credentialSubject", {})
    return [
        f"{subject.get('licenseNumber', '')}: signed by {issuer.name}",
        f"  {credential.get('name', '')} · {subject.get('term', '')}",
        f"  {subject.get('creditsEarned', '')} 学时 / hours · {credential.get('validFrom', '')}",
        "  The holder's name is in it as a hash alone; the certificate's PDF shows it.",
    ]


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
