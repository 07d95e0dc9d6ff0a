"""The issuer's keys in a folder: ``issuer.json`` for everybody, one private file a key for us.

Keys come in pairs, one of each kind, since a certificate may be signed in either way.
"""

from __future__ import annotations

import os
import uuid
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey, RSAKey

from moodle_cpd.credentials.issuer import Issuer, IssuerKey, KeyKind, issuer_of
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

PUBLIC: Final = "issuer.json"
BITS: Final = 3072
"""Strong enough for documents that are checked ten years later (NIST SP 800-57: beyond 2030)."""


class KeyStore:
    """A folder with an issuer's keys.

    Args:
        folder: ``issuer.json`` and the private keys, one ``KID.pem`` (PKCS #8) each, readable by
            their owner alone.
        passphrase: that private keys are encrypted with, None: they are not.
    """

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        self._folder = folder
        self._passphrase = passphrase

    @property
    def public_file(self) -> Path:
        """The file that may be given to anybody."""
        return self._folder / PUBLIC

    def create(self, name: str, address: str | None, today: date) -> Issuer:
        """Make an issuer with its first keys.

        Args:
            name: the authority.
            address: where ``issuer.json`` will lie on the web, None: nowhere; the issuer then has
                an id that leads nowhere and is only compared.
            today: the day on which the keys are made.

        Raises:
            InputError: there is an issuer already, or the folder can't be written.
        """
        if self.public_file.exists():
            raise InputError(
                Problem(
                    str(self.public_file),
                    "there is an issuer already",
                    "a folder without keys",
                    "Make a new key for it with 'moodle-cpd keys rotate'",
                )
            )
        issuer = Issuer(address or f"urn:uuid:{uuid.uuid4()}", name, self._new_keys(today))
        self._write(self.public_file, issuer.text().encode(), 0o644)
        return issuer

    def rotate(self, today: date) -> Issuer:
        """Make new keys that sign from now on; what the old ones signed stays verifiable.

        Raises:
            InputError: there is no issuer, or the folder can't be written.
        """
        issuer = self.issuer()
        issuer = Issuer(issuer.id, issuer.name, (*issuer.keys, *self._new_keys(today)))
        self._write(self.public_file, issuer.text().encode(), 0o644)
        return issuer

    def issuer(self) -> Issuer:
        """The issuer with all its public keys.

        Raises:
            InputError: there is none.
        """
        try:
            text = self.public_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise InputError(
                Problem(
                    str(self.public_file),
                    "cannot be read",
                    "the issuer's public file",
                    "Make keys with 'moodle-cpd keys init'",
                )
            ) from None
        return issuer_of(text, str(self.public_file))

    def token_key(self, issuer: Issuer) -> tuple[IssuerKey, RSAKey]:
        """The key that signs tokens, public and private.

        Raises:
            InputError: its file can't be read, others may read it, or the passphrase is wrong.
        """
        public = self._signing(issuer, KeyKind.TOKEN)
        content, path = self._content(public)
        try:
            return public, RSAKey.import_key(content, password=self._passphrase)
        except (JoseError, ValueError, TypeError):
            raise _unopened(path) from None

    def embedded_key(self, issuer: Issuer) -> tuple[IssuerKey, Ed25519PrivateKey]:
        """The key that signs documents which carry their proof, public and private.

        Raises:
            InputError: as ``token_key``; or the issuer is from before there were such keys.
        """
        public = self._signing(issuer, KeyKind.EMBEDDED)
        content, path = self._content(public)
        try:
            private = OKPKey.import_key(content, password=self._passphrase).private_key
        except (JoseError, ValueError, TypeError):
            raise _unopened(path) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise _unopened(path)
        return public, private

    def _signing(self, issuer: Issuer, kind: KeyKind) -> IssuerKey:
        key = issuer.signing(kind)
        if key is None:
            raise InputError(
                Problem(
                    str(self.public_file),
                    f"no key for {kind.algorithm}",
                    "a key of each kind",
                    "Make them with 'moodle-cpd keys rotate'",
                )
            )
        return key

    def _content(self, key: IssuerKey) -> tuple[bytes, Path]:
        """A private key's file, if none but its owner may read it."""
        path = self._folder / f"{key.kid}.pem"
        try:
            content = path.read_bytes()
            open_to_others = os.name == "posix" and path.stat().st_mode & 0o077
        except OSError as error:
            raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
        if open_to_others:
            raise InputError(
                Problem(
                    str(path),
                    "others than its owner may read this key",
                    "mode 0600",
                    "chmod 600, and think of 'moodle-cpd keys rotate' if somebody may have read it",
                )
            )
        return content, path

    def _new_keys(self, today: date) -> tuple[IssuerKey, ...]:
        made = (RSAKey.generate_key(BITS), OKPKey.generate_key("Ed25519"))
        return tuple(self._keep(key, today) for key in made)

    def _keep(self, key: RSAKey | OKPKey, today: date) -> IssuerKey:
        kid = key.thumbprint()
        pem = key.as_pem(private=True, password=self._passphrase)
        self._write(self._folder / f"{kid}.pem", pem, 0o600)
        public = key.as_dict(private=False)
        members = KeyKind(public["kty"]).members
        return IssuerKey(kid, today, {name: str(public[name]) for name in members})

    def _write(self, path: Path, content: bytes, mode: int) -> None:
        """Write a file whole or not at all, with its mode from the first byte on."""
        scratch = path.with_name(f".{path.name}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            scratch.unlink(missing_ok=True)
            descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        except OSError as error:
            problem = Problem(str(path), f"cannot be written: {error.strerror}")
            raise InputError(problem) from None


def _unopened(path: Path) -> InputError:
    return InputError(
        Problem(
            str(path),
            "the key can't be opened",
            "the passphrase that it was made with",
            "Set MOODLE_CPD_KEY_PASSPHRASE, or leave it away for a key without one",
        )
    )
