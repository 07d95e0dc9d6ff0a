from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from moodle_cpd.certificates import CertificateRenderer, Stationery
from moodle_cpd.errors import InputError, SkipError
from moodle_cpd.model.decision import Text
from tests.certificates.conftest import CONTENT
from tests.certificates.reading import text_of


@pytest.fixture(scope="module")
def reader(renderer: CertificateRenderer) -> PdfReader:
    return PdfReader(BytesIO(renderer.render(CONTENT)))


def test_says_everything(renderer: CertificateRenderer) -> None:
    text = text_of(renderer.render(CONTENT))
    for said in (
        *("班主任专项培训结业证书", "CertificateofCompletion", "欧阳慧敏", "30", "2.5", "学分"),
        *("《中小学班主任培训规定》", "HomeroomTeacherTrainingRegulation", "CPD-2025-000123"),
        *("2026年1月1日", "1January2026", "示例州教育和体育局"),
        *("EducationBureauofExamplePrefecture", CONTENT.fingerprint()),
    ):
        assert said in text


def test_is_one_a4_page_across(reader: PdfReader) -> None:
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


def test_is_pdf_a_3(reader: PdfReader) -> None:
    stream = reader.root_object["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    metadata = stream.get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert "/OutputIntents" in reader.root_object
    assert not reader.is_encrypted


def test_metadata(reader: PdfReader) -> None:
    found = reader.metadata
    assert found is not None
    assert found.title == "班主任专项培训结业证书 / Certificate of Completion CPD-2025-000123"
    assert found.author == "示例州教育和体育局, Education Bureau of Example Prefecture"
    assert found.creation_date == datetime(2025, 12, 31, 17, 5, tzinfo=UTC)
    assert found.modification_date == found.creation_date
    assert str(reader.root_object["/Lang"]).lower() == "zh-cn"


def test_all_fonts_are_inside_and_cut_to_what_is_used(reader: PdfReader) -> None:
    page: Any = reader.pages[0]
    fonts = page["/Resources"]["/Font"]
    assert len(fonts) >= 2
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())
        assert re.match(r"/[A-Z]{6}\+", font.get_object()["/BaseFont"]), "not a subset"


def test_is_small(renderer: CertificateRenderer) -> None:
    assert len(renderer.render(CONTENT)) < 80_000


def test_same_content_gives_the_same_bytes(renderer: CertificateRenderer) -> None:
    first = renderer.render(CONTENT)
    renderer.render(replace(CONTENT, full_name="𠮷田", credits=None, verification_url=None))
    assert renderer.render(replace(CONTENT)) == first
    assert CertificateRenderer().render(CONTENT) == first


def test_same_bytes_in_another_process_and_surroundings(
    renderer: CertificateRenderer, tmp_path: Path
) -> None:
    program = (
        "import sys, hashlib\n"
        "from moodle_cpd.certificates import CertificateRenderer\n"
        "from tests.certificates.conftest import CONTENT\n"
        "print(hashlib.sha256(CertificateRenderer().render(CONTENT)).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PYTHONHASHSEED": "7",
            "TZ": "America/New_York",
            "LC_ALL": "C",
            "HOME": str(tmp_path),
            "SOURCE_DATE_EPOCH": "1",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == sha256(renderer.render(CONTENT)).hexdigest()


def test_without_credits_nothing_is_said_of_them(renderer: CertificateRenderer) -> None:
    text = text_of(renderer.render(replace(CONTENT, credits=None)))
    assert "学分" not in text
    assert "Credits" not in text


def test_hours_are_cut_and_never_rounded_over_a_threshold(renderer: CertificateRenderer) -> None:
    text = text_of(renderer.render(replace(CONTENT, hours=Decimal("29.999"))))
    assert "29.99" in text
    assert "29.999" not in text


@pytest.mark.parametrize(
    ("award", "scheme"),
    [
        (Text("证书", ""), Text("办法", "")),
        (Text("", "Certificate"), Text("", "Rules")),
        (Text("证书", "Certificate"), Text("《办法》（试行）", "Rules")),
    ],
)
def test_one_language_is_enough(renderer: CertificateRenderer, award: Text, scheme: Text) -> None:
    text = text_of(renderer.render(replace(CONTENT, award_title=award, scheme_title=scheme)))
    for words in (award.zh, award.en, scheme.zh, scheme.en):
        assert words in text
    assert "《《" not in text
    assert "《》" not in text
    assert "“”" not in text


def test_long_titles_are_set_smaller(renderer: CertificateRenderer) -> None:
    scheme = Text(
        "中小学教师继续教育学时登记管理实施细则（试行）" * 3, "Detailed rules for all " * 10
    )
    award = Text(
        "骨干教师、学科带头人专项能力提升培训结业证书" * 3, "Certificate of completion " * 5
    )
    pdf = renderer.render(
        replace(CONTENT, award_title=award, scheme_title=scheme, authority="某州教育和体育局" * 5)
    )
    text = text_of(pdf)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert award.zh in text
    assert scheme.zh in text
    assert "某州教育和体育局" * 5 in text


def test_a_title_that_never_fits_is_refused(renderer: CertificateRenderer) -> None:
    with pytest.raises(SkipError, match=r"4711: the scheme's title in Chinese is too long"):
        renderer.render(replace(CONTENT, scheme_title=Text("细则" * 300)))


def own(folder: Path, source: str) -> CertificateRenderer:
    template = folder / "own" / "certificate.typ"
    template.parent.mkdir()
    function = f"#let certificate(data) = [{source}\n]"
    template.write_text(function, encoding="utf-8")
    return CertificateRenderer(Stationery(template="own", templates=folder))


def test_another_template(tmp_path: Path) -> None:
    pdf = own(tmp_path, '#set document(title: "t")\n[#data.name]').render(CONTENT)
    assert text_of(pdf) == "[欧阳慧敏]"


def test_a_template_that_fails_for_one_teacher_tells_no_name(tmp_path: Path) -> None:
    renderer = own(
        tmp_path,
        '#set document(title: "t")\n#if data.credits == "" { panic(data.name) }',
    )
    with pytest.raises(SkipError) as caught:
        renderer.render(replace(CONTENT, credits=None))
    assert "4711" in str(caught.value)
    assert CONTENT.full_name not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("\n#unknown", "certificate.typ:2:1: .*unknown variable: unknown"),
        ("#(", "certificate.typ:1:27: .*unclosed delimiter"),
        ('#image("missing.png")', "certificate.typ:1:33: .*missing.png"),
        ('#set document(title: "t")\n#text(fallback: false, font: "Noto Serif SC")[\u0915]', "क"),
        ('#image("../../outside.png")', "certificate.typ:1:33: "),
        ("]\n#let certificate = [", r"certificate.typ: .*a function .*#let certificate\(data\)"),
    ],
)
def test_a_broken_template_is_bad_input(tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        own(tmp_path, source)
    assert str(tmp_path / "own") in str(caught.value)


def test_a_mistake_within_what_templates_share_is_told_where_it_is_called(tmp_path: Path) -> None:
    call = '#import "@local/moodle-cpd:1.0.0": formal\n\n#formal(data, "zh-CN", "portrait", 3)'
    with pytest.raises(InputError, match=r"own.certificate.typ:3:35: .*unexpected argument"):
        own(tmp_path, call)


def test_a_missing_template_or_font_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'missing': is not known.*landscape-both"):
        CertificateRenderer(Stationery(template="missing"))
    with pytest.raises(InputError, match="no such folder"):
        CertificateRenderer(Stationery(templates=tmp_path / "missing"))
    for folder in (tmp_path / "missing", tmp_path):
        with pytest.raises(InputError, match="no fonts found"):
            CertificateRenderer(Stationery(fonts=folder))


def test_an_own_template_may_not_take_a_shipped_ones_name(tmp_path: Path) -> None:
    (tmp_path / "landscape-both").mkdir()
    (tmp_path / "landscape-both" / "certificate.typ").touch()
    with pytest.raises(InputError, match="name of a shipped template"):
        CertificateRenderer(Stationery(templates=tmp_path))
