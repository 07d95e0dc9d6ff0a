"""``certificate verify``, ``certificate badge`` and ``verification-site`` as a school runs them."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from openbadgeslib import baking

from moodle_cpd.certificates import CertificateRenderer, Stationery
from moodle_cpd.cli import app
from moodle_cpd.credentials import Grounds, KeyStore, Signer
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, Certificate
from tests.certificates.conftest import CONTENT
from tests.ledger.examples import empty_ledger
from tests.verification.making import ISSUED, URL, issue, key

SETTINGS = f"""
ledger = "ledger.sqlite"
[site]
url = "https://moodle.example.edu.cn"
[certificates]
keys = "keys"
verification_url = "{URL}"
"""


class School:
    """A folder with settings, keys and a ledger with four certificates."""

    def __init__(self, folder: Path, drawer: CertificateRenderer) -> None:
        store = KeyStore(folder / "keys")
        store.create("示例州教育和体育局", f"{URL}/issuer.json", date(2026, 1, 1))
        signer = Signer(store)
        (folder / "moodle-cpd.toml").write_text(SETTINGS, encoding="utf-8")
        (folder / "ledger.sqlite").write_bytes(empty_ledger())
        later = ISSUED + timedelta(days=1)
        with Ledger.open(folder / "ledger.sqlite") as ledger:
            self.valid, pdf = issue(ledger, 1, signer=signer, renderer=drawer)
            self.withdrawn, gone = issue(ledger, 2, signer=signer, renderer=drawer)
            ledger.withdraw_award(key(2), "x", at=later)
            self.expired, over = issue(
                ledger, 3, signer=signer, renderer=drawer, valid_until=date(2026, 3, 9)
            )
            ledger.end_award(key(3), AwardState.EXPIRED, at=later)
            self.unsigned, _ = issue(ledger, 4)
        for name, content in (("valid", pdf), ("withdrawn", gone), ("expired", over)):
            (folder / f"{name}.pdf").write_bytes(content)
        (folder / "issuer.json").write_bytes(store.public_file.read_bytes())


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, drawer: CertificateRenderer
) -> tuple[Path, School]:
    folder = tmp_path_factory.mktemp("school")
    return folder, School(folder, drawer)


@pytest.fixture
def school(made: tuple[Path, School], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    shutil.copytree(made[0], tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return made[1]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = app.run(list(words))
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_a_file_against_the_issuers_file_and_list(
    school: School, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "verification-site", "out")[0] == ExitCode.DONE
    (tmp_path / "moodle-cpd.toml").unlink()  # Whoever checks has none.
    public = ("--issuer", "out/issuer.json")
    code, text = run(capsys, "certificate", "verify", "valid.pdf", *public)
    assert (code, "not known here: give --status" in text) == (ExitCode.DONE, True)
    assert f"{URL}/status-1.jwt" in text
    listed = (*public, "--status", "out/status-1.jwt")
    for name, wanted, words in (
        ("valid", ExitCode.DONE, "It holds (list of 2026-03-02"),
        ("withdrawn", ExitCode.PARTIAL, "It holds no more"),
        ("expired", ExitCode.PARTIAL, "Its time is over"),
    ):
        code, text = run(capsys, "certificate", "verify", f"{name}.pdf", *listed)
        assert (code, words in text) == (wanted, True), text
    code, text = run(capsys, "certificate", "verify", "withdrawn.pdf", *listed, "--json")
    assert json.loads(text)["standing"] == "no_proof"
    code, text = run(capsys, "certificate", "verify", "valid.pdf", *public, "--status", "valid.pdf")
    assert code == ExitCode.BAD_INPUT


@pytest.mark.parametrize("template", ["landscape-both", "portrait-zh"])
def test_a_page_of_any_shipped_template_is_compared(
    template: str,
    school: School,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    renderer = CertificateRenderer(Stationery(template=template))
    content = renderer.bound(CONTENT)
    token = Signer(KeyStore(tmp_path / "keys")).sign(content, Grounds())
    (tmp_path / "a.pdf").write_bytes(renderer.render(content, token))
    (tmp_path / "moodle-cpd.toml").unlink()
    code, text = run(capsys, "certificate", "verify", "a.pdf", "--issuer", "issuer.json")
    assert (code, "The page shows just that." in text) == (ExitCode.DONE, True), text
    assert "only the issuer can tell" in text  # It names no list.


def test_a_number_and_an_address_against_the_ledger(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    def at(certificate: Certificate) -> str:
        return f"{URL}/{certificate.verification_id}"

    for certificate, wanted, state in (
        (school.valid, ExitCode.DONE, "valid"),
        (school.withdrawn, ExitCode.PARTIAL, "withdrawn"),
        (school.expired, ExitCode.PARTIAL, "expired"),
    ):
        for what in (certificate.serial, at(certificate)):
            code, text = run(capsys, "certificate", "verify", what)
            assert (code, text.split("\n")[0]) == (wanted, f"{certificate.serial}: {state}")
            assert "欧阳慧敏" in text
    for what in ("CPD-2026-999999", f"{URL}/{'x' * 22}", "https://x.example/"):
        code, text = run(capsys, "certificate", "verify", what)
        assert code == ExitCode.BAD_INPUT
        assert what in text


def test_an_address_against_the_published_folder(
    school: School, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "verification-site", "out")
    (tmp_path / "ledger.sqlite").unlink()
    (tmp_path / "moodle-cpd.toml").unlink()
    address = f"{URL}/{school.withdrawn.verification_id}"
    code, text = run(capsys, "certificate", "verify", address, "--site", "out")
    assert (code, text) == (ExitCode.PARTIAL, f"{school.withdrawn.serial}: withdrawn\n")
    address = f"{URL}/{school.valid.verification_id}/"
    assert run(capsys, "certificate", "verify", address, "--site", "out")[0] == ExitCode.DONE
    code, text = run(capsys, "certificate", "verify", f"{URL}/{'x' * 22}", "--site", "out")
    assert code == ExitCode.BAD_INPUT


@pytest.mark.parametrize(
    ("name", "further"),
    [
        ("a.png", ()),
        ("a.png", ("--proof", "embedded")),
        ("a.png", ("--image", "own.png")),
        ("a.json", ()),
        ("a.jwt", ()),
    ],
)
def test_a_badge_is_verified_like_its_certificate(
    school: School,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    further: tuple[str, ...],
) -> None:
    run(capsys, "certificate", "badge", school.valid.serial, "-o", "own.png")
    first = ("certificate", "badge", school.valid.serial, "-o", name, *further)
    assert run(capsys, *first)[0] == ExitCode.DONE
    content = Path(name).read_bytes()
    run(capsys, *first)
    assert Path(name).read_bytes() == content
    (tmp_path / "moodle-cpd.toml").unlink()
    code, text = run(capsys, "certificate", "verify", name, "--issuer", "issuer.json")
    assert code == ExitCode.DONE, text
    assert text.startswith(f"{school.valid.serial}: signed by 示例州教育和体育局")
    if name.endswith(".png"):
        assert baking.extract_png(content, keyword=baking.ITXT_KEYWORD_OB3)
    damaged = content.replace(b'"creditsEarned":30', b'"creditsEarned":90')
    if damaged != content and not name.endswith(".png"):
        Path(name).write_bytes(damaged)
        code, text = run(capsys, "certificate", "verify", name, "--issuer", "issuer.json")
        assert (code, "was changed" in text) == (ExitCode.BAD_INPUT, True)


def test_badges_are_of_valid_signed_certificates_alone(
    school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    for serial, output, words in (
        (school.withdrawn.serial, "a.png", "is withdrawn"),
        (school.unsigned.serial, "a.png", "carries no signed credential"),
        ("CPD-2026-999999", "a.png", "no certificate has this number"),
        (school.valid.serial, "a.gif", "FILE.png"),
        (school.valid.serial, "no/such/folder/a.png", "cannot be written"),
    ):
        code, text = run(capsys, "certificate", "badge", serial, "-o", output)
        assert (code, words in text) == (ExitCode.BAD_INPUT, True), text
    code, _ = run(capsys, "certificate", "badge", school.valid.serial, "-o", "a.png",
                  "--image", "issuer.json")  # fmt: skip
    assert code == ExitCode.BAD_INPUT
    assert not Path("a.png").exists()


def test_the_site_tells_what_it_did_and_what_lacks(
    school: School, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, text = run(capsys, "verification-site", "out", "--json")
    assert (code, json.loads(text)["pages"]) == (ExitCode.DONE, 4)
    code, text = run(capsys, "verification-site", "out")
    assert text.startswith("out: 4 pages, 0 files written, 0 removed")
    config = tmp_path / "moodle-cpd.toml"
    config.write_text(SETTINGS.replace(URL, f"{URL}?id="), encoding="utf-8")
    code, text = run(capsys, "verification-site", "out")
    assert (code, "codes lead to a program" in text) == (ExitCode.BAD_INPUT, True)
    config.write_text(SETTINGS.replace("verification_url", "# "), encoding="utf-8")
    assert "verification_url is not set" in run(capsys, "verification-site", "b")[1]
    config.write_text(SETTINGS.replace('keys = "keys"', ""), encoding="utf-8")
    assert "nothing here is signed" in run(capsys, "verification-site", "c")[1]


def test_no_key_or_name_gets_into_a_log(
    school: School, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    run(capsys, "-vv", "verification-site", "out")
    run(capsys, "-vv", "certificate", "badge", school.valid.serial, "-o", "a.png")
    assert "PRIVATE" not in caplog.text
    assert "欧阳慧敏" not in caplog.text
    assert school.valid.credential not in caplog.text
