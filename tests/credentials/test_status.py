"""The list of certificates that hold no more: read by us and by software that is not ours."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import RSAKey
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from moodle_cpd.credentials import KeyStore, Signer
from moodle_cpd.credentials.places import LIST_SIZE, list_number, place_below
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.credentials.status import StatusList, bits_of, read_status, sign_status, status_of
from moodle_cpd.errors import InputError
from tests.credentials.test_credential import payload_of, with_payload

ADDRESS = "https://cpd.example.edu.cn/verify/status-2.jwt"
CHANGED = datetime(2026, 5, 1, tzinfo=UTC)


@given(st.sets(st.integers(0, LIST_SIZE - 1), max_size=20))
def test_bits_are_those_that_were_set(indices: set[int]) -> None:
    listed = StatusList(ADDRESS, bits_of(indices), CHANGED, "")
    nearby = {near for each in indices for near in (each - 1, each, each + 1)} | {0, LIST_SIZE - 1}
    for index in nearby & set(range(LIST_SIZE)):
        assert listed.holds(index) == (index not in indices)


def test_it_reads_back_and_is_the_same_every_time(signer: Signer, store: KeyStore) -> None:
    token = sign_status(bits_of([3, 70]), ADDRESS, CHANGED, signer)
    assert token == sign_status(bits_of([70, 3]), ADDRESS, CHANGED, signer)
    listed = read_status(token + "\n", store.issuer(), "x")
    assert (listed.address, listed.changed, listed.kid) == (ADDRESS, CHANGED, signer.kid)
    assert [index for index in range(100) if not listed.holds(index)] == [3, 70]


def test_a_credential_names_its_place(token: str) -> None:
    assert status_of(plain_credential(token)) == (ADDRESS, 3)
    assert status_of({}) is None
    for wrong in ({"statusListIndex": "-1"}, {"statusListIndex": "x"}, {"type": "Other"}):
        entry = {**plain_credential(token)["credentialStatus"], **wrong}
        with pytest.raises(ValueError):  # noqa: PT011 - any will do
            status_of({"credentialStatus": entry})


def test_lists_follow_one_another() -> None:
    assert [list_number(index) for index in (0, LIST_SIZE - 1, LIST_SIZE)] == [1, 1, 2]
    assert place_below("https://a.example/v/", "x") == "https://a.example/v/x"
    assert place_below("https://a.example/v?id=", "x") is None
    assert place_below(None, "x") is None


@pytest.mark.parametrize("index", [3, 70])
def test_software_that_is_not_ours_reads_it(
    index: int, token: str, signer: Signer, store: KeyStore
) -> None:
    pem = RSAKey.import_key(dict(store.issuer().keys[0].jwk)).as_pem(private=False)
    listed = sign_status(bits_of([index]), ADDRESS, CHANGED, signer).encode()
    asked: list[str] = []

    def download(address: str) -> bytes:
        asked.append(address)
        return listed

    verifier = OB3Verifier(pem)
    if index == 3:  # The place of this credential.
        with pytest.raises(OB3VerificationError, match="is set at index 3"):
            verifier.verify(token, check_status=True, download=download)
    else:
        verifier.verify(token, check_status=True, download=download)
    assert asked == [ADDRESS]


def test_what_was_changed_or_is_no_list_is_refused(
    token: str, signer: Signer, store: KeyStore
) -> None:
    listed = sign_status(bits_of([3]), ADDRESS, CHANGED, signer)
    payload = payload_of(listed)
    payload["credentialSubject"]["encodedList"] = payload_of(
        sign_status(bits_of([]), ADDRESS, CHANGED, signer)
    )["credentialSubject"]["encodedList"]
    with pytest.raises(InputError, match="was changed"):
        read_status(with_payload(listed, payload), store.issuer(), "x")
    with pytest.raises(InputError, match="no list of certificates"):
        read_status(token, store.issuer(), "x")


@pytest.mark.parametrize(
    "encoded",
    ["", "x", "u", "uAAAA", "u" + base64.urlsafe_b64encode(gzip.compress(b"\0" * 10**7)).decode()],
)
def test_lists_of_another_length_are_refused(encoded: str, signer: Signer, store: KeyStore) -> None:
    document = plain_credential(sign_status(bits_of([]), ADDRESS, CHANGED, signer))
    document["credentialSubject"]["encodedList"] = encoded
    with pytest.raises(InputError, match="no list of certificates"):
        read_status(signer.sign_document(json.loads(json.dumps(document))), store.issuer(), "x")
