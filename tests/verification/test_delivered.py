"""A certificate as it lies in Moodle, checked by somebody who has what the school publishes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.credentials import KeyStore
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.settings import homeroom_only, write_settings
from tests.verification.making import URL


def test_what_moodle_holds_is_what_the_pages_know(
    site: EmbeddedMoodle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    KeyStore(tmp_path / "keys").create("示例州教育和体育局", f"{URL}/issuer.json", date(2026, 1, 1))
    signing = f'[certificates]\nkeys = "keys"\nverification_url = "{URL}"\n\n[[awards]]'
    text = config.read_text(encoding="utf-8").replace("[[awards]]", signing, 1)
    config.write_text(text, encoding="utf-8")
    assert app.run(["-q", "sync", "--yes"]) == ExitCode.DONE
    delivered = {
        file.filename: file.content
        for area, files in site.world.tables.files.items()
        for file in files.values()
        if "feedback_files" in area
    }
    name, pdf = min(delivered.items())
    Path(name).write_bytes(pdf)

    def verify() -> tuple[int, str]:
        assert app.run(["verification-site", "out"]) == ExitCode.DONE
        capsys.readouterr()
        public = ["--issuer", "out/issuer.json", "--status", "out/status-1.jwt"]
        code = app.run(["certificate", "verify", name, *public, "--json"])
        return code, json.loads(capsys.readouterr().out)["standing"]

    assert verify() == (ExitCode.DONE, "holds")
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        entry = ledger.certificate(Path(name).stem)
        assert entry is not None
        narrative = plain_credential(entry.credential)["credentialSubject"]["achievement"][
            "criteria"
        ]["narrative"]
        assert "学时 / hours" in narrative
        assert len([line for line in narrative.splitlines() if line.lstrip().startswith("- ")]) > 1
        at = datetime.now(UTC) + timedelta(hours=1)
        ledger.withdraw_award(entry.key, "x", at=at)
    assert verify() == (ExitCode.PARTIAL, "no_proof")
