from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from moodle_cpd.certificates import CertificateRenderer, Stationery
from moodle_cpd.certificates.specimens import PLAIN, long_transcript, specimens
from moodle_cpd.certificates.template import SHIPPED, shipped_templates
from moodle_cpd.certificates.transcript import TranscriptLine
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import Text
from moodle_cpd.model.quantity import show
from tests.certificates.reading import text_page

MARKUP = '#eval("1+1") *b* _i_ $x$ `c` <script>alert(1)</script> =HYPERLINK(1) \\u{41} @a // /* ]'
DIGESTS = {
    "landscape-both": "bff3c0a77f185c481c75eb7d2f5a59910201387be07430462a3d623a3aaf3ed2",
    "landscape-en": "bc24a7507c8edc116d3a4f4e2a36b11840ab328af7a8d8b84f3a834cd407bf0b",
    "landscape-zh": "5a9e26bad4884737baa0e3a692151fc0fbc47c46c427df91f3246ff845536210",
    "landscape-zh-tw": "35776b482a8616797effa560f63efabcf34aaf4099aa316bb25a75f816cf02a5",
    "portrait-en": "0e208213d0a5200310c99d9bd4110dae651e0ee036bba5ddde3438a28f5cf01f",
    "portrait-zh": "9fc8dab5921bc5fca310a0f5691cb508dd9bbd8e141d11bdded916679b105013",
    "portrait-zh-tw": "33752fa462f553b3696c5fa8c9f01c87a1ef9a6d045bbe1a8e9a66e1ac262ebd",
}
NAMES = [template.name for template in shipped_templates()]


@pytest.fixture(scope="module", params=NAMES)
def renderer(request: pytest.FixtureRequest) -> CertificateRenderer:
    return CertificateRenderer(Stationery(template=request.param))


def text_of(pdf: bytes) -> str:
    further = PdfReader(BytesIO(pdf)).pages[1:]
    return first_page(pdf) + "".join("".join(page.extract_text().split()) for page in further)


def first_page(pdf: bytes) -> str:
    return "".join(text_page(pdf).extract_text().split())


def test_a_shipped_template_is_what_it_was() -> None:
    # Certificates that were issued are made again by it. A change is a template of another name,
    # and a change of what templates share is another version of the package.
    assert {template.name: template.digest() for template in shipped_templates()} == DIGESTS


def test_everything_that_stands_on_a_certificate_is_text_and_never_markup(
    renderer: CertificateRenderer,
) -> None:
    plain = "".join(MARKUP.split())
    text = Text(MARKUP, MARKUP)
    line = TranscriptLine(None, MARKUP, text, PLAIN.hours, PLAIN.hours / 2, text)
    content = replace(
        PLAIN,
        serial="#1",
        full_name=MARKUP,
        award_title=text,
        scheme_title=text,
        authority=MARKUP,
        authority_en=MARKUP,
        period_label="*2025* #eval(1)",
        signatory="#eval(1) *b*",
        transcript=replace(long_transcript(0), lines=(line,), sums=((text, PLAIN.hours),)),
    )
    pdf = renderer.render(content, "token")
    # On the page and in the transcript: name, title, scheme
    # authority, course,
    # category, reason and sum.
    assert text_of(pdf).count(plain) >= 7
    assert not re.search(rb"/(JavaScript|JS|Launch|OpenAction|AA)\b", pdf)


def test_no_template_runs_text() -> None:
    for path in SHIPPED.rglob("*.typ"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\b|\bread\(|@preview|datetime\.today", source), path


def test_what_is_tried_on_own_templates_fits_on_every_shipped_one(
    renderer: CertificateRenderer,
) -> None:
    for words, content in specimens():
        pdf = renderer.render(content)
        assert (len(PdfReader(BytesIO(pdf)).pages) == 1) == (content.transcript is None), words
        first = first_page(pdf)
        assert "".join(content.full_name.split()) in first, words
        assert "".join(content.serial.split()) in first, words


def test_every_page_of_a_long_transcript_says_whose_it_is() -> None:
    content = replace(PLAIN, transcript=long_transcript(200))
    assert content.transcript is not None
    pages = PdfReader(BytesIO(CertificateRenderer().render(content))).pages[1:]
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        text = "".join(page.extract_text().split())
        assert content.serial in text
        assert content.fingerprint() in text
        assert f"第{number}页，共{len(pages)}页" in text
        assert "课程与活动" in text or number == len(pages)
    whole = "".join("".join(page.extract_text().split()) for page in pages)
    assert all(f"第{number}期课堂教学" in whole for number in range(1, 201))
    assert whole.count("本类最多计40学时") == 28
    assert "必修" in whole
    assert f"认定学时Hoursrecognised{show(content.transcript.recognised)}" in whole


def test_languages() -> None:
    said = {
        "portrait-zh": ("同志：", "期间，按《", "共计72学时（7.2学分）。", "特发此证。"),
        "landscape-zh-tw": ("老師：", "期間，依《", "共計72學時（7.2學分）。", "特發此證。"),
        "portrait-en": ("Thisistocertifythat", "72hours(7.2credits)", "1March2026"),
        "landscape-both": ("兹证明", "Thisistocertifythat", "2026年3月1日", "1March2026"),
    }
    for name, words in said.items():
        text = text_of(CertificateRenderer(Stationery(template=name)).render(PLAIN))
        for word in words:
            assert word in text, name


@pytest.mark.parametrize("name", ["landscape-both", "portrait-zh", "landscape-en"])
def test_seal_and_signature(tmp_path: Path, name: str) -> None:
    seal, signature = tmp_path / "seal.svg", tmp_path / "signature.png"
    seal.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        '<circle cx="20" cy="20" r="18" fill="none" stroke="#c00" stroke-width="2"/></svg>',
        encoding="utf-8",
    )
    signature.write_bytes(CertificateRenderer().picture(PLAIN, 10)[0])
    stationery = Stationery(template=name, seal=seal, signature=signature)
    renderer = CertificateRenderer(stationery)
    content = replace(PLAIN, signatory="局长 王小明")
    pdf = renderer.render(content)
    text = first_page(pdf)
    assert "局长王小明" in text
    assert "盖章" not in text
    assert len(PdfReader(BytesIO(pdf)).pages[0].images) == 1
    assert set(renderer.drawn_with) == {"template", "setter", "seal", "signature"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "no image that can be used"),
        (b"<svg><text>a</text></svg>", "has text in it"),
        (b'<svg><image href="file:///etc/passwd"/></svg>', "from another file"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "x">]><svg/>', "from another file"),
        (b"\x89PNG\r\n\x1a\n", "0 x 0 dots"),
        (b"<svg>" + b" " * 1_000_001, "at most 1000000"),
    ],
)
def test_an_image_that_cannot_be_used_is_bad_input(
    tmp_path: Path, content: bytes, words: str
) -> None:
    seal = tmp_path / "seal.svg"
    seal.write_bytes(content)
    with pytest.raises(InputError, match=words):
        CertificateRenderer(Stationery(seal=seal))
    with pytest.raises(InputError, match=r"missing\.png: cannot be read"):
        CertificateRenderer(Stationery(signature=tmp_path / "missing.png"))
