"""An issuer with a key, and a certificate signed by it; made once, since keys take time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.credentials import Grounds, KeyStore, Signer
from moodle_cpd.credentials.embedded import EmbeddedSigner, embedded_text
from moodle_cpd.credentials.sign import plain_credential
from tests.certificates.conftest import CONTENT

GROUNDS = Grounds(
    decision_digest="ab" * 32,
    rules_digest="cd" * 32,
    criteria=("- 全年 / all year: 72 学时 / hours [第三条]", '  - "安全" & <b>法规</b> / law'),
    valid_until=datetime(2099, 1, 1, tzinfo=UTC),
    status_index=131_075,
)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = KeyStore(tmp_path_factory.mktemp("issuer") / "keys")
    store.create("××区教师进修学校", "https://cpd.example.edu.cn/issuer.json", date(2026, 3, 1))
    return store


@pytest.fixture(scope="session")
def signer(store: KeyStore) -> Signer:
    return Signer(store)


@pytest.fixture(scope="session")
def drawer() -> CertificateRenderer:
    return CertificateRenderer()


@pytest.fixture(scope="session")
def token(signer: Signer) -> str:
    return signer.sign(CONTENT, GROUNDS)


@pytest.fixture(scope="session")
def certificate(drawer: CertificateRenderer, token: str) -> bytes:
    return drawer.render(CONTENT, token)


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture(scope="session")
def embedded(store: KeyStore, token: str) -> str:
    return embedded_text(EmbeddedSigner(store).sign(plain_credential(token)))
