"""A certificate's PDF checked by somebody who has nothing but the issuer's public file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from moodle_cpd.certificates import CertificateContent, CertificateRenderer
from moodle_cpd.certificates.said import content_said, said_text
from moodle_cpd.cli import app
from moodle_cpd.credentials import Grounds, KeyStore, Signer, Verdict, verify_certificate
from moodle_cpd.credentials.verify import Page
from moodle_cpd.errors import ExitCode, InputError
from tests.certificates.conftest import CONTENT


def check(pdf: bytes, store: KeyStore, drawer: CertificateRenderer) -> Verdict:
    return verify_certificate(pdf, store.issuer(), "file.pdf", drawer.render)


def test_a_certificate_as_issued(
    certificate: bytes, store: KeyStore, drawer: CertificateRenderer
) -> None:
    verdict = check(certificate, store, drawer)
    assert verdict.page is Page.SAME
    assert verdict.content == replace(CONTENT, teacher=0)
    assert verdict.signed == CONTENT.issued_on


def test_what_it_says_reads_back() -> None:
    assert content_said(said_text(CONTENT), "x") == replace(CONTENT, teacher=0)
    for broken in ("", "{}", "[]", said_text(CONTENT).replace("Asia/Shanghai", "Nowhere/City")):
        with pytest.raises(InputError):
            content_said(broken, "x")


@pytest.mark.parametrize(
    "changed",
    [
        replace(CONTENT, full_name="别人"),
        replace(CONTENT, hours=Decimal(300)),
        replace(CONTENT, serial="CPD-2026-000999"),
        replace(CONTENT, period_label="2031年"),
        replace(CONTENT, verification_url="https://forged.example/"),
        replace(CONTENT, authority="别的学校"),
        replace(CONTENT, time_zone="Asia/Hong_Kong"),
    ],
)
def test_a_page_drawn_for_other_words_is_refused(
    changed: CertificateContent, token: str, store: KeyStore, drawer: CertificateRenderer
) -> None:
    """A real credential in a certificate that says something else."""
    with pytest.raises(InputError, match="is not what was signed"):
        check(drawer.render(changed, token), store, drawer)


def test_a_changed_page_is_told(
    certificate: bytes, store: KeyStore, drawer: CertificateRenderer
) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(certificate)))
    writer.add_blank_page(width=100, height=100)
    out = BytesIO()
    writer.write(out)
    assert check(out.getvalue(), store, drawer).page is Page.DIFFERENT
    assert check(certificate + b"\n", store, drawer).page is Page.DIFFERENT


def test_another_issuers_certificate_is_refused(
    tmp_path: Path, store: KeyStore, drawer: CertificateRenderer
) -> None:
    other = KeyStore(tmp_path / "keys")
    other.create("××区教师进修学校", "https://cpd.example.edu.cn/issuer.json", date(2026, 3, 1))
    pdf = drawer.render(CONTENT, Signer(other).sign(CONTENT, Grounds()))
    with pytest.raises(InputError, match="a key that this issuer does not have"):
        check(pdf, store, drawer)


def test_files_that_are_no_certificates(store: KeyStore, drawer: CertificateRenderer) -> None:
    with pytest.raises(InputError, match=r"no credential\.jwt in this PDF"):
        check(drawer.render(CONTENT), store, drawer)
    for content in (b"", b"no PDF", b"%PDF-1.7\n" + b"x" * 100):
        with pytest.raises(InputError, match="PDF"):
            check(content, store, drawer)


def test_the_command_needs_nothing_but_the_public_file(
    certificate: bytes,
    store: KeyStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.pdf").write_bytes(certificate)
    Path("issuer.json").write_text(store.public_file.read_text(encoding="utf-8"), encoding="utf-8")
    assert app.run(["certificate", "verify", "a.pdf", "--issuer", "issuer.json"]) == ExitCode.DONE
    printed = capsys.readouterr().out
    assert CONTENT.serial in printed
    assert "The page shows just that." in printed
    Path("a.pdf").write_bytes(certificate + b"\n")
    code = app.run(["certificate", "verify", "a.pdf", "--issuer", "issuer.json"])
    assert code == ExitCode.PARTIAL
    assert "could not be compared" in capsys.readouterr().out
    assert app.run(["certificate", "verify", "a.pdf"]) == ExitCode.BAD_INPUT
    assert "issuer.json" in capsys.readouterr().err
