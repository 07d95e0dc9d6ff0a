"""Keys: private ones for their owner alone, public ones for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.credentials import KeyKind, KeyStore, Signer, read_credential
from moodle_cpd.credentials.embedded import EmbeddedSigner, embedded_text, read_embedded
from moodle_cpd.credentials.issuer import base58, from_base58, issuer_of
from moodle_cpd.credentials.sign import plain_credential
from moodle_cpd.errors import InputError
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import GROUNDS

DAY = date(2026, 3, 1)


def test_private_keys_are_their_owners_alone(keys_folder: Path) -> None:
    issuer = KeyStore(keys_folder).create("A", None, DAY)
    private = [keys_folder / f"{key.kid}.pem" for key in issuer.keys]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o600, 0o600]
    assert keys_folder.stat().st_mode & 0o777 == 0o700
    public = (keys_folder / "issuer.json").read_text(encoding="utf-8")
    assert "PRIVATE" not in public
    assert not {'"d"', '"p"', '"q"'} & set(public.replace(":", " ").split())
    assert sorted(path.name for path in keys_folder.iterdir()) == sorted(
        ["issuer.json", *(path.name for path in private)]
    )


def test_a_key_that_others_may_read_is_refused(keys_folder: Path) -> None:
    store = KeyStore(keys_folder)
    issuer = store.create("A", None, DAY)
    (keys_folder / f"{issuer.keys[0].kid}.pem").chmod(0o644)
    with pytest.raises(InputError, match="others than its owner may read"):
        Signer(store)


def test_an_issuer_is_never_made_over_another(keys_folder: Path) -> None:
    store = KeyStore(keys_folder)
    before = store.create("A", None, DAY)
    with pytest.raises(InputError, match="there is an issuer already"):
        store.create("B", None, DAY)
    assert store.issuer() == before


def test_what_an_old_key_signed_stays_verifiable(keys_folder: Path) -> None:
    store = KeyStore(keys_folder)
    store.create("A", None, DAY)
    old = Signer(store).sign(CONTENT, GROUNDS)
    issuer = store.rotate(date(2027, 3, 1))
    new = Signer(store).sign(CONTENT, GROUNDS)
    assert [(key.since.year, key.kind) for key in issuer.keys] == [
        (2026, KeyKind.TOKEN),
        (2026, KeyKind.EMBEDDED),
        (2027, KeyKind.TOKEN),
        (2027, KeyKind.EMBEDDED),
    ]
    assert read_credential(old, issuer, "x")["name"] == read_credential(new, issuer, "x")["name"]
    assert old.split(".")[0] != new.split(".")[0]


def test_embedded_proofs_of_an_old_key_stay_verifiable(keys_folder: Path) -> None:
    store = KeyStore(keys_folder)
    store.create("A", None, DAY)
    credential = plain_credential(Signer(store).sign(CONTENT, GROUNDS))
    old = embedded_text(EmbeddedSigner(store).sign(credential))
    issuer = store.rotate(date(2027, 3, 1))
    new = embedded_text(EmbeddedSigner(store).sign(credential))
    assert old != new
    assert read_embedded(old, issuer, "x") == read_embedded(new, issuer, "x") == credential


def test_an_issuer_from_before_embedded_proofs_is_told_to_rotate(keys_folder: Path) -> None:
    store = KeyStore(keys_folder)
    issuer = store.create("A", None, DAY)
    older = replace(issuer, keys=issuer.keys[:1])
    (keys_folder / "issuer.json").write_text(older.text(), encoding="utf-8")
    assert Signer(store).sign(CONTENT, GROUNDS)
    with pytest.raises(InputError, match="keys rotate"):
        EmbeddedSigner(store)
    store.rotate(DAY)
    assert EmbeddedSigner(store).issuer == store.issuer()


@given(st.binary(max_size=70))
def test_base_58_there_and_back(content: bytes) -> None:
    assert from_base58(base58(content)) == content


def test_base_58_as_others_write_it() -> None:
    assert base58(b"\0\0Hello World!") == "z112NEpo7TZRRrLZSi2U"
    for wrong in ("", "2NEp", "z0", "zé", "z" + "2" * 300):
        with pytest.raises(ValueError):  # noqa: PT011 - any will do
            from_base58(wrong)


def test_a_passphrase_is_needed_and_never_told(keys_folder: Path) -> None:
    issuer = KeyStore(keys_folder, "correct horse").create("A", None, DAY)
    pem = (keys_folder / f"{issuer.keys[0].kid}.pem").read_text(encoding="ascii")
    assert pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert Signer(KeyStore(keys_folder, "correct horse")).sign(CONTENT, GROUNDS)
    for wrong in ("wrong horse", None):
        with pytest.raises(InputError, match="the key can't be opened") as caught:
            Signer(KeyStore(keys_folder, wrong))
        assert "horse" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"jwks": {"keys": []}}', "\x00"])
def test_other_files_are_no_issuers(text: str) -> None:
    with pytest.raises(InputError, match="no issuer's public file"):
        issuer_of(text, "issuer.json")


def test_without_keys_it_says_how_to_make_them(keys_folder: Path) -> None:
    with pytest.raises(InputError, match="moodle-cpd keys init"):
        Signer(KeyStore(keys_folder))


def test_the_public_file_reads_back(keys_folder: Path) -> None:
    issuer = KeyStore(keys_folder).create("甲", "https://x.example/issuer.json", DAY)
    assert issuer_of(issuer.text(), "x") == issuer
