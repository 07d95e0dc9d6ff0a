"""Names are written as their owners write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.model.names import written_name

HAN = st.sampled_from(["伟", "张", "〇", "⼭", "⺟", "𠅤", "\U0002b61a", "\ufa11", "\ue86b"])
BESIDE = st.sampled_from(
    [*"々〻·•・（）()", " ", "\u3000", "\u200b", "\ufeff", "\ufe00", "\U000e0100"]
)
OTHER = st.sampled_from([*"aÉ7-ァ한.", *"м'"])


def parts(*beside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Text with a Han character somewhere in it."""
    around = st.text(st.one_of(HAN, *beside), max_size=4)
    return st.tuples(around, HAN, around).map("".join)


@pytest.mark.parametrize(
    ("first", "last", "displayed", "written"),
    [
        ("伟", "张", "伟 张", "张伟"),
        ("小明", "欧阳", "小明 欧阳", "欧阳小明"),
        ("㛃", "𠅤", "㛃 𠅤", "𠅤㛃"),
        ("\U0002b61a", "龙", "", "龙\U0002b61a"),
        ("〇", "张", "〇 张", "张〇"),
        ("丽々", "张", "丽々 张", "张丽々"),
        ("伟\U000e0100", "张", "伟\U000e0100 张", "张伟\U000e0100"),
        ("々", "王", "々 王", "王々"),
        ("⼭", "张", "⼭ 张", "张⼭"),
        ("⿰王奇", "张", "⿰王奇 张", "张⿰王奇"),
        ("\ue86b", "张", "\ue86b 张", "张\ue86b"),
        ("晓\u3000明", "张", "晓\u3000明 张", "张晓\u3000明"),
        ("晓\u200b明", "张", "晓\u200b明 张", "张晓\u200b明"),
        ("\u200b伟\ufeff ", "张\u3000\u200b", "伟 张", "张伟"),
        ("伟(借调)", "张", "伟(借调) 张", "张伟(借调)"),
        ("伟（借调）", "张", "伟（借调） 张", "张伟（借调）"),
        ("阿依·曲莫", "吉克", "阿依·曲莫 吉克", "吉克阿依·曲莫"),
        ("古丽•买买提", "阿", "古丽•买买提 阿", "阿古丽•买买提"),
        ("伟 Wei", "张 Zhang", "伟 Wei 张 Zhang", "张 Zhang 伟 Wei"),
        ("Séan", "O'Brien", "Séan O'Brien", "Séan O'Brien"),
        ("阿依古丽·买买提", "", "阿依古丽·买买提", "阿依古丽·买买提"),
        ("", "", "张伟", "张伟"),
        ("Wei", "张", "Wei 张", "Wei 张"),
        ("张伟", ".", "张伟 .", "张伟 ."),
        ("张伟", "·", "张伟 ·", "张伟 ·"),
    ],
)
def test_written_name(first: str, last: str, displayed: str, written: str) -> None:
    assert written_name(first, last, displayed) == written


def squeezed(text: str) -> str:
    return "".join(c for c in text if c not in " \u3000\u200b\ufeff")


@given(parts(BESIDE), parts(BESIDE))
def test_chinese_names_begin_with_the_family_name_and_nothing_is_lost(
    first: str, last: str
) -> None:
    written = written_name(first, last, f"{first} {last}")
    assert squeezed(written) == squeezed(last + first)
    assert len(written) <= len(first + last)


@given(parts(BESIDE, OTHER), parts(BESIDE, OTHER))
def test_wherever_both_parts_have_han_the_given_name_is_not_first(first: str, last: str) -> None:
    assert squeezed(written_name(first, last, f"{first} {last}")) == squeezed(last + first)


@given(st.text(OTHER, min_size=1), parts(BESIDE, OTHER))
def test_a_part_without_han_leaves_the_order_to_moodle(latin: str, chinese: str) -> None:
    for first, last in ((latin, chinese), (chinese, latin)):
        displayed = f"{first} {last}"
        assert written_name(first, last, displayed) == displayed.strip()
