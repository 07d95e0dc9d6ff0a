"""How long the verification site takes: written, brought up to date, and without news.

``python -m tests.benchmarks.verifying --certificates 15000``
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from moodle_cpd.credentials import KeyStore, Signer
from moodle_cpd.credentials.embedded import EmbeddedSigner, embedded_text, read_embedded
from moodle_cpd.credentials.sign import plain_credential, read_credential
from moodle_cpd.ledger import Ledger
from moodle_cpd.verification import SiteFolder, Written, write_site
from tests.certificates.conftest import CONTENT
from tests.credentials.conftest import GROUNDS
from tests.verification.making import ISSUED, SITE, URL, issue, key


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificates", type=int, default=15_000)
    count = parser.parse_args().certificates
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), count), indent=2))  # noqa: T201 - a command


def measure(folder: Path, count: int) -> dict[str, float]:
    """Seconds, unless the name says otherwise."""
    store = KeyStore(folder / "keys")
    issuer = store.create("示例州教育和体育局", f"{URL}/issuer.json", date(2026, 1, 1))
    signer = Signer(store)
    found: dict[str, float] = {"certificates": count}
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        for teacher in range(1, count + 1):
            issue(ledger, teacher, f"张三{teacher}")

        def write() -> Written:
            return write_site(
                SiteFolder(folder / "out", SITE),
                ledger,
                SITE,
                verification_url=URL,
                signer=signer,
                allow_removals=False,
            )

        _time(found, "site written", write)
        _time(found, "site without news", write)
        for teacher in range(1, 101):
            ledger.withdraw_award(key(teacher), "x", at=ISSUED + timedelta(days=60))
        _time(found, "site after 100 withdrawals", write)
    files = [path for path in (folder / "out").rglob("*") if path.is_file()]
    found["bytes on disk"] = sum(path.stat().st_size for path in files)
    found["bytes of the status list"] = (folder / "out" / "status-1.jwt").stat().st_size
    found["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    embedding = EmbeddedSigner(store)
    token = signer.sign(CONTENT, GROUNDS)
    document = embedded_text(embedding.sign(plain_credential(token)))
    for name, work in (
        ("a token signed", lambda: signer.sign(CONTENT, GROUNDS)),
        ("a token checked", lambda: read_credential(token, issuer, "x")),
        ("an embedded proof signed", lambda: embedding.sign(plain_credential(token))),
        ("an embedded proof checked", lambda: read_embedded(document, issuer, "x")),
    ):
        began = time.perf_counter()
        for _ in range(50):
            work()
        found[name] = round((time.perf_counter() - began) / 50, 4)
    return found


def _time(found: dict[str, float], name: str, work: Callable[[], Written]) -> None:
    began = time.perf_counter()
    written = work()
    found[name] = round(time.perf_counter() - began, 2)
    found[f"{name}: files"] = written.changed


if __name__ == "__main__":
    main()
