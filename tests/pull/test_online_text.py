import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.moodle.replies import EditorField
from moodle_cpd.pull.online_text import text_length, visible_text


def length(text: str, kind: int = 1) -> int:
    return text_length(EditorField(name="onlinetext", text=text, format=kind))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("<p>班主任&nbsp;工作 心得</p>", 7),
        ("<p>班主任\u3000工作\n心得\t</p>\r\n", 7),
        ("a &lt; b &amp;amp; &#24515;&#x5f97;", 10),
        ("<p>一</p><p>二<br>三</p>", 3),
        ("一<!-- 批注 -->二", 2),
        ("<style>p { color: red }</style>一<script>alert('二')</script>", 1),
        ('<img alt="说明" src="@@PLUGINFILE@@/a.png">一', 1),
        ("一\u200b\u200b\u200b\ufeff\u00ad二", 2),
        ("<![if !supportLists]>一<![endif]>二<![CDATA[三]]>", 2),
        ("5 < 6 和 7 > 6", 7),
        ("<p>没有结束", 4),
        ("𠅤䶮", 2),
    ],
)
def test_length_counts_what_a_reader_sees(text: str, expected: int) -> None:
    assert length(text) == expected


def test_plain_text_has_no_mark_up() -> None:
    assert length("<p>一</p>&lt;", kind=2) == 12


@given(st.text())
def test_no_text_is_too_broken(text: str) -> None:
    assert 0 <= length(text) <= len(visible_text(text))
    assert length(f"<div>{text}") >= 0


@given(st.text(alphabet="<>!?-[]/&;#xa1 \"'=", max_size=40))
def test_no_mark_up_is_too_broken(text: str) -> None:
    assert length(text) >= 0


@given(st.text(alphabet=st.characters(categories=["L", "N"]), max_size=50))
def test_mark_up_and_white_space_change_nothing(text: str) -> None:
    spaced = "<p class='x'>" + "&nbsp;\n".join(f"<b>{letter}</b>" for letter in text)
    assert length(spaced) == length(text) == len(text)
