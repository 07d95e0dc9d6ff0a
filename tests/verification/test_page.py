"""Whatever stands in names, titles and numbers: a page keeps its shape and says it as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st

from moodle_cpd.certificates.wording import one_line
from moodle_cpd.model.award import CertificateState
from moodle_cpd.model.decision import Text
from moodle_cpd.verification.page import certificate_page, missing_page
from moodle_cpd.verification.shown import PUBLIC_STATES, Shown


class Shape(HTMLParser):
    """A page's tags with their attributes' names, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page(text: str, state: CertificateState = CertificateState.VALID) -> str:
    words = Text(text, text)
    return certificate_page(
        Shown(
            id="k7Qm2xV9sTz4Wb8NcE3pLw",
            state=state,
            serial=text,
            fingerprint=text,
            authority=words,
            award=words,
            scheme=words,
            period=words,
            hours=text or "0",
            issued_on=date(2026, 3, 1),
            valid_until=date(2027, 3, 1),
            ends=datetime(2027, 3, 1, 16, tzinfo=UTC),
            name=text,
            sha256=text,
        )
    )


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.sampled_from(sorted(PUBLIC_STATES)),
)
@example("</bdi><script>alert(1)</script>", CertificateState.VALID)
@example('" onload="alert(1)', CertificateState.VALID)
@example("$root ${root} $$", CertificateState.VALID)
@example("&lt;b&gt; &#60;", CertificateState.VALID)
def test_any_text_stays_text(text: str, state: CertificateState) -> None:
    if not one_line(text):
        return
    seen = Shape(page(text, state))
    assert seen.tags == Shape(page("甲", state)).tags
    assert one_line(text) in seen.text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_address_stays_an_address(path: str) -> None:
    assert Shape(missing_page(path)).tags == Shape(missing_page("/verify/")).tags
