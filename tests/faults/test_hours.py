"""A run that its hours end goes on the next day, and ends as if they had been longer."""

from __future__ import annotations

import pytest

from moodle_cpd.demo.fault import Fault, Strike
from moodle_cpd.errors import ExitCode
from tests.faults.__main__ import workplace
from tests.faults.installation import APPLY, PULL, Installation
from tests.faults.state import differences, end_state

LATE = 86_400.0
"""A day, in seconds: the next run is at the same hour."""


@pytest.mark.parametrize(
    ("phase", "label"),
    [
        (PULL, "mod_assign_get_grades"),
        (APPLY, "core_files_upload"),
        (APPLY, "mod_assign_save_grades"),
    ],
)
def test_the_hours_end_while_it_runs(phase: str, label: str) -> None:
    with workplace() as folder:
        with pytest.MonkeyPatch.context() as patch:
            home = Installation(folder / "whole", patch)
            assert home.sync().code == ExitCode.DONE
            whole = end_state(home)
            home.close()
        with pytest.MonkeyPatch.context() as patch:
            home = Installation(folder / "short", patch)
            # It is 12:00 in Shanghai, where the settings' hours are.
            text = home.config.read_text("utf-8")
            text = text.replace("[site]\n", '[site]\nhours = "11:59-12:01"\n', 1)
            home.config.write_text(text, "utf-8")
            run = home.sync({phase: [Strike(Fault.SLOW, label, amount=120.0)]})
            assert run.code == ExitCode.OUT_OF_HOURS
            assert "12:02 (Asia/Shanghai)" in run.said
            asked = sum(run.asked.values())
            assert asked > 5
            again = home.sync()
            assert again.code == ExitCode.OUT_OF_HOURS
            assert not again.asked
            home.clocks.wait(LATE - home.clocks.passed)
            last = home.sync()
            assert last.code == ExitCode.DONE, last.said
            found = end_state(home)
            home.close()
    assert [name for name in found.pop("wrong") if "is dated" not in name] == []
    whole.pop("wrong")
    assert differences(found, whole) == []
