"""What the pages' script finds out about a PDF, run by Node as a browser would run it."""

from __future__ import annotations

import json
import shutil
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter

from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.credentials import Grounds, KeyStore, Signer
from moodle_cpd.ledger import Ledger
from moodle_cpd.verification import SiteFolder, write_site
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import GROUNDS
from tests.verification.making import SITE, URL, issue

NODE = shutil.which("node")
RUNNER = Path(__file__).parent / "run_check.mjs"

pytestmark = pytest.mark.skipif(NODE is None, reason="there is no Node on this computer")


@dataclass
class Published:
    """A site with one certificate, and its PDF."""

    out: Path
    pdf: bytes
    page: dict[str, str]
    issuer: dict[str, Any]
    check: Callable[..., list[dict[str, Any]]]


@pytest.fixture
def site(ledger: Ledger, tmp_path: Path, signer: Signer, drawer: CertificateRenderer) -> Published:
    issued, pdf = issue(ledger, 1, signer=signer, renderer=drawer)
    out = tmp_path / "out"
    write_site(
        SiteFolder(out, SITE), ledger, SITE, verification_url=URL, signer=signer,
        allow_removals=False,
    )  # fmt: skip
    script = (out / "issuer.js").read_text(encoding="utf-8")
    issuer = json.loads(script.removeprefix("globalThis.issuerKeys = ").removesuffix(";\n"))
    page = {"id": issued.verification_id, "sha256": issued.sha256}

    def check(*pdfs: bytes, **changed: Any) -> list[dict[str, Any]]:
        cases = []
        for number, content in enumerate(pdfs):
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(content)
            cases.append({"pdf": str(path), "issuer": issuer, "page": page} | changed)
        (tmp_path / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
        assert NODE is not None
        ran = subprocess.run(
            [NODE, str(RUNNER), str(out / "check.js"), str(tmp_path / "cases.json")],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        outcomes: list[dict[str, Any]] = json.loads(ran.stdout)
        return outcomes

    return Published(out, pdf, page, issuer, check)


def repacked(pdf: bytes) -> bytes:
    """The same PDF written anew by other software."""
    reader = PdfReader(BytesIO(pdf))
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    for name, contents in reader.attachments.items():
        writer.add_attachment(name, contents[0])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_file(pdf: bytes, content: bytes, further: bytes = b"") -> bytes:
    """The PDF with one more file in it."""
    head = b"\n99 0 obj\n<</Length %d/Type/EmbeddedFile%s>>\nstream\n" % (len(content), further)
    return pdf + head + content + b"\nendstream\nendobj\n"


def test_the_file_as_issued_is_known_and_any_other_is_told(site: Published) -> None:
    other = site.pdf.replace(b"/Lang(zh-CN)", b"/Lang(zh-TW)")
    assert other != site.pdf
    outcomes = site.check(site.pdf, other, site.pdf + b"\n", repacked(site.pdf))
    assert outcomes == [
        {"same": same, "serial": "CPD-2026-000001"} for same in (True, False, False, False)
    ]


def test_what_is_not_ours_is_refused(
    site: Published, signer: Signer, drawer: CertificateRenderer, tmp_path: Path
) -> None:
    forger = KeyStore(tmp_path / "forger")
    forger.create("××区教师进修学校", "https://cpd.example.edu.cn/issuer.json", date(2026, 3, 1))
    content = replace(CONTENT, verification_id=site.page["id"])
    token = signer.sign(content, GROUNDS)
    outcomes = site.check(
        b"",
        b"no PDF",
        drawer.render(content),
        drawer.render(content, Signer(forger).sign(content, Grounds())),
        drawer.render(replace(content, full_name="别人"), token),
        drawer.render(content, token[:-6] + "AAAAAA"),
        drawer.render(content, token.split(".")[0] + "." + token.split(".", 1)[1][:40] + ".AAAA"),
        drawer.render(replace(CONTENT, verification_id="x" * 22), signer.sign(
            replace(CONTENT, verification_id="x" * 22), GROUNDS)),
    )  # fmt: skip
    assert [each["refused"] for each in outcomes] == [
        "noCertificate",
        "noCertificate",
        "noCertificate",
        "foreignKey",
        "changed",
        "changed",
        "changed",
        "another",
    ]


def test_without_an_issuer_or_a_page_it_says_less(site: Published) -> None:
    assert site.check(site.pdf, page={}) == [{"same": None, "serial": "CPD-2026-000001"}]
    assert site.check(site.pdf, issuer={"id": "", "keys": []}) == [{"refused": "noKeys"}]
    other = site.issuer | {"id": "https://forged.example/"}
    assert site.check(site.pdf, issuer=other) == [{"refused": "foreignKey"}]


def test_two_of_a_kind_in_one_file_are_refused(site: Published) -> None:
    """Which of two credentials is the certificate's own nobody could tell."""
    found = PdfReader(BytesIO(site.pdf)).attachments
    outcomes = site.check(
        *(with_file(site.pdf, contents[0]) for contents in found.values()),
        with_file(site.pdf, b"some other file"),
    )
    assert outcomes == [
        {"refused": "noCertificate"},
        {"refused": "noCertificate"},
        {"same": False, "serial": "CPD-2026-000001"},
    ]


def test_the_page_knows_the_hash_of_the_file(site: Published) -> None:
    assert site.page["sha256"] == sha256(site.pdf).hexdigest()


def test_attachments_that_unpack_without_end_or_not_at_all_do_no_harm(site: Published) -> None:
    bomb = zlib.compress(b" " * 30_000_000)
    outcomes = site.check(
        with_file(site.pdf, bomb, b"/Filter/FlateDecode"),
        with_file(site.pdf, b"not deflated", b"/Filter/FlateDecode"),
        with_file(site.pdf, b"a.b.c", b"/Filter/Other"),
    )
    same = {"same": False, "serial": "CPD-2026-000001"}
    assert outcomes == [{"refused": "noCertificate"}, same, same]
