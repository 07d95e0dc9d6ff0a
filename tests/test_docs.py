"""The documentation is true: its links lead somewhere, its commands run, its functions exist."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import click
import pytest

from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.cli import app, cli
from moodle_cpd.config import TOKEN_VARIABLE
from moodle_cpd.credentials import Grounds, KeyStore, Signer
from moodle_cpd.credentials.badge import badge_image
from moodle_cpd.credentials.png import bake
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import CertificateState
from tests.certificates.conftest import CONTENT
from tests.settings import MAPPINGS, write_settings

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
URL = "https://cpd.example.edu.cn/verify"
STANDING_FOR = {"TEACHER": "T0009", "DIGEST": "", "N": "500", "OTHER_DIR": "mappings"}


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(page: Path) -> list[str]:
    """Every command line of ours on a page, in code blocks and in running text."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|cron|console|bash)\n(.*?)```", text, re.DOTALL)
    found = [line for block in blocks for line in block.splitlines()]
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    found += re.findall(r"`(moodle-cpd [^`]+)`", prose)
    lines = []
    for line in found:
        match = re.search(r"(?:^|.*[\s/])moodle-cpd (?!&)(.+)$", line)
        if match:
            words = shlex.split(match[1], comments=True)
            ends = [n for n, word in enumerate(words) if word in {">>", ">", "|", "2>&1", "&&"}]
            lines.append(shlex.join(words[: min(ends, default=len(words))]))
    return lines


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not re.match(r"https?:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_functions_exist(page: Path) -> None:
    for file, name in re.findall(r"`([\w/]+\.py):(\w+)`", page.read_text(encoding="utf-8")):
        path = next(p for p in (ROOT / "moodle_cpd" / file, ROOT / file) if p.exists())
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if hasattr(node, "name")}
        assert name in names, f"{file}:{name}"


def test_every_command_on_every_page_runs(
    site: EmbeddedMoodle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_settings(tmp_path, site)
    for copy in ("mappings", "new-rules"):
        shutil.copytree(MAPPINGS, tmp_path / copy)
    _sign(tmp_path)
    monkeypatch.setenv(TOKEN_VARIABLE, site.token)
    monkeypatch.chdir(tmp_path)
    assert app.run(["-q", "sync", "--json"]) == ExitCode.CHANGES_PENDING
    digest = json.loads(capsys.readouterr().out)["digest"]
    seen = {line for page in PAGES for line in commands(page)}
    assert len(seen) > 5
    # The plan that was shown is applied while it is still true; pages are written before they are
    # looked at.
    first = ("apply", "verification-site")
    for line in sorted(seen, key=lambda line: (not line.startswith(first), line)):
        standing_for = STANDING_FOR | {"DIGEST": digest} | _issued(tmp_path)
        words = [standing_for.get(word, word) for word in shlex.split(line)]
        if words[0] == "demo":
            words += ["--into", "demo"]
        elif "init" in words[:2]:
            words += ["--help"]
        capsys.readouterr()
        code = app.run(words)
        problem = capsys.readouterr().err
        assert code in {ExitCode.DONE, ExitCode.CHANGES_PENDING}, f"moodle-cpd {line}: {problem}"


def _sign(folder: Path) -> None:
    """An issuer with keys, and a certificate signed with them."""
    store = KeyStore(folder / "keys")
    store.create("示例州教育和体育局", None, date(2026, 3, 1))
    shutil.copy(store.public_file, folder / "issuer.json")
    token = Signer(store).sign(CONTENT, Grounds())
    pdf = CertificateRenderer().render(CONTENT, token)
    (folder / "CPD-2026-000123.pdf").write_bytes(pdf)
    config = folder / "moodle-cpd.toml"
    text = config.read_text(encoding="utf-8")
    for name in ("badge.png", "school.png"):
        (folder / name).write_bytes(bake(badge_image(plain_credential(token)), token, name))
    signing = f'[certificates]\nkeys = "keys"\nverification_url = "{URL}"\n\n[[awards]]'
    config.write_text(text.replace("[[awards]]", signing, 1), encoding="utf-8")


def _issued(folder: Path) -> dict[str, str]:
    """The number and the address of a certificate that was issued by now, if one was."""
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        for found in ledger.certificates("demo"):
            if found.is_paper and found.state is CertificateState.VALID:
                return {"SERIAL": found.serial, "ADDRESS": f"{URL}/{found.verification_id}"}
    return {}


def test_every_command_is_documented() -> None:
    described = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in cli.commands:
        assert f"moodle-cpd {name}" in described, f"no page shows 'moodle-cpd {name}'"


def test_every_option_has_help() -> None:
    for name, command in {"": cli, **cli.commands}.items():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.opts}"


def test_exit_codes_are_documented() -> None:
    page = (ROOT / "docs/operators/exit-codes.md").read_text(encoding="utf-8")
    documented = {int(n) for n in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    assert documented == {int(code) for code in ExitCode}
