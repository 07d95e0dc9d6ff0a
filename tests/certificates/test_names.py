from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import pylopdf_fonts_zh_cn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.certificates import CertificateRenderer, Stationery
from moodle_cpd.certificates.wording import one_line
from moodle_cpd.errors import ExitCode, SkipError
from tests.certificates.conftest import CONTENT
from tests.certificates.reading import leftmost, text_of, text_page

LEFT_EDGE = 34 / 25.4 * 72  # points; 34 mm
SIMPLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E) | st.characters(
    min_codepoint=0x4E00, max_codepoint=0x9FA5
)
ANY = st.characters() | st.characters(categories=["Cs", "Co", "Cf", "Cc", "Mn", "Lo"]) | SIMPLE


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*b* _i_ `c` $x$ ~ -- --- ...",
        "<script>alert(1)</script>",
        "= A",
        "- A",
        "\"A\" 'B' “C” O’Brien",
        r"\u{41} \ // /* #sys.inputs @a <b>",
        "#import \"x\": *; #read('/etc/passwd')",
        "Ångström Nguyễn Ольга Ευγενία",
        "阿依古丽·买买提",
        "김철수",
        "髙橋﨑",
    ],
)
def test_a_name_is_text_and_never_markup(renderer: CertificateRenderer, name: str) -> None:
    assert "".join(name.split()) in text_of(renderer.render(replace(CONTENT, full_name=name)))


def test_line_breaks_and_hidden_characters_do_not_reach_the_page(
    renderer: CertificateRenderer,
) -> None:
    plain = renderer.render(replace(CONTENT, full_name="欧阳 慧敏"))
    assert renderer.render(replace(CONTENT, full_name="\u202e欧阳\r\n慧\x00敏\u200b ")) == plain


@pytest.mark.parametrize("name", ["𠅤", "𬭚", "䶮", "㛃", "㙓", "𰻝", "𠮷", "𡒊", "𬱟", "〇", "𪩘"])
def test_rare_characters(renderer: CertificateRenderer, name: str) -> None:
    assert f"王{name}" in text_of(renderer.render(replace(CONTENT, full_name=f"王{name}")))


def test_a_name_is_set_in_one_face(renderer: CertificateRenderer) -> None:
    def faces(name: str) -> set[str]:
        found = set()

        def visit(text: str, *rest: Any) -> None:
            font = rest[2]
            if font and set(text) & set(name):
                found.add(font["/BaseFont"].split("+")[1])

        page = text_page(renderer.render(replace(CONTENT, full_name=name)))
        page.extract_text(visitor_text=visit)
        return found

    assert faces("鼗龢") == {"NotoSerifSC-Regular-Identity-H"}
    assert faces("鼗𠮷") == {"NotoSansCJKsc-Thin"}  # the variable font's name; drawn as regular


def test_a_missing_glyph_names_teacher_and_characters(renderer: CertificateRenderer) -> None:
    with pytest.raises(SkipError) as caught:
        renderer.render(replace(CONTENT, full_name="张𠀁明𠀀𠀁"))
    assert caught.value.exit_code is ExitCode.PARTIAL
    assert [problem.where for problem in caught.value.problems] == [
        "certificate CPD-2025-000123 of teacher 4711"
    ] * 2
    first, second = (str(problem) for problem in caught.value.problems)
    assert "the teacher's full name" in first
    assert "𠀀 (U+20000)" in first
    assert "𠀁 (U+20001)" in second
    assert "'fonts' under [certificates]" in first
    assert "张" not in first + second


def test_a_missing_glyph_elsewhere_is_said_to_be_elsewhere(renderer: CertificateRenderer) -> None:
    with pytest.raises(SkipError, match=r"the authority's name has a character .* 𠀀"):
        renderer.render(replace(CONTENT, authority="𠀀局"))


@pytest.mark.parametrize("name", ["张\ue000", "张\ufffd", "张\U000f0001", "张" + chr(0xD840)])
def test_a_character_without_an_agreed_shape_is_refused(
    renderer: CertificateRenderer, name: str
) -> None:
    with pytest.raises(SkipError, match=rf"4711: .*U\+{ord(name[1]):04X}"):
        renderer.render(replace(CONTENT, full_name=name))


@pytest.mark.parametrize("script", ["ئۇيغۇر", "བོད", "क्षि", "ᠮᠣᠩᠭᠣᠯ", "👍"])
def test_a_script_that_would_be_set_wrongly_is_refused(
    renderer: CertificateRenderer, script: str
) -> None:
    with pytest.raises(SkipError, match=r"no font can show.*U\+"):
        renderer.render(replace(CONTENT, full_name=script))


@pytest.mark.parametrize("name", ["", " \n", "\u200b", "\u3164", "\u0301"])
def test_no_name_is_no_certificate(renderer: CertificateRenderer, name: str) -> None:
    with pytest.raises(SkipError, match="4711: the teacher's full name is empty"):
        renderer.render(replace(CONTENT, full_name=name))


@pytest.mark.parametrize(
    "name",
    [
        *("字" * 200, "W" * 200, "，" * 150, "a" * 255, "M" * 40 + "字", "字" * 30 + "W" * 60),
        *("Maria-Magdalena von " * 10, "阿卜杜热合曼·" * 28, "𠮷" * 100),
    ],
)
def test_long_names_are_set_smaller_within_their_place(
    renderer: CertificateRenderer, name: str
) -> None:
    pdf = renderer.render(replace(CONTENT, full_name=name))
    assert "".join(name.split()) in text_of(pdf)
    assert leftmost(pdf) >= LEFT_EDGE


def test_a_name_that_never_fits_is_refused(renderer: CertificateRenderer) -> None:
    with pytest.raises(SkipError, match="4711: the teacher's full name is too long"):
        renderer.render(replace(CONTENT, full_name="字" * 1000))


def test_further_fonts_are_taken_from_a_folder(tmp_path: Path) -> None:
    copy(pylopdf_fonts_zh_cn.sans_path(), tmp_path / "some.otf")
    own = CertificateRenderer(Stationery(fonts=tmp_path))
    assert "王𰻝" in text_of(own.render(replace(CONTENT, full_name="王𰻝")))
    with pytest.raises(SkipError, match=r"U\+20000"):
        own.render(replace(CONTENT, full_name="𠀀"))


@settings(max_examples=25, deadline=None)
@given(st.text(SIMPLE, min_size=1, max_size=60).filter(str.strip))
def test_what_is_simple_is_always_printed_as_it_is(
    renderer: CertificateRenderer, name: str
) -> None:
    pdf = renderer.render(replace(CONTENT, full_name=name))
    assert "".join(name.split()) in text_of(pdf)
    assert leftmost(pdf) >= LEFT_EDGE


@settings(max_examples=100, deadline=None)
@given(st.text(ANY, max_size=12))
def test_any_name_gives_a_certificate_or_a_reason(renderer: CertificateRenderer, name: str) -> None:
    try:
        pdf = renderer.render(replace(CONTENT, full_name=name))
    except SkipError as error:
        for problem in error.problems:
            assert problem.where.endswith("of teacher 4711")
            assert problem.hint
            assert re.search(r"U\+[0-9A-F]{4}|is empty", problem.found)
            assert len(one_line(name)) < 2 or one_line(name) not in str(problem)
    else:
        assert pdf.startswith(b"%PDF-1.7")
