from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.certificates import Transcript, file_name
from moodle_cpd.model.decision import Text
from moodle_cpd.model.serial import SerialPattern
from tests.certificates.conftest import CONTENT


def test_fingerprint_is_short_and_can_be_read_aloud() -> None:
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", CONTENT.fingerprint())


def test_fingerprint_stays_what_it_was() -> None:
    # Certificates in people's hands carry it: a change here makes all of them look forged.
    assert CONTENT.fingerprint() == "MQON-P22N-7WY6-HKYE"


@pytest.mark.parametrize(
    "change",
    [
        {"serial": "CPD-2025-000124"},
        {"verification_id": "other"},
        {"award_title": Text("证书", "Certificate of Completion")},
        {"award_title": Text("班主任专项培训结业证书", "")},
        {"scheme_title": Text("中小学班主任培训规定", "Another")},
        {"period_label": "2026"},
        {"full_name": "欧阳惠敏"},
        {"hours": Decimal("30.001")},
        {"credits": Decimal(2)},
        {"credits": None},
        {"issued_on": CONTENT.issued_on + timedelta(days=1)},
        {"time_zone": "UTC"},
        {"authority": "另一机构"},
        {"authority_en": ""},
        {"signatory": "局长 王小明"},
        {"valid_until": date(2028, 12, 31)},
        {"replaces": "CPD-2025-000001"},
        {"transcript": Transcript((), (), Decimal(30), Decimal(30))},
    ],
)
def test_fingerprint_changes_with_whatever_the_certificate_says(change: dict[str, Any]) -> None:
    assert replace(CONTENT, **change).fingerprint() != CONTENT.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"hours": Decimal("30.00")},
        {"hours": Decimal("3E+1")},
        {"full_name": " 欧阳慧敏\n"},
        {"verification_url": None},
        {"teacher": 1},
        {"template": "portrait-zh", "drawn_with": {"template": "other"}},
    ],
)
def test_fingerprint_does_not_depend_on_what_is_not_said(change: dict[str, Any]) -> None:
    assert replace(CONTENT, **change).fingerprint() == CONTENT.fingerprint()


@given(st.text(max_size=30))
def test_any_name_has_a_fingerprint(name: str) -> None:
    assert len(replace(CONTENT, full_name=name).fingerprint()) == 19


def test_date_of_issue_is_the_schemes_date() -> None:
    assert CONTENT.issued_day == date(2026, 1, 1)
    assert replace(CONTENT, time_zone="UTC").issued_day == date(2025, 12, 31)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC"):
        replace(CONTENT, issued_on=datetime(2025, 12, 31))  # noqa: DTZ001 - that is the point
    replace(CONTENT, issued_on=datetime(2025, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://e.org/v", "https://e.org/v/a%2Fb"),
        ("https://e.org/v/", "https://e.org/v/a%2Fb"),
        ("https://e.org/v?id=", "https://e.org/v?id=a%2Fb"),
        ("", None),
        (None, None),
    ],
)
def test_link_appends_the_id(url: str | None, link: str | None) -> None:
    assert replace(CONTENT, verification_url=url, verification_id="a/b").link == link


def test_file_name_is_the_serial() -> None:
    assert CONTENT.file_name() == "CPD-2025-000123.pdf"


@given(st.text(max_size=40), st.text(max_size=40))
def test_file_names_are_safe_and_differ_as_serials_do(one: str, other: str) -> None:
    first = replace(CONTENT, serial=one).file_name()
    second = replace(CONTENT, serial=other).file_name()
    assert re.fullmatch(r"[A-Za-z0-9_-]+\.pdf", first) or not one
    # Windows takes A.pdf and a.pdf for the same file.
    assert (first.lower() == second.lower()) == (one == other)


@pytest.mark.parametrize("serial", ["NUL", "com1", "Aux"])
def test_no_file_is_called_as_windows_calls_a_device(serial: str) -> None:
    assert re.fullmatch(rf"{serial}-[0-9a-f]{{8}}\.pdf", file_name(serial))


def test_files_sort_as_numbers_do() -> None:
    pattern = SerialPattern("千继教字[{year}]第{number:05}号")
    names = [file_name(pattern.number(2026, number)) for number in (1, 9, 10, 99, 100, 12345)]
    assert names == sorted(names)
