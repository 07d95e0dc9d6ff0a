"""Open Badges 3.0: awards as signed credentials, the issuer's keys, and proof without us.

A credential is a W3C Verifiable Credential of the type ``OpenBadgeCredential``, signed as a JSON
Web Token (VC-JWT, RS256), or as a document with its proof in it (``eddsa-rdfc-2022``). It names the
teacher only as a salted hash. Inside the certificate's PDF the token lies beside the content that
the page was drawn from, so that anybody who has the issuer's public file can check both without a
network. A signed list tells which certificates hold no more.
"""

from moodle_cpd.credentials.grounds import Grounds, grounds_of
from moodle_cpd.credentials.issuer import Issuer, IssuerKey, KeyKind
from moodle_cpd.credentials.keys import KeyStore
from moodle_cpd.credentials.sign import Signer, read_credential
from moodle_cpd.credentials.verify import Verdict, verify_certificate

__all__ = [
    "Grounds",
    "Issuer",
    "IssuerKey",
    "KeyKind",
    "KeyStore",
    "Signer",
    "Verdict",
    "grounds_of",
    "read_credential",
    "verify_certificate",
]
