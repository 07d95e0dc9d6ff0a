"""Credentials: what they say, by whom they are checked, and that nothing changed gets through."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from moodle_cpd.credentials import Grounds, KeyKind, KeyStore, Signer, grounds_of, read_credential
from moodle_cpd.credentials.credential import name_hash
from moodle_cpd.errors import InputError
from moodle_cpd.model.decision import (
    Decision,
    Outcome,
    Place,
    RequirementResult,
    State,
    Text,
)
from moodle_cpd.model.period import Period
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import GROUNDS


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


def test_it_says_what_was_asked_and_what_it_rests_on(token: str) -> None:
    payload = payload_of(token)
    narrative = payload["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "- 全年 / all year: 72 学时 / hours [第三条]" in narrative.splitlines()
    references = {each["name"]: each.get("id", "") for each in payload["evidence"]}
    digest = base64.urlsafe_b64encode(b"\xab" * 32).rstrip(b"=").decode()
    assert references["The decision that earned it"] == f"ni:///sha-256;{digest}"
    assert payload["validUntil"] == "2099-01-01T00:00:00Z"
    assert payload["exp"] == int(datetime(2099, 1, 1, tzinfo=UTC).timestamp())
    assert payload["credentialStatus"] == {
        "id": "https://cpd.example.edu.cn/verify/status-2.jwt#3",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "3",
        "statusListCredential": "https://cpd.example.edu.cn/verify/status-2.jwt",
    }


def test_what_is_not_known_is_left_out(signer: Signer) -> None:
    payload = payload_of(signer.sign(replace(CONTENT, verification_url=None), Grounds()))
    assert not payload.keys() & {"validUntil", "credentialStatus", "exp"}
    assert len(payload["evidence"]) == 2
    asked = replace(GROUNDS, status_index=5)
    program = replace(CONTENT, verification_url="https://cpd.example.edu.cn/verify?id=")
    assert "credentialStatus" not in payload_of(signer.sign(program, asked))


def test_criteria_are_the_schemes_without_how_far_the_teacher_was() -> None:
    part = RequirementResult(
        Text("安全", "Safety"), State.MET, Decimal(7), Decimal(4), "hours",
        Place("a.yaml", 3, 1, "第五条"), reason=Text("x"), facts=("fact",),
    )  # fmt: skip
    whole = replace(part, title=Text("全部"), need=None, unit="", parts=(part,))
    decision = decision_with(whole)
    grounds = grounds_of(decision, "ab" * 32, None, 7)
    assert grounds.criteria == ("- 全部 [第五条]", "  - 安全 / Safety: 4 学时 / hours [第五条]")
    assert grounds.rules_digest == decision.rules_digest
    assert grounds_of(decision_with(None), "", None, None).criteria == ()
    shanghai = replace(decision, time_zone="Asia/Shanghai")
    last_day = grounds_of(shanghai, "", date(2028, 2, 29), None).valid_until
    assert last_day == datetime(2028, 2, 29, 16, tzinfo=UTC)


PERIOD = Period("2025", datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))


def decision_with(requirement: RequirementResult | None) -> Decision:
    return Decision(
        site="a", teacher=1, scheme="s", title=Text("甲"), period=PERIOD, outcome=Outcome.MET,
        earned=Decimal(7), recognised=Decimal(7), credits=None, by_category=(),
        requirement=requirement, credit_lines=(), reasons=(), awards=(), rules_digest="cd" * 32,
    )  # fmt: skip


def test_the_name_is_not_in_it(token: str) -> None:
    text = json.dumps(payload_of(token), ensure_ascii=False)
    assert CONTENT.full_name not in text
    (identity,) = payload_of(token)["credentialSubject"]["identifier"]
    assert identity["identityHash"] == name_hash(CONTENT.full_name, identity["salt"])
    assert identity["identityHash"] != name_hash(CONTENT.full_name + "x", identity["salt"])


def test_the_same_certificate_gives_the_same_credential(signer: Signer, token: str) -> None:
    assert signer.sign(CONTENT, GROUNDS) == token
    assert signer.sign(replace(CONTENT, hours=Decimal(31)), GROUNDS) != token


def test_software_that_is_not_ours_accepts_it(token: str, store: KeyStore) -> None:
    key = RSAKey.import_key(dict(store.issuer().keys[0].jwk))
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
    kid = store.issuer().keys[0].kid
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
    known = {"alg": "RS256", "kid": store.issuer().keys[0].kid}
    forged = jws.serialize_compact(known, json.dumps(payload_of(token)).encode(), other)
    with pytest.raises(InputError, match="changed"):
        read_credential(forged, store.issuer(), "x")


def test_the_key_for_embedded_proofs_signs_no_tokens(token: str, store: KeyStore) -> None:
    other = store.issuer().signing(KeyKind.EMBEDDED)
    assert other is not None
    header = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "kid": other.kid}).encode())
    forged = ".".join((header.rstrip(b"=").decode(), *token.split(".")[1:]))
    with pytest.raises(InputError, match="a key that this issuer does not have"):
        read_credential(forged, store.issuer(), "x")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "\x00", "é" * 5000])
def test_other_text_is_no_credential(token: str, store: KeyStore) -> None:
    with pytest.raises(InputError):
        read_credential(token, store.issuer(), "x")
