from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from moodle_cpd.certificates import CertificateRenderer, Stationery
from moodle_cpd.cli import app
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.certificates.conftest import CONTENT
from tests.verification.making import ISSUED, SITE, begin, issue, key

SETTINGS = """\
ledger = "ledger.sqlite"

[site]
url = "https://moodle.example.edu.cn"

[certificates]
templates = "templates"
"""
OWN = '#let certificate(data) = [\n#set document(title: "t")\n#data.serial #data.name\n]'


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "moodle-cpd.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "templates" / "ours").mkdir(parents=True)
    (tmp_path / "templates" / "ours" / "certificate.typ").write_text(OWN, encoding="utf-8")
    with Ledger.open(tmp_path / "ledger.sqlite") as opened:
        yield opened


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = app.run(["certificate", *words])
    printed = capsys.readouterr()
    return code, printed.out + printed.err


@pytest.mark.parametrize("template", ["landscape-both", "portrait-zh", "ours"])
def test_a_certificate_is_made_again_byte_for_byte(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], template: str
) -> None:
    renderer = CertificateRenderer(Stationery(template=template, templates=tmp_path / "templates"))
    entry, pdf = issue(ledger, 1, renderer=renderer, content=renderer.bound(CONTENT))
    code, said = run(capsys, "reproduce", entry.serial, "--json")
    assert code == ExitCode.DONE, said
    assert json.loads(said)["sha256"] == entry.sha256 == sha256(pdf).hexdigest()
    assert (tmp_path / f"{entry.serial}.pdf").read_bytes() == pdf
    # Again over itself, but over nothing else.
    assert run(capsys, "reproduce", entry.serial)[0] == ExitCode.DONE
    (tmp_path / "other.pdf").write_bytes(b"other")
    code, said = run(capsys, "reproduce", entry.serial, "-o", "other.pdf")
    assert code == ExitCode.BAD_INPUT
    assert "is there already" in said
    assert (tmp_path / "other.pdf").read_bytes() == b"other"


def test_a_forgotten_person_s_certificate_is_not_made_again(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry, _ = issue(ledger, 1, renderer=CertificateRenderer())
    ledger.forget_printed_names(SITE, [entry.serial])
    code, said = run(capsys, "reproduce", entry.serial)
    assert code == ExitCode.BAD_INPUT
    assert "the name that stood on it was forgotten" in said
    assert not list(tmp_path.glob("*.pdf"))


def test_what_was_never_issued_is_not_made(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no number that this ledger gave" in run(capsys, "reproduce", "CPD-2026-999999")[1]
    begun = begin(ledger, 1)
    ledger.void_award(key(1), "could not be drawn", at=ISSUED + timedelta(days=1))
    assert "is void (作废)" in run(capsys, "reproduce", begun.serial)[1]


def test_a_template_that_changed_since_is_said_and_nothing_else_is_written(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renderer = CertificateRenderer(Stationery(template="ours", templates=tmp_path / "templates"))
    entry, _ = issue(ledger, 1, renderer=renderer, content=renderer.bound(CONTENT))
    (tmp_path / "templates" / "ours" / "certificate.typ").write_text(OWN + "\n", encoding="utf-8")
    code, said = run(capsys, "reproduce", entry.serial)
    assert code == ExitCode.PARTIAL
    assert "the template's files changed since it was issued with template 'ours'" in said
    assert CONTENT.full_name not in said
    assert not list(tmp_path.glob("*.pdf"))


def test_other_bytes_than_issued_are_never_given(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entry, _ = issue(ledger, 1)
    code, said = run(capsys, "reproduce", entry.serial)
    assert code == ExitCode.BAD_INPUT
    assert "drawn again it is another file" in said
    assert not list(tmp_path.glob("*.pdf"))


def test_templates_are_checked_by_name_by_folder_or_all_that_settings_name(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(capsys, "check-template")
    assert (code, said.split(":")[0]) == (ExitCode.DONE, "landscape-both")
    assert run(capsys, "check-template", "ours")[0] == ExitCode.DONE
    (tmp_path / "templates" / "ours" / "certificate.typ").write_text(OWN + "\n#eval(OWN)")
    for words in (["ours"], ["templates/ours"]):
        code, said = run(capsys, "check-template", *words)
        assert code == ExitCode.BAD_INPUT
        assert "certificate.typ:5:2: runs text as markup" in said
    code, said = run(capsys, "check-template", "theirs")
    assert code == ExitCode.BAD_INPUT
    assert "ours" in said


def test_the_gallery_shows_own_templates_beside_the_shipped_ones(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = run(capsys, "gallery", "out")
    assert code == ExitCode.DONE
    names = {path.stem for path in (tmp_path / "out").iterdir()}
    assert {"ours", "portrait-zh", "landscape-both"} <= names
    (tmp_path / "moodle-cpd.toml").unlink()
    assert run(capsys, "gallery", "again")[0] == ExitCode.DONE
    assert not (tmp_path / "again" / "ours.png").exists()
