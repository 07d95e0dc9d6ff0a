"""Names are written as their owners write them."""

from __future__ import annotations

import pytest

from moodle_cpd.model.names import written_name


@pytest.mark.parametrize(
    ("first", "last", "displayed", "written"),
    [
        ("伟", "张", "伟 张", "张伟"),
        ("小明", "欧阳", "小明 欧阳", "欧阳小明"),
        ("㛃", "𠅤", "㛃 𠅤", "𠅤㛃"),
        ("\U0002b61a", "龙", "", "龙\U0002b61a"),
        ("Séan", "O'Brien", "Séan O'Brien", "Séan O'Brien"),
        ("阿依古丽·买买提", "", "阿依古丽·买买提", "阿依古丽·买买提"),
        ("古丽·买买提", "阿", "古丽·买买提 阿", "古丽·买买提 阿"),
        ("", "", "张伟", "张伟"),
        ("Wei", "张", "Wei 张", "Wei 张"),
        ("张伟", ".", "张伟 .", "张伟 ."),
    ],
)
def test_written_name(first: str, last: str, displayed: str, written: str) -> None:
    assert written_name(first, last, displayed) == written
