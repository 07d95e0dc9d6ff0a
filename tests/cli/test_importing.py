"""Records from a file count, once; what is corrected or taken back follows."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.settings import MAPPINGS, homeroom_only, write_settings

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


def test_dispensations_are_imported_once_corrected_and_taken_back(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(MAPPINGS, rules)
    scheme = rules / "schemes" / "yulin-school-term-100.yaml"
    text = scheme.read_text(encoding="utf-8")
    scheme.write_text(text.replace("  school: [榆林镇中心小学]\n", ""), encoding="utf-8")
    config = write_settings(tmp_path, site, rules=rules)
    file = tmp_path / "b.csv"

    def run(lines: str, *options: str, expect: ExitCode = ExitCode.DONE) -> str:
        file.write_text("工号,方案,类别,开始日期,结束日期,文件,状态\n" + lines, encoding="utf-8")
        capsys.readouterr()
        code = app.run(["-c", str(config), "import", "dispensations", str(file), *options])
        told = capsys.readouterr()
        assert code == expect, told.err
        return told.out + told.err

    def outcome() -> tuple[str, str]:
        app.run(["-c", str(config), "-q", "decide"])
        capsys.readouterr()
        scheme = ["--scheme", "yulin-school-term-100"]
        app.run(["-c", str(config), "-q", "explain", "T0010", *scheme, "--json"])
        told = capsys.readouterr().out
        (found,) = json.loads(told)
        return found["decision"]["outcome"], told

    assert app.run(["-c", str(config), "-q", "pull"]) == ExitCode.DONE
    good = "T0010,榆林镇中心小学校本培训,自愿放弃,2023-09-19,,说明书 7,\n"
    assert "1 to record" in run(good, expect=ExitCode.CHANGES_PENDING)
    assert outcome()[0] != "waived"
    assert "1 recorded. 0 known" in run(good, "--yes")
    assert "0 recorded. 1 known" in run(good, "--yes")
    assert outcome()[0] == "waived"
    assert "说明书 7" in outcome()[1]
    assert "1 recorded" in run(good.replace(",,", ",2023-12-31,"), "--yes")
    assert "2023-12-31" in outcome()[1]
    bad = good + "T9,yulin-school-term-100,免修,2023-09-19,,D,\n"
    assert "b.csv:3:1" in run(bad, "--yes", expect=ExitCode.BAD_INPUT)
    assert "1 recorded" in run(bad, "--yes", "--skip-bad-rows", expect=ExitCode.PARTIAL)
    assert "1 recorded" in run(good.replace("7,", "7,撤销"), "--yes")
    assert "0 to record" in run(good.replace("7,", "7,撤销"))
    assert outcome()[0] != "waived"


def test_attributes_are_imported_once_corrected_and_taken_back(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = write_settings(tmp_path, site)
    file = tmp_path / "c.csv"

    def run(lines: str, *options: str, expect: ExitCode = ExitCode.DONE) -> str:
        file.write_text("工号,属性,内容,开始日期,状态\n" + lines, encoding="utf-8")
        capsys.readouterr()
        code = app.run(["-c", str(config), "import", "attributes", str(file), *options])
        told = capsys.readouterr()
        assert code == expect, told.err
        return told.out + told.err

    def roles() -> list[str]:
        with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
            (teacher,) = ledger.find_teacher("demo", "T0010")
            rows = ledger.attributes("demo")[teacher.id]
        return [row.value for row in rows if row.since == date(2020, 9, 1)]

    assert app.run(["-c", str(config), "-q", "pull"]) == ExitCode.DONE
    good = "T0010,职务,班主任、教师,2020-09-01,\n"
    assert "1 to record" in run(good, expect=ExitCode.CHANGES_PENDING)
    assert roles() == []
    assert "1 recorded. 0 known" in run(good, "--yes")
    assert roles() == ["homeroom_teacher", "teacher"]
    assert "0 recorded. 1 known" in run(good, "--yes")
    assert "1 recorded" in run(good.replace("教师", "校长"), "--yes")
    assert roles() == ["homeroom_teacher", "principal"]
    assert "1 recorded" in run(good.replace("、教师,2020-09-01,", ",2020-09-01,撤销"), "--yes")
    assert roles() == ["principal"]
    assert "c.csv:3:1" in run(good + "T9,职务,教师,2020-09-01,\n", expect=ExitCode.BAD_INPUT)
    assert "1 recorded" in run("T0010,role,principal,2020-09-01,retracted\n", "--yes")
    assert roles() == []


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_templates_read_back_without_problems(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    config = write_settings(tmp_path, site)

    def run(kind: str, *arguments: str) -> int:
        return app.run(["-c", str(config), "import", kind, *arguments])

    for kind in ("records", "dispensations", "attributes"):
        path = tmp_path / f"{kind}.{ending}"
        assert run(kind, "--template", str(path)) == ExitCode.DONE
        assert run(kind, str(path), "--json") == ExitCode.DONE
        assert '"problems": []' in capsys.readouterr().out
        before = path.read_bytes()
        assert run(kind, "--template", str(path)) == ExitCode.BAD_INPUT
        assert path.read_bytes() == before
        assert run(kind, str(path), "--template", "b.csv") == ExitCode.BAD_INPUT
        assert run(kind) == ExitCode.BAD_INPUT
        assert run(kind, "--template", str(tmp_path / "a.ods")) == ExitCode.BAD_INPUT
