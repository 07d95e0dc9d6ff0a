"""The verification site: static pages for any web server, from the register.

========================= ========================================================
``ID/index.html``         one certificate, under its unguessable id
``index.html``            how to check; names no certificate
``404.html``              for addresses that lead to none
``issuer.json``           the issuer's public file
``issuer.js``             its keys, for the pages
``status-N.jwt``          which certificates hold no more
``check.js``, …           what the pages need
========================= ========================================================

Nothing in it is secret, nothing lists certificates, and the same register gives the same bytes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from moodle_cpd.credentials import Issuer, KeyKind, Signer
from moodle_cpd.credentials.places import (
    ISSUER_FILE,
    LIST_SIZE,
    list_file,
    list_number,
    place_below,
)
from moodle_cpd.credentials.status import bits_of, read_status, sign_status
from moodle_cpd.errors import InputError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, CertificateState
from moodle_cpd.verification.folder import SiteFolder, Written
from moodle_cpd.verification.page import certificate_page, front_page, missing_page
from moodle_cpd.verification.shown import shown

ASSETS: Final = ("check.js", "page.js", "style.css")
_NO_PROOF: Final = frozenset(
    (CertificateState.SUPERSEDED, CertificateState.WITHDRAWN, CertificateState.VOID)
)
"""States that the status list tells; that a certificate's time is over, it says itself."""
_ENDS: Final[frozenset[AwardState | CertificateState]] = frozenset(
    (*_NO_PROOF, AwardState.WITHDRAWING)
)


def write_site(
    folder: SiteFolder,
    ledger: Ledger,
    site: str,
    *,
    verification_url: str | None,
    signer: Signer | None,
    allow_removals: bool,
) -> Written:
    """Write the site, or bring it up to date.

    Args:
        folder: where it lies.
        ledger: with the register.
        site: the Moodle's name in the settings.
        verification_url: the address at which the folder will be found.
        signer: the issuer's, None where it has no keys; there is no status list then.
        allow_removals: remove many pages too.

    Raises:
        InputError: the folder can't be written.
        RefusedError: many pages would be removed.
    """
    _put_frame(folder, verification_url, None if signer is None else signer.issuer)
    names = ledger.printed_names(site)
    ended = ledger.first_reached(site, _ENDS)
    no_proof: dict[int, set[int]] = defaultdict(set)
    changed: dict[int, datetime] = {}
    for certificate in ledger.certificates(site):
        name = names.get(certificate.serial)
        page = None if name is None else shown(certificate, name)
        if page is not None:
            folder.put_page(page.id, certificate_page(page))
        if not certificate.is_paper:
            continue
        number = list_number(certificate.status_index)
        moment = certificate.issued_on
        if certificate.state in _NO_PROOF:
            no_proof[number].add(certificate.status_index % LIST_SIZE)
            moment = ended.get(certificate.serial, moment)
        elif number in changed:
            continue  # The list tells of it only once it holds no more.
        changed[number] = max(moment, changed.get(number, moment))
    folder.tidy(allow_removals=allow_removals)
    if signer is not None:
        for number, at in sorted(changed.items()):
            _put_status(folder, number, no_proof[number], at, verification_url, signer)
    return folder.written


def _put_frame(folder: SiteFolder, verification_url: str | None, issuer: Issuer | None) -> None:
    root = "" if verification_url is None else urlsplit(verification_url).path.rstrip("/") + "/"
    assets = files("moodle_cpd.verification") / "assets"
    for name in ASSETS:
        folder.put(name, (assets / name).read_bytes())
    folder.put("index.html", front_page(None if issuer is None else issuer.name).encode())
    folder.put("404.html", missing_page(root).encode())
    # Some hosts leave files away that begin with an underscore, as ids may, unless told not to.
    folder.put(".nojekyll", b"")
    folder.put("issuer.js", _issuer_script(issuer).encode())
    if issuer is not None:
        folder.put(ISSUER_FILE, issuer.text().encode())


def _issuer_script(issuer: Issuer | None) -> str:
    """The issuer's keys as a script: pages may load their own scripts, and fetch nothing."""
    keys = () if issuer is None else issuer.keys
    said = {
        "id": "" if issuer is None else issuer.id,
        "keys": [
            {"kid": key.kid, **dict(sorted(key.jwk.items()))}
            for key in keys
            if key.kind is KeyKind.TOKEN
        ],
    }
    return f"globalThis.issuerKeys = {json.dumps(said)};\n"


def _put_status(
    folder: SiteFolder,
    number: int,
    no_proof: set[int],
    changed: datetime,
    verification_url: str | None,
    signer: Signer,
) -> None:
    """Sign a list anew only if it changed, or an older key signed it."""
    name = list_file(number)
    address = place_below(verification_url, name)
    if address is None:
        return
    bits = bits_of(no_proof)
    known = folder.read(name)
    if known is not None:
        try:
            listed = read_status(known.decode("ascii"), signer.issuer, name)
        except (InputError, UnicodeDecodeError):
            pass  # Not ours any more, or damaged: it is written anew.
        else:
            if (listed.bits, listed.address, listed.kid) == (bits, address, signer.kid):
                return
    folder.put(name, sign_status(bits, address, changed, signer).encode())
