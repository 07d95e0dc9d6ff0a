"""Open Badges 3.0: awards as signed credentials, the issuer's keys, and proof without us.

A credential is a W3C Verifiable Credential of the type ``OpenBadgeCredential``, signed as a JSON
Web Token (VC-JWT, RS256). It names the teacher only as a salted hash. Inside the certificate's PDF
it lies beside the content that the page was drawn from, so that anybody who has the issuer's public
file can check both without a network.
"""

from moodle_cpd.credentials.issuer import Issuer, IssuerKey
from moodle_cpd.credentials.keys import KeyStore
from moodle_cpd.credentials.sign import Signer, read_credential
from moodle_cpd.credentials.verify import Verdict, verify_certificate

__all__ = [
    "Issuer",
    "IssuerKey",
    "KeyStore",
    "Signer",
    "Verdict",
    "read_credential",
    "verify_certificate",
]
