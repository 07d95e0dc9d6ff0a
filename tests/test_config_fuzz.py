"""Broken settings files never crash: whatever is done to a good one, there are problems."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.config import Settings, load_settings
from moodle_cpd.errors import InputError
from moodle_cpd.model.text import one_line
from tests.breaking import broken_text

GOOD = """\
ledger = "moodle-cpd.sqlite"
rules = 'mappings'

[site]
name = "county-1"
url = "https://moodle.example.edu.cn"
token_file = "/etc/moodle-cpd/token"
proxy = "http://user:secret@proxy.example.edu.cn:3128"
retries = 4
read_timeout = 120.5
hours = "22:00-06:00"

[people]
cohorts = ["teachers", "staff"]
key = "profile_field:id_card"
time_zone = "Asia/Shanghai"

[people.attributes.role]
profile_field = "duty"
values = { "班主任" = "homeroom", "骨干教师" = "backbone" }
separator = "、"

[limits]
awards = 200
share = 0.5

[certificates]
serial = "CPD-{year}-{number:06}"
authority = \"\"\"
某区教育局\"\"\"
verification_url = "https://verify.example.edu.cn/"
keys = "keys"

[[awards]]
scheme = "r5"
award = "badge"
route = "cohort"
cohort = "hr-{period}"
badge = "班主任 {period}"

[[awards]]
scheme = "r5"
award = "certificate"
route = "record-course"
course = "RECORD"
activity = "hr30-{period}"
serial = "HR-{year}-{number:06}"
"""
SECRET = "user:secret"
SNIPPETS = st.one_of(
    st.sampled_from(
        [
            *('"', "'", '"""', "'''", "=", "[", "]", "[[", "]]", "{", "}", ".", ",", "#", "\\"),
            *("\n", "\r\n", "\r", "\t", "\x00", "\x7f", "\ufeff", "\u2028", "“", "＝", "，", "　"),
            *("[site]\n", "[[site]]\n", "[awards]\n", "site = 1\n", "[site.url]\n", "a.b.c = 1\n"),
            *("true", "nan", "-inf", "1e999", "-1", "0x10", "9" * 5000, "07:32:00", "2026-13-01"),
            *("1979-05-27T07:32:00Z", '"\\ud800"', '"\\U00110000"', "[" * 60, "{a=" * 60, "[]"),
            *("url = 1\n", 'url = "http://[::1"\n', 'url = "https://a:99999"\n', '"{period}"'),
            *('serial = "{number:0}"\n', 'serial = "{x}"\n', 'hours = "25:00-1"\n', "token = 1\n"),
            *(
                '"{number:09999999}"',
                '"{year}{number}"',
                "{",
                "}",
                "../..",
                "[people.attributes]\n",
            ),
        ]
    ),
    st.text(max_size=8),
)


def hold(content: bytes) -> Settings | None:
    """The settings, None where there are problems, each with its place."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "moodle-cpd.toml"
        path.write_bytes(content)
        try:
            return load_settings(path)
        except InputError as error:
            found = error.problems
        assert found
        # A carriage return alone is the end of a line to editors, and to whoever reads a text file.
        lines = re.split("\r\n?|\n", content.decode("utf-8-sig", "replace"))
        for problem in found:
            place = re.fullmatch(r"(.*?\.toml)(?::(\d+):(\d+))?", problem.where)
            assert place is not None
            assert place[1] == str(path)
            if place[2]:
                assert 1 <= int(place[2]) <= len(lines)
                assert 1 <= int(place[3]) <= len(lines[int(place[2]) - 1]) + 1
            assert problem.found
            assert one_line(str(problem)) == str(problem)
            assert SECRET not in str(problem)
    return None


def test_the_file_is_good_before_it_is_broken() -> None:
    assert hold(GOOD.encode()) is not None


@given(broken_text(GOOD, SNIPPETS))
def test_broken_settings(content: bytes) -> None:
    hold(content)


@given(st.data())
def test_any_value_in_the_place_of_any_other(data: st.DataObject) -> None:
    lines = GOOD.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition("=")[0]
    kinds = st.sampled_from(["{}", "[{}]", "{{x = {}}}", "'{}'", "[[{}]]", "[{{x = {}}}]", "{}.5"])
    inner = st.one_of(st.integers().map(str), st.booleans().map(lambda on: str(on).lower()))
    lines[number] = f"{key}= {data.draw(kinds).format(data.draw(inner))}"
    hold("\n".join(lines).encode())


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    hold(content)


@given(st.sampled_from(["gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]))
def test_other_encodings(encoding: str) -> None:
    settings = hold(GOOD.encode(encoding))
    assert (settings is not None) == (encoding == "utf-8-sig")
