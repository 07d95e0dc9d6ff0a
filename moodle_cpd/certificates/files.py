"""What Typst is given for one certificate: files in memory, beside those of its template.

They are files and not ``sys.inputs``, because a change of those makes Typst build its library anew
and forget all that it worked out: a third of the time that a certificate takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

# In a hidden folder, which is none of a template's: no file of its own can be meant by these names.
_DATA: Final = ".certificate/data.json"
_SAID: Final = ".certificate/certificate.json"
_CREDENTIAL: Final = ".certificate/credential.jwt"

MAIN: Final = "main"
"""The file that is set: it puts two files into the PDF and calls the template."""
_SET: Final = f"""\
#import "certificate.typ": certificate
#pdf.attach(
  "certificate.json", read("{_SAID}", encoding: none), relationship: "source",
  mime-type: "application/json", description: "What this certificate says",
)
#certificate(json("{_DATA}"))
"""
SET_SIGNED: Final = f"""\
#pdf.attach(
  "credential.jwt", read("{_CREDENTIAL}", encoding: none), relationship: "supplement",
  mime-type: "application/vc+jwt", description: "The same, signed: Open Badges 3.0",
)
{_SET}"""
"""What stands in it where there is a credential; without one, the end of it."""


def files_for(inputs: Mapping[str, str], face: str, said: str, credential: str) -> dict[str, bytes]:
    """The files by path from the template's folder; the first is the one to set.

    Args:
        inputs: what the template reads.
        face: what the name is set in, see ``parts.typ``.
        said: what the certificate says, as JSON.
        credential: the signed credential; empty: there is none.
    """
    data = json.dumps({**inputs, "face": face}, ensure_ascii=False)
    files = {
        MAIN: (SET_SIGNED if credential else _SET).encode(),
        _DATA: data.encode(),
        _SAID: said.encode(),
    }
    return {**files, _CREDENTIAL: credential.encode()} if credential else files
