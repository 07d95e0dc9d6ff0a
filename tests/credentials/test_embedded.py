"""Embedded proofs: software that is not ours accepts them, and nothing changed gets through."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from moodle_cpd.credentials import KeyKind, KeyStore
from moodle_cpd.credentials.embedded import EmbeddedSigner, embedded_text, read_embedded
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.errors import InputError

Change = Callable[[dict[str, Any]], object]

CHANGES: dict[str, Change] = {
    "hours": lambda d: d["credentialSubject"].update(creditsEarned=300),
    "number": lambda d: d["credentialSubject"].update(licenseNumber="CPD-2026-999999"),
    "issuer": lambda d: d["issuer"].update(name="别的学校"),
    "another issuer": lambda d: d["issuer"].update(id="https://forged.example/"),
    "no expiry": lambda d: d.pop("validUntil"),
    "no status": lambda d: d.pop("credentialStatus"),
    "a word that no context defines": lambda d: d.update(说明="获奖"),
    "a word that no context defines, deep": lambda d: d["credentialSubject"].update(prize="gold"),
    "another context": lambda d: d.update({"@context": d["@context"][:1]}),
    "a context of its own": lambda d: d["@context"].append({"creditsEarned": "https://x.example/"}),
    "a context within": lambda d: d["credentialSubject"].update({"@context": {"term": None}}),
    "date of the proof": lambda d: d["proof"].update(created="2020-01-01T00:00:00Z"),
    "purpose": lambda d: d["proof"].update(proofPurpose="authentication"),
    "suite": lambda d: d["proof"].update(cryptosuite="eddsa-jcs-2022"),
    "no value": lambda d: d["proof"].pop("proofValue"),
    "another value": lambda d: d["proof"].update(proofValue="z" + "2" * 80),
    "no base 58": lambda d: d["proof"].update(proofValue="l0O"),
    "two proofs": lambda d: d.update(proof=[d["proof"], d["proof"]]),
    "a proof more": lambda d: d["proof"].update(domain="x"),
    "another key": lambda d: d["proof"].update(verificationMethod="did:key:z6Mk"),
    "issuer as text": lambda d: d.update(issuer=d["issuer"]["id"]),
}


def test_the_same_credential_comes_back(embedded: str, token: str, store: KeyStore) -> None:
    assert read_embedded(embedded, store.issuer(), "x") == plain_credential(token)
    assert embedded_text(EmbeddedSigner(store).sign(plain_credential(token))) == embedded


def test_order_and_white_space_do_not_matter(embedded: str, store: KeyStore) -> None:
    document = json.loads(embedded)
    turned = json.dumps(dict(reversed(document.items())), indent=3)
    assert read_embedded(turned, store.issuer(), "x")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_refused(change: Change, embedded: str, store: KeyStore) -> None:
    document = json.loads(embedded)
    change(document)
    with pytest.raises(InputError):
        read_embedded(json.dumps(document), store.issuer(), "x")


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"proof": 1}', "[" * 70_000])
def test_other_text_is_no_credential(text: str, store: KeyStore) -> None:
    with pytest.raises(InputError, match="no credential with an embedded proof"):
        read_embedded(text, store.issuer(), "x")


@pytest.mark.parametrize("name", ["another context", "a context of its own"])
def test_other_contexts_are_refused_before_they_are_read(
    name: str, embedded: str, store: KeyStore
) -> None:
    document = json.loads(embedded)
    CHANGES[name](document)
    with pytest.raises(InputError, match="as we make them"):
        read_embedded(json.dumps(document), store.issuer(), "x")


def test_a_key_signs_for_its_own_issuer_alone(token: str, store: KeyStore) -> None:
    credential = plain_credential(token)
    credential["issuer"] = {**credential["issuer"], "id": "https://another.example/"}
    signed = embedded_text(EmbeddedSigner(store).sign(credential))
    with pytest.raises(InputError, match="another issuer"):
        read_embedded(signed, store.issuer(), "x")


def test_software_that_is_not_ours_accepts_it(embedded: str, store: KeyStore) -> None:
    key = store.issuer().signing(KeyKind.EMBEDDED)
    assert key is not None
    verifier = OB3LdpVerifier(OKPKey.import_key(dict(key.jwk)).as_pem(private=False))
    assert verifier.verify(embedded).achievement.name == json.loads(embedded)["name"]
    changed = json.loads(embedded)
    changed["credentialSubject"]["creditsEarned"] = 300
    with pytest.raises(OB3VerificationError):
        verifier.verify(json.dumps(changed))


def test_another_issuers_is_refused(embedded: str, tmp_path: Path) -> None:
    other = KeyStore(tmp_path / "keys")
    issuer = other.create("A", "https://cpd.example.edu.cn/issuer.json", date(2026, 3, 1))
    with pytest.raises(InputError, match="a key that this issuer does not have"):
        read_embedded(embedded, issuer, "x")


def test_without_the_package_it_says_what_to_install(
    embedded: str, store: KeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyld", None)
    for attempt in (
        lambda: EmbeddedSigner(store),
        lambda: read_embedded(embedded, store.issuer(), "x"),
    ):
        with pytest.raises(InputError, match=r"moodle-cpd\[embedded-proof\]"):
            attempt()


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        # W3C publishes this one in Verifiable Credentials Data Model v2.0, B.1.
        (
            "credentials-v2.json",
            "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        ),
        (
            "ob-v3p0-context-3.0.3.json",
            "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        ),
    ],
)
def test_contexts_are_as_they_were_published(name: str, digest: str) -> None:
    content = (files("moodle_cpd.credentials") / "contexts" / name).read_bytes()
    assert sha256(content).hexdigest() == digest
