"""Certificates as the settings want them, from Moodle to the file and again from the ledger."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from moodle_cpd.certificates import file_name
from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import CertificateState
from tests.settings import homeroom_only, write_settings

LOOKS = """
[certificates]
template = "landscape-zh"
signatory = "局长 王小明"
seal = "seal.svg"
serial = "示继教字[{year}]第{number:05}号"

[[awards]]"""
SEAL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>'
)


def settings(site: EmbeddedMoodle, folder: Path) -> Path:
    config = write_settings(folder, site, rules=homeroom_only(folder / "rules"))
    text = config.read_text(encoding="utf-8").replace("[[awards]]", LOOKS, 1)
    text = text.replace(
        'activity = "homeroom-{period}"',
        'activity = "homeroom-{period}"\ntemplate = "portrait-zh"\ntranscript = true',
    )
    config.write_text(text, encoding="utf-8")
    (folder / "seal.svg").write_text(SEAL, encoding="utf-8")
    return config


def test_a_certificate_looks_as_its_award_says_and_is_made_again(
    site: EmbeddedMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = ["-c", str(settings(site, tmp_path)), "-q"]
    assert app.run([*config, "sync", "--yes"]) == ExitCode.DONE
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        papers = [entry for entry in ledger.certificates("demo") if entry.is_paper]
    assert papers
    assert {entry.template for entry in papers} == {"portrait-zh"}
    assert all(entry.state is CertificateState.VALID for entry in papers)
    for entry in papers:
        assert app.run([*config, "certificate", "reproduce", entry.serial]) == ExitCode.DONE
    pdf = (tmp_path / file_name(papers[0].serial)).read_bytes()
    files = site.world.files_of(papers[0].key.teacher, f"homeroom-{papers[0].key.period}")
    assert [file.filename for file in files] == [file_name(papers[0].serial)]
    reader = PdfReader(BytesIO(pdf))
    assert len(reader.pages) == 2
    page, transcript = ("".join(page.extract_text().split()) for page in reader.pages)
    assert papers[0].serial in page
    assert "局长王小明" in page
    assert "同志：" in page
    assert "学时清单" in transcript
    assert "认定学时" in transcript


def test_the_seal_may_not_change_behind_a_certificate(
    site: EmbeddedMoodle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    config = ["-c", str(settings(site, tmp_path)), "-q"]
    assert app.run([*config, "sync", "--yes"]) == ExitCode.DONE
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        entry = next(entry for entry in ledger.certificates("demo") if entry.is_paper)
    (tmp_path / "seal.svg").write_text(SEAL.replace('r="3"', 'r="2"'), encoding="utf-8")
    assert app.run([*config, "certificate", "reproduce", entry.serial]) == ExitCode.PARTIAL
    assert "the seal's image changed since" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.pdf"))
