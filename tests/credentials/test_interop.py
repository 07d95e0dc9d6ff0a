"""Our credentials read by JavaScript that is not ours: ``jose`` and ``@digitalbazaar/vc``.

Where the packages are not installed (``npm ci --prefix tests/interop``), there is nothing to ask.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.credentials import Grounds, KeyStore, Signer
from moodle_cpd.credentials.embedded import EmbeddedSigner
from moodle_cpd.credentials.sign import plain_credential
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import GROUNDS
from tests.credentials.test_credential import payload_of, with_payload

INTEROP = Path(__file__).parents[1] / "interop"
NODE = shutil.which("node")
CONTEXTS = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "ob-v3p0-context-3.0.3.json",
}

pytestmark = pytest.mark.skipif(
    NODE is None or not (INTEROP / "node_modules").is_dir(),
    reason="needs Node, and 'npm ci --prefix tests/interop'",
)


def ask(store: KeyStore, *cases: dict[str, Any], at: str = "2026-06-01T00:00:00Z") -> list[Any]:
    folder = files("moodle_cpd.credentials") / "contexts"
    asked = {
        "issuer": json.loads(store.public_file.read_text(encoding="utf-8")),
        "contexts": {
            address: json.loads((folder / name).read_text(encoding="utf-8"))
            for address, name in CONTEXTS.items()
        },
        "at": at,
        "cases": cases,
    }
    assert NODE is not None
    ran = subprocess.run(
        [NODE, "verify.mjs"],
        input=json.dumps(asked),
        cwd=INTEROP,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    outcomes: list[Any] = json.loads(ran.stdout)
    return outcomes


def test_both_kinds_of_proof_are_accepted(store: KeyStore, token: str, embedded: str) -> None:
    assert ask(store, {"token": token}, {"embedded": json.loads(embedded)}) == [True, True]


def test_proofs_by_keys_before_and_after_a_rotation_are_accepted(tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    store.create("甲", None, date(2026, 1, 1))
    cases: list[dict[str, Any]] = []
    for _ in range(2):
        token = Signer(store).sign(CONTENT, Grounds())
        document = EmbeddedSigner(store).sign(plain_credential(token))
        cases += [{"token": token}, {"embedded": document}]
        store.rotate(date(2026, 2, 1))
    assert ask(store, *cases) == [True] * 4


def test_changed_and_lapsed_ones_are_refused(
    store: KeyStore, token: str, embedded: str, tmp_path: Path
) -> None:
    payload = payload_of(token)
    payload["credentialSubject"]["creditsEarned"] = 300
    changed = json.loads(embedded)
    changed["credentialSubject"]["creditsEarned"] = 300
    removed = json.loads(embedded)
    del removed["validUntil"]
    other = KeyStore(tmp_path / "keys")
    other.create("××区教师进修学校", store.issuer().id, date(2026, 3, 1))
    cases: list[dict[str, Any]] = [
        {"token": with_payload(token, payload)},
        {"token": token[:-6] + "AAAAAA"},
        {"token": Signer(other).sign(CONTENT, GROUNDS)},
        {"embedded": changed},
        {"embedded": removed},
        {"embedded": EmbeddedSigner(other).sign(plain_credential(token))},
    ]
    outcomes = ask(store, *cases)
    assert all(isinstance(outcome, str) for outcome in outcomes), outcomes
    lapsed = ask(
        store, {"token": token}, {"embedded": json.loads(embedded)}, at="2099-06-01T00:00:00Z"
    )
    assert all(isinstance(outcome, str) for outcome in lapsed), lapsed
