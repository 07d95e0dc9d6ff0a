"""A file with a mistake brings nothing in, whatever the mistake is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moodle_cpd.cli import app
from moodle_cpd.config import load_settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.breaking import broken_text
from tests.settings import homeroom_only, write_settings

GOOD = """\
idnumber,what,date,document,hours,points,out_of,level,state
T0009,R1,2026-05-01,沈教〔2026〕12号,4,85,100,county,
T0010,R1,2026年5月2日,沈教〔2026〕12号,2.5,,,省级,
"""
SNIPPETS = st.one_of(
    st.sampled_from([",", '"', "\n", ",,", "\t", ";", "T9999", "2026-02-30", "-1", "9" * 30]),
    st.text(max_size=4),
)


def test_either_everything_is_taken_or_nothing(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    assert app.run(["-c", str(config), "-q", "pull"]) == ExitCode.DONE
    file = tmp_path / "a.csv"
    name = load_settings(config).site.name
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        known = ledger.count_facts(name)
        file.write_text(GOOD, encoding="utf-8")
        assert app.run(["-c", str(config), "import", "records", str(file), "--yes"]) == 0
        assert ledger.count_facts(name) == known + 2

        @settings(max_examples=40)
        @given(broken_text(GOOD, SNIPPETS))
        def hold(content: bytes) -> None:
            file.write_bytes(content)
            before = ledger.count_facts(name)
            code = app.run(["-c", str(config), "-q", "import", "records", str(file), "--yes"])
            told = capsys.readouterr()
            assert code in {ExitCode.DONE, ExitCode.BAD_INPUT}, told.err
            assert "Traceback" not in told.err
            if code == ExitCode.BAD_INPUT:
                assert "a.csv" in told.err
                assert ledger.count_facts(name) == before

        hold()
