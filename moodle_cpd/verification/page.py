"""Pages of the verification site as HTML: text alone, escaped, in Chinese and English.

No page loads anything from elsewhere, and none may send anything: a policy at its head forbids it
to the browser. Everything that is not ours (names, titles) is escaped where it enters the page and
masked before that.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from string import Template
from typing import Final

from moodle_cpd.certificates.wording import date_en, date_zh, one_line
from moodle_cpd.credentials.credential import moment
from moodle_cpd.model.award import CertificateState
from moodle_cpd.model.decision import Text
from moodle_cpd.verification.shown import Shown

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'none'; "
    "base-uri 'none'; form-action 'none'"
)

_STATES: Final = {
    CertificateState.VALID: (
        Text("有效", "Valid"),
        Text(
            "颁证机构的登记册载有此证书，现为有效。请核对下列各项与证书上所印是否一致。",
            "This certificate stands in the issuer's register and is valid. Hold what follows "
            "against what is printed on it.",
        ),
    ),
    CertificateState.SUPERSEDED: (
        Text("已被替换", "Replaced"),
        Text(
            "颁证机构已另发证书取代此证书，请向持证人索取新证书。",
            "The issuer gave out another certificate in its place. Ask the holder for that one.",
        ),
    ),
    CertificateState.WITHDRAWN: (
        Text("已撤销", "Withdrawn"),
        Text("颁证机构已撤销此证书。", "The issuer withdrew this certificate."),
    ),
    CertificateState.EXPIRED: (
        Text("已过期", "Expired"),
        Text(
            "此证书曾经有效，有效期已过。",
            "This certificate was valid; its time is over.",
        ),
    ),
}

_PAGE: Final = Template("""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<title>证书核验 · Certificate check</title>
<link rel="stylesheet" href="${root}style.css">
<script src="${root}issuer.js" defer></script>
<script src="${root}check.js" defer></script>
<script src="${root}page.js" defer></script>
</head>
<body$data>
<main>
$main</main>
$check</body>
</html>
""")

_CHECK: Final = """<section id="check">
<h2>核对 PDF 文件 <span lang="en">Check the PDF</span></h2>
<p>把证书的 PDF 文件拖到这里，或点击选择。文件只在您的浏览器里核对，不会发送到任何地方。
<span lang="en">Drop the certificate's PDF here, or choose it. It is checked in your browser and \
sent nowhere.</span></p>
<p><label>选择文件 <span lang="en">Choose a file</span>
<input type="file" accept="application/pdf,.pdf"></label></p>
<div id="result" role="status"></div>
<noscript><p>需要 JavaScript 才能在此核对文件；上面的结果不需要。
<span lang="en">Checking a file here takes JavaScript; what stands above does not.</span></p>
</noscript>
</section>
"""


def certificate_page(shown: Shown) -> str:
    """The page of one certificate.

    Args:
        shown: what it shows.
    """
    state, meaning = _STATES[shown.state]
    lines = [
        f'<p class="issuer">{_both(shown.authority)}</p>',
        f'<h1 class="{shown.state.value}">{_both(state)}</h1>',
        f'<p id="meaning">{_both(meaning)}</p>',
        "<dl>",
        *(f"<dt>{_both(label)}</dt><dd>{value}</dd>" for label, value in _rows(shown)),
        "</dl>",
    ]
    data = {
        "id": shown.id,
        "state": shown.state.value,
        "serial": shown.serial,
        "sha256": shown.sha256,
        "until": "" if shown.ends is None else moment(shown.ends),
    }
    return _page(lines, data, root="../")


def front_page(authority: str | None) -> str:
    """The site's first page: how to check a certificate; it names none.

    Args:
        authority: the issuer, None where it has no keys.
    """
    words = Text(
        "扫描证书上的二维码即可核验。没有二维码时，可在下面核对 PDF 文件，或向颁证机构查询。",
        "Scan the code on the certificate to check it. Without one, check its PDF below or ask the "
        "issuer.",
    )
    lines = [
        *([] if authority is None else [f'<p class="issuer">{_both(Text(authority))}</p>']),
        f"<h1>{_both(Text('证书核验', 'Certificate check'))}</h1>",
        f"<p>{_both(words)}</p>",
    ]
    return _page(lines, {}, root="")


def missing_page(root: str) -> str:
    """The page for addresses that lead to no certificate.

    Args:
        root: path of the site on its server with a ``/`` at its end, since a server shows this page
            at any depth; empty where it is not known.
    """
    words = Text(
        "此地址没有证书。请核对地址；若地址无误，则此证书不是由本机构颁发，或其资料已依法删除。",
        "There is no certificate at this address. Check the address; if it is right, the "
        "certificate was not issued here, or what is known of it was deleted as the law asks.",
    )
    lines = [f"<h1>{_both(Text('查无此证', 'Not found'))}</h1>", f"<p>{_both(words)}</p>"]
    return _page(lines, None, root=escape(root))


def _rows(shown: Shown) -> Iterator[tuple[Text, str]]:
    yield Text("证书编号", "Number"), _isolated(shown.serial)
    yield Text("持证人", "Holder"), _isolated(shown.name)
    yield Text("证书", "Certificate"), _both(shown.award)
    yield Text("依据", "Under"), _both(shown.scheme)
    yield Text("周期", "Period"), _both(shown.period)
    if shown.hours:
        yield Text("学时", "Hours"), _isolated(shown.hours)
    issued = Text(date_zh(shown.issued_on), date_en(shown.issued_on))
    yield Text("颁发日期", "Issued on"), _both(issued)
    if shown.valid_until is not None:
        until = Text(date_zh(shown.valid_until), date_en(shown.valid_until))
        yield Text("有效期至", "Valid until"), _both(until)
    yield Text("指纹", "Fingerprint"), f"<code>{escape(shown.fingerprint)}</code>"


def _page(lines: list[str], data: dict[str, str] | None, *, root: str) -> str:
    """A whole page; ``data`` None: nothing is checked on it."""
    attributes = "".join(f' data-{key}="{escape(value)}"' for key, value in (data or {}).items())
    return _PAGE.substitute(
        policy=POLICY,
        root=root,
        data=attributes,
        main="\n".join(lines) + "\n",
        check="" if data is None else _CHECK,
    )


@lru_cache(maxsize=1024)
def _both(words: Text) -> str:
    """Words in both languages; labels and titles are the same on page after page."""
    zh, en = one_line(words.zh), one_line(words.en)
    english = f'<span lang="en">{_isolated(en)}</span>' if en else ""
    return f"{_isolated(zh)} {english}".strip() if zh else english


def _isolated(text: str) -> str:
    """Text that can't turn what stands beside it around, and is no markup."""
    return f"<bdi>{escape(text)}</bdi>"
