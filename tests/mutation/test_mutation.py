"""The tool that changes code still works: what it changes, what notices, what it says of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.__main__ import FOLDER, ROOT, read_survivors, shown, told_of
from tests.mutation.changes import REMOVED, ModuleChanges
from tests.mutation.harmless import read_excuses, unused
from tests.mutation.running import Fate

SOURCE = '''
"""Words."""
from somewhere import replace
LIMIT: Final = Decimal(3)
def first(a, b=1):
    """Words."""
    if a < b and not a:
        return min(a, b)
    total = [each for each in a if each.good]
    total.append(Text("words"))
    return sorted(total, key=len)
class Box:
    size: int = 4
    def put(self, a):
        self.a = replace(a, b=1)
        for each in a:
            if each is None:
                continue
            yield each
'''

EXPECTED = {
    ("", "LIMIT: Final = Decimal(3)", "LIMIT: Final = Decimal(4)"),
    ("", "LIMIT: Final = Decimal(3)", "LIMIT: Final = Decimal(2)"),
    ("first", "a < b and (not a)", "a <= b and (not a)"),
    ("first", "a < b and (not a)", "a < b or not a"),
    ("first", "a < b and (not a)", "a < b"),
    ("first", "a < b and (not a)", "a < b and a"),
    ("first", "return min(a, b)", "return max(a, b)"),
    ("first", "return min(a, b)", "return None"),
    (
        "first",
        "total = [each for each in a if each.good]",
        "total = [each for each in a if not each.good]",
    ),
    ("first", "total = [each for each in a if each.good]", "total = [each for each in a]"),
    ("first", "total.append(Text('words'))", REMOVED),
    ("first", "return sorted(total, key=len)", "return list(total)"),
    ("first", "return sorted(total, key=len)", "return sorted(total)"),
    ("Box.put", "self.a = replace(a, b=1)", "self.a = replace(a)"),
    ("Box.put", "self.a = replace(a, b=1)", REMOVED),
    ("Box.put", "each is None", "each is not None"),
    ("Box.put", "continue", "break"),
}


def test_what_is_changed() -> None:
    found = list(ModuleChanges("sample", SOURCE))
    told = {(change.function, change.was, change.now) for change in found}
    assert told >= EXPECTED
    assert len({change.key for change in found}) == len(found)
    assert not any("words" in change.now and "Words" in change.now for change in found)


def test_a_list_of_survivors_is_read_as_it_was_told(tmp_path: Path) -> None:
    found = list(ModuleChanges("sample", SOURCE))
    file = tmp_path / "left.txt"
    assert read_survivors(file) is None
    lines = [shown(change, Fate.SURVIVED) for change in found[::2]]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    assert read_survivors(file) == frozenset(told_of(change) for change in found[::2])


def every_module() -> list[ModuleChanges]:
    return [
        ModuleChanges(path.stem, path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.py")
    ]


def test_every_reason_is_about_code_that_is_there() -> None:
    excuses = read_excuses()
    assert all(each.why for each in excuses)
    assert unused(excuses, [change for module in every_module() for change in module]) == []


@pytest.mark.parametrize("blind", [False, True])
def test_a_few_changes_are_noticed(blind: bool, tmp_path: Path) -> None:
    """With its tests the sample is noticed; with one that looks at nothing it survives."""
    tests = tmp_path / "test_blind.py"
    tests.write_text("def test_nothing() -> None:\n    pass\n", encoding="utf-8")
    if not blind:
        tests = ROOT / "tests" / "decide" / "test_proportion.py"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.mutation", "exact"),
            *("--sample", "6", "--seed", "4", "--tests", str(tests)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    whole = r"\*\*all\*\* \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$"
    row = re.search(whole, done.stdout, re.MULTILINE)
    assert row, done.stdout + done.stderr
    changes, noticed, harmless, survivors = map(int, row.groups())
    assert changes == noticed + harmless + survivors == 6
    assert noticed >= (changes - harmless) / 2 or blind
    assert survivors == changes - harmless or not blind
    assert done.returncode == int(survivors > 0)
