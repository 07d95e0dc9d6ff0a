from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from moodle_cpd.certificates import CertificateRenderer
from tests.certificates.conftest import CONTENT
from tests.certificates.reading import decode_qr, qr_matrix, text_of


@pytest.mark.parametrize(
    "url", ["https://a.cn/", "https://cpd.example.edu.cn/verify", "https://e.org/check?lang=zh&id="]
)
def test_the_code_on_the_page_leads_to_the_verification_address(
    renderer: CertificateRenderer, url: str
) -> None:
    content = replace(CONTENT, verification_url=url)
    pdf = renderer.render(content)
    assert content.link is not None
    assert decode_qr(qr_matrix(pdf)) == content.link
    assert content.link.startswith(url)
    assert content.link.endswith(CONTENT.verification_id)


def test_the_code_can_also_be_clicked(renderer: CertificateRenderer) -> None:
    page: Any = PdfReader(BytesIO(renderer.render(CONTENT))).pages[0]
    (note,) = page["/Annots"]
    assert note.get_object()["/A"]["/URI"] == CONTENT.link


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_serial_and_fingerprint_stand_there(
    renderer: CertificateRenderer, url: str | None
) -> None:
    content = replace(CONTENT, verification_url=url)
    pdf = renderer.render(content)
    text = text_of(pdf)
    assert content.serial in text
    assert content.fingerprint() in text
    assert "请向颁证机构核验" in text
    assert "扫码核验" not in text
    assert "/Annots" not in PdfReader(BytesIO(pdf)).pages[0]
