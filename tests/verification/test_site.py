"""The verification site: what it shows, what it never shows, and that it stays as it is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from moodle_cpd.credentials import KeyStore, Signer
from moodle_cpd.credentials.status import read_status
from moodle_cpd.errors import InputError, RefusedError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState
from moodle_cpd.model.decision import Text
from moodle_cpd.verification import SiteFolder, Written, write_site
from moodle_cpd.verification.lookup import published, verification_id
from moodle_cpd.verification.page import POLICY
from tests.certificates.conftest import CONTENT
from tests.verification.making import ISSUED, SITE, URL, begin, entry, issue, key

LATER = ISSUED + timedelta(days=30)
EVIL = "<script>alert('张')</script>\"'&<img src=x onerror=alert(1)>"


def write(
    ledger: Ledger,
    out: Path,
    signer: Signer | None = None,
    *,
    allow_removals: bool = False,
    url: str | None = URL,
) -> Written:
    folder = SiteFolder(out, SITE)
    return write_site(
        folder, ledger, SITE, verification_url=url, signer=signer, allow_removals=allow_removals
    )


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Seen(HTMLParser):
    """The text of a page, and its tags with what they load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def page(out: Path, id_: str) -> Seen:
    return Seen((out / id_ / "index.html").read_text(encoding="utf-8"))


def test_each_state_has_its_page(ledger: Ledger, tmp_path: Path, signer: Signer) -> None:
    valid, _ = issue(ledger, 1, signer=signer)
    old, _ = issue(ledger, 2, signer=signer)
    new, _ = issue(ledger, 2, "欧阳惠敏", signer=signer, replaces=old.serial)
    withdrawn, _ = issue(ledger, 3, signer=signer)
    ledger.withdraw_award(key(3), "the ground was lost", at=LATER)
    ledger.end_award(key(3), AwardState.WITHDRAWN, at=LATER)
    expired, _ = issue(ledger, 4, signer=signer, valid_until=date(2026, 3, 20))
    ledger.end_award(key(4), AwardState.EXPIRED, at=LATER)
    planned = begin(ledger, 5)
    void = begin(ledger, 6)
    ledger.void_award(key(6), "could not be drawn", at=LATER)
    written = write(ledger, tmp_path / "out", signer)
    assert written.pages == 5
    for certificate, zh, en in (
        (valid, "有效", "Valid"),
        (old, "已被替换", "Replaced"),
        (new, "有效", "Valid"),
        (withdrawn, "已撤销", "Withdrawn"),
        (expired, "已过期", "Expired"),
    ):
        seen = page(tmp_path / "out", certificate.verification_id)
        assert zh in seen.text
        assert en in seen.text
        assert certificate.serial in seen.text
        assert "欧阳*" in seen.text
        assert ("30" in seen.text) == (certificate in (valid, new, expired))
    for certificate in (planned, void):
        assert not (tmp_path / "out" / certificate.verification_id).exists()
        assert published(tmp_path / "out", certificate.verification_id) is None
    # The old one's page leads nowhere: who has it must not learn what the teacher earned later.
    text = (tmp_path / "out" / old.verification_id / "index.html").read_text(encoding="utf-8")
    assert new.verification_id not in text
    assert new.serial not in text
    listed = read_status((tmp_path / "out" / "status-1.jwt").read_text(), signer.issuer, "x")
    told = {e.serial: listed.holds(e.status_index) for e in ledger.certificates(SITE)}
    assert [serial for serial, holds in told.items() if not holds] == [
        old.serial,
        withdrawn.serial,
        void.serial,
    ]


def test_names_hours_and_moodles_ids_stay_private(ledger: Ledger, tmp_path: Path) -> None:
    issued, _ = issue(ledger, 918273, "买买提·艾力", content=replace(CONTENT, teacher=918273))
    write(ledger, tmp_path / "out")
    everything = b"".join(snapshot(tmp_path / "out").values()).decode()
    assert "买*·艾*" in everything
    assert "买买提" not in everything
    assert "艾力" not in everything
    assert "918273" not in everything
    assert issued.decision_digest not in everything


def test_no_page_lists_or_leads_to_certificates(
    ledger: Ledger, tmp_path: Path, signer: Signer
) -> None:
    issued = [issue(ledger, teacher, signer=signer)[0] for teacher in range(1, 6)]
    out = tmp_path / "out"
    write(ledger, out, signer)
    for name, content in snapshot(out).items():
        for each in issued:
            if name != f"{each.verification_id}/index.html":
                assert each.serial.encode() not in content, name
                assert each.verification_id.encode() not in content, name
    ids = {each.verification_id for each in issued}
    assert all(len(id_) >= 22 for id_ in ids)


def test_text_from_moodle_is_never_markup(ledger: Ledger, tmp_path: Path, signer: Signer) -> None:
    evil = replace(
        CONTENT,
        award_title=Text(EVIL, EVIL),
        scheme_title=Text(EVIL, EVIL),
        period_label=EVIL,
        authority=EVIL,
        authority_en="\u202e" + EVIL,
    )
    issued, _ = issue(ledger, 1, EVIL, content=evil, signer=signer)
    write(ledger, tmp_path / "out", signer)
    html = (tmp_path / "out" / issued.verification_id / "index.html").read_text(encoding="utf-8")
    seen = Seen(html)
    assert "img" not in seen.tags
    assert EVIL in seen.text
    assert "\u202e" not in html
    scripts = [value for tag, name, value in seen.attributes if tag == "script" and name == "src"]
    assert html.count("<script") == len(scripts) == 3
    assert not [name for _, name, _ in seen.attributes if name.startswith("on")]


def test_pages_load_and_send_nothing_elsewhere(
    ledger: Ledger, tmp_path: Path, signer: Signer
) -> None:
    issued, _ = issue(ledger, 1, signer=signer)
    out = tmp_path / "out"
    write(ledger, out, signer)
    for name in ("index.html", "404.html", f"{issued.verification_id}/index.html"):
        seen = Seen((out / name).read_text(encoding="utf-8"))
        assert ("meta", "content", POLICY) in seen.attributes
        assert ("meta", "content", "noindex, nofollow, noarchive") in seen.attributes
        loads = [v for _, attribute, v in seen.attributes if attribute in {"src", "href"}]
        for target in loads:
            path = (
                out / "verify" / target if target.startswith("/") else (out / name).parent / target
            )
            assert target.startswith("/verify/") or path.resolve().is_file(), target
        assert "style" not in seen.tags
    for asset in ("check.js", "page.js", "style.css"):
        text = (out / asset).read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!\")[a-z]|fetch\(|XMLHttpRequest|innerHTML|eval\(", text)


def test_the_same_register_gives_the_same_bytes(
    ledger: Ledger, tmp_path: Path, signer: Signer
) -> None:
    for teacher in range(1, 5):
        issue(ledger, teacher, signer=signer)
    ledger.withdraw_award(key(2), "x", at=LATER)
    first, second = tmp_path / "a", tmp_path / "b"
    write(ledger, first, signer)
    write(ledger, second, signer)
    assert snapshot(first) == snapshot(second)
    before = {path: path.stat().st_mtime_ns for path in first.rglob("*")}
    assert write(ledger, first, signer).changed == 0
    assert {path: path.stat().st_mtime_ns for path in first.rglob("*")} == before
    # What Moodle says of it later does not change when it was taken back.
    ledger.end_award(key(2), AwardState.WITHDRAWN, at=LATER + timedelta(days=3))
    write(ledger, first, signer)
    write(ledger, tmp_path / "c", signer)
    assert snapshot(first) == snapshot(tmp_path / "c") == snapshot(second)


def test_only_what_changed_is_written(ledger: Ledger, tmp_path: Path, signer: Signer) -> None:
    for teacher in range(1, 5):
        issue(ledger, teacher, signer=signer)
    out = tmp_path / "out"
    write(ledger, out, signer)
    ledger.withdraw_award(key(2), "x", at=LATER)
    before = snapshot(out)
    assert write(ledger, out, signer).changed == 2
    after = snapshot(out)
    changed = {name for name in after if before[name] != after[name]}
    (gone,) = (e for e in ledger.certificates(SITE) if e.key == key(2))
    assert changed == {f"{gone.verification_id}/index.html", "status-1.jwt"}
    listed = read_status(after["status-1.jwt"].decode(), signer.issuer, "x")
    assert listed.changed == LATER


def test_a_damaged_or_forged_list_is_signed_anew(
    ledger: Ledger, tmp_path: Path, signer: Signer
) -> None:
    issue(ledger, 1, signer=signer)
    out = tmp_path / "out"
    write(ledger, out, signer)
    right = (out / "status-1.jwt").read_bytes()
    for wrong in (b"", b"x.y.z", right[:-9] + b"AAAAAAAAA", b"\xff"):
        (out / "status-1.jwt").write_bytes(wrong)
        assert write(ledger, out, signer).changed == 1
        assert (out / "status-1.jwt").read_bytes() == right


def test_a_new_key_signs_the_list_anew(ledger: Ledger, tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    store.create("甲", None, date(2026, 1, 1))
    issue(ledger, 1, signer=Signer(store))
    out = tmp_path / "out"
    write(ledger, out, Signer(store))
    store.rotate(date(2026, 6, 1))
    assert write(ledger, out, Signer(store)).changed == 3  # issuer.json, issuer.js and the list
    assert (out / "issuer.json").read_bytes() == store.public_file.read_bytes()


def test_keys_stay_at_home(ledger: Ledger, tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys", "correct horse")
    issuer = store.create("甲", None, date(2026, 1, 1))
    issue(ledger, 1, signer=Signer(store))
    write(ledger, tmp_path / "out", Signer(store))
    everything = b"".join(snapshot(tmp_path / "out").values())
    assert b"PRIVATE" not in everything
    assert b"horse" not in everything
    script = (tmp_path / "out" / "issuer.js").read_text(encoding="utf-8")
    said = json.loads(script.removeprefix("globalThis.issuerKeys = ").removesuffix(";\n"))
    assert [set(each) for each in said["keys"]] == [{"kid", "kty", "n", "e"}]
    assert said["keys"][0]["kid"] == issuer.keys[0].kid


def test_a_forgotten_persons_page_goes(ledger: Ledger, tmp_path: Path, signer: Signer) -> None:
    stays, _ = issue(ledger, 1, signer=signer)
    goes, _ = issue(ledger, 2, signer=signer)
    out = tmp_path / "out"
    write(ledger, out, signer)
    (out / "notes").mkdir()
    (out / "notes" / "mine.txt").write_text("mine", encoding="utf-8")
    ledger.forget_printed_names(SITE, [goes.serial])
    assert write(ledger, out, signer).removed == 1
    assert not (out / goes.verification_id).exists()
    assert (out / stays.verification_id).exists()
    assert (out / "notes" / "mine.txt").exists()


def test_another_ledger_does_not_empty_a_site(
    ledger: Ledger, tmp_path: Path, signer: Signer
) -> None:
    for teacher in range(1, 31):
        issue(ledger, teacher)
    out = tmp_path / "out"
    write(ledger, out)
    before = snapshot(out)
    with Ledger.open(tmp_path / "other.sqlite") as other:
        with pytest.raises(RefusedError, match="30 pages"):
            write(other, out)
        assert snapshot(out) == before
        assert write(other, out, allow_removals=True).removed == 30


def test_a_folder_with_other_things_is_left_alone(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text("the school", encoding="utf-8")
    with pytest.raises(InputError, match="not of a verification site"):
        write(ledger, tmp_path / "www")
    assert [path.name for path in (tmp_path / "www").iterdir()] == ["index.html"]
    write(ledger, tmp_path / "out")
    with pytest.raises(InputError, match="another Moodle"):
        SiteFolder(tmp_path / "out", "another")


def test_sites_of_one_ledger_do_not_show_each_others(ledger: Ledger, tmp_path: Path) -> None:
    ours, _ = issue(ledger, 1)
    theirs, _ = issue(ledger, 1, site="another")
    write(ledger, tmp_path / "out")
    assert (tmp_path / "out" / ours.verification_id).exists()
    assert not (tmp_path / "out" / theirs.verification_id).exists()


def test_without_keys_or_address_pages_stand_all_the_same(ledger: Ledger, tmp_path: Path) -> None:
    issued, _ = issue(ledger, 1)
    write(ledger, tmp_path / "out", None, url=None)
    names = set(snapshot(tmp_path / "out"))
    assert f"{issued.verification_id}/index.html" in names
    assert "issuer.json" not in names
    assert not any(name.startswith("status") for name in names)


def test_the_end_of_a_qualification_is_on_its_page(ledger: Ledger, tmp_path: Path) -> None:
    issued, _ = issue(ledger, 1, valid_until=date(2028, 2, 29))
    write(ledger, tmp_path / "out")
    seen = page(tmp_path / "out", issued.verification_id)
    assert "2028年2月29日" in seen.text
    assert "29 February 2028" in seen.text
    # The moment, for the browser's clock: midnight in the scheme's zone.
    assert ("body", "data-until", "2028-02-29T16:00:00Z") in seen.attributes


def test_a_page_is_found_by_the_address_of_its_code(ledger: Ledger, tmp_path: Path) -> None:
    issued, _ = issue(ledger, 1)
    out = tmp_path / "out"
    write(ledger, out)
    id_ = issued.verification_id
    for address in (f"{URL}/{id_}", f"{URL}/{id_}/", f"{URL}/{id_}/index.html", f"{URL}?id={id_}"):
        assert verification_id(address) == id_
    found = published(out, id_)
    assert found is not None
    assert (found["state"], found["serial"]) == ("valid", issued.serial)
    assert found["sha256"] == entry(ledger, issued.serial).sha256
    for wrong in ("https://x.example/", "https://x.example/../../etc", "https://x.example/a?b="):
        assert verification_id(wrong) == ""
    assert published(out, "") is None
    assert published(out, "../keys") is None
    with pytest.raises(InputError, match="no verification site"):
        published(tmp_path, id_)
