"""Records from a file count, once; what is corrected or taken back follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from tests.settings import homeroom_only, write_settings

HEAD = "idnumber,what,date,document,hours,state\n"


def test_records_are_imported_once_corrected_and_taken_back(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = homeroom_only(tmp_path / "rules")
    (rules / "courses" / "records.yaml").write_text(
        "course_map: by-hand\ntitle: {en: R}\nscheme: homeroom-teacher-30h\nentries:\n"
        "  - {record: R1, category: homeroom-training, hours: recorded}\n",
        encoding="utf-8",
    )
    config = write_settings(tmp_path, site, rules=rules)
    file = tmp_path / "a.csv"

    def run(lines: str, *options: str, expect: ExitCode = ExitCode.DONE) -> str:
        file.write_text(HEAD + lines, encoding="utf-8")
        capsys.readouterr()
        code = app.run(["-c", str(config), "import", "records", str(file), *options])
        told = capsys.readouterr()
        assert code == expect, told.err
        return told.out + told.err

    assert app.run(["-c", str(config), "-q", "pull"]) == ExitCode.DONE
    good = "T0009,R1,2026-05-01,D 1,4,\n"
    assert "1 to record" in run(good, expect=ExitCode.CHANGES_PENDING)
    assert "1 recorded. 0 known" in run(good, "--yes")
    assert "0 recorded. 1 known" in run(good, "--yes")
    assert "1 recorded" in run(good.replace(",4,", ",5,"), "--yes")
    gone = good.replace(",4,", ",5,撤销")
    assert "1 recorded" in run(gone, "--yes")
    assert "0 to record" in run(gone)
    assert "no line of a course map takes it" in run(good.replace("R1", "R2"), "--yes")
    bad = good + "T9,R1,2026-05-01,D 1,4,\n"
    assert "a.csv:3:1" in run(bad, "--yes", expect=ExitCode.BAD_INPUT)
    assert "1 recorded" in run(bad, "--yes", "--skip-bad-rows", expect=ExitCode.PARTIAL)
