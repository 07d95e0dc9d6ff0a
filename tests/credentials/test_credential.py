"""Credentials: what they say, by whom they are checked, and that nothing changed gets through."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from moodle_cpd.credentials import KeyStore, Signer, read_credential
from moodle_cpd.credentials.credential import name_hash
from moodle_cpd.errors import InputError
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import DIGEST


def payload_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def with_payload(token: str, payload: dict[str, Any]) -> str:
    head, _, signature = token.split(".")
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"{head}.{text}.{signature}"


def test_it_says_what_the_certificate_says(token: str, store: KeyStore) -> None:
    payload = read_credential(token, store.issuer(), "x")
    subject = payload["credentialSubject"]
    assert payload["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert subject["creditsEarned"] == float(CONTENT.hours)
    assert subject["licenseNumber"] == CONTENT.serial
    assert CONTENT.award_title.zh in payload["name"]
    assert payload["nbf"] == int(CONTENT.issued_on.timestamp())
    assert payload["iss"] == payload["issuer"]["id"] == store.issuer().id


def test_the_name_is_not_in_it(token: str) -> None:
    text = json.dumps(payload_of(token), ensure_ascii=False)
    assert CONTENT.full_name not in text
    (identity,) = payload_of(token)["credentialSubject"]["identifier"]
    assert identity["identityHash"] == name_hash(CONTENT.full_name, identity["salt"])
    assert identity["identityHash"] != name_hash(CONTENT.full_name + "x", identity["salt"])


def test_the_same_certificate_gives_the_same_credential(signer: Signer, token: str) -> None:
    assert signer.sign(CONTENT, DIGEST) == token
    assert signer.sign(replace(CONTENT, hours=Decimal(31)), DIGEST) != token


def test_software_that_is_not_ours_accepts_it(token: str, store: KeyStore) -> None:
    key = RSAKey.import_key(dict(store.issuer().keys[-1].jwk))
    verifier = OB3Verifier(key.as_pem(private=False))
    credential = verifier.verify(token)
    assert credential.achievement.name == payload_of(token)["name"]
    changed = payload_of(token)
    changed["credentialSubject"]["creditsEarned"] = 300.0
    with pytest.raises(OB3VerificationError):
        verifier.verify(with_payload(token, changed))


def test_what_was_changed_is_refused(token: str, store: KeyStore) -> None:
    issuer = store.issuer()
    changed = payload_of(token)
    changed["credentialSubject"]["licenseNumber"] = "CPD-2026-999999"
    with pytest.raises(InputError, match="the credential was changed"):
        read_credential(with_payload(token, changed), issuer, "x")
    head, body, signature = token.split(".")
    with pytest.raises(InputError, match="the credential was changed"):
        read_credential(f"{head}.{body}.{signature[:-4]}AAAA", issuer, "x")


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256"])
def test_a_token_does_not_choose_its_algorithm(token: str, store: KeyStore, algorithm: str) -> None:
    kid = store.issuer().keys[-1].kid
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": kid}).encode())
    forged = f"{header.rstrip(b'=').decode()}.{token.split('.')[1]}."
    with pytest.raises(InputError, match="changed"):
        read_credential(forged, store.issuer(), "x")


def test_a_key_that_the_token_brings_is_not_trusted(token: str, store: KeyStore) -> None:
    """The header carries the public key for others; ours is the one in the issuer's file."""
    other = RSAKey.generate_key(2048)
    from joserfc import jws

    header = {"alg": "RS256", "kid": other.thumbprint(), "jwk": other.as_dict(private=False)}
    forged = jws.serialize_compact(header, json.dumps(payload_of(token)).encode(), other)
    with pytest.raises(InputError, match="a key that this issuer does not have"):
        read_credential(forged, store.issuer(), "x")
    known = {"alg": "RS256", "kid": store.issuer().keys[-1].kid}
    forged = jws.serialize_compact(known, json.dumps(payload_of(token)).encode(), other)
    with pytest.raises(InputError, match="changed"):
        read_credential(forged, store.issuer(), "x")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "\x00", "é" * 5000])
def test_other_text_is_no_credential(token: str, store: KeyStore) -> None:
    with pytest.raises(InputError):
        read_credential(token, store.issuer(), "x")
