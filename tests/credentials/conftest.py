"""An issuer with a key, and a certificate signed by it; made once, since keys take time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.credentials import KeyStore, Signer
from tests.certificates.conftest import CONTENT

DIGEST = "ab" * 32


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
    return signer.sign(CONTENT, DIGEST)


@pytest.fixture(scope="session")
def certificate(drawer: CertificateRenderer, token: str) -> bytes:
    return drawer.render(CONTENT, token)


@pytest.fixture
def keys_folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"
