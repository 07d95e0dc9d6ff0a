"""The administrators' page and the role file say what the program needs, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from moodle_cpd import menus
from moodle_cpd.doctor.needs import NEEDS, Use
from tests.doctor.test_capabilities import NAMED_AT

PAGES = Path(__file__).parents[2] / "docs" / "administrators"
PAGE = (PAGES / "enable.md").read_text(encoding="utf-8")
CAPABILITY = re.compile(r"`((?:moodle|mod|report|gradereport|webservice)/[\w:]+)`")


def allowed() -> set[str]:
    role = ElementTree.parse(PAGES / "moodle-cpd-role.xml").getroot()
    return {each.text or "" for each in role.findall("permissions/allow")}


def test_the_role_allows_what_was_seen_to_be_needed() -> None:
    elsewhere = {
        "moodle/course:viewhiddencourses",
        "moodle/site:accessallgroups",
        "moodle/site:viewuseridentity",
        "report/completion:view",
        # Nothing is refused without these: lines and totals of the gradebook are left out.
        "moodle/grade:viewhidden",
        "mod/quiz:view",
    }
    assert allowed() == set(NAMED_AT) | elsewhere


def test_the_role_belongs_to_the_system_context_alone() -> None:
    role = ElementTree.parse(PAGES / "moodle-cpd-role.xml").getroot()
    assert [each.text for each in role.findall("contextlevels/level")] == ["system"]
    assert [each.tag for each in role] == [
        *("shortname", "name", "description", "contextlevels", "permissions")
    ], "Moodle's schema knows one order"


def test_the_page_lists_the_roles_capabilities() -> None:
    table = PAGE.partition("### 权限")[2].partition("隐藏的作业")[0]
    assert set(CAPABILITY.findall(table)) == allowed()


def test_the_line_for_the_console_selects_the_functions() -> None:
    line = re.search(r'^"([a-z_ ]+)"\.split', PAGE, re.MULTILINE)
    assert line
    wanted = [need.function for need in NEEDS if need.use is not Use.REPORT]
    assert sorted(line[1].split()) == sorted(wanted)


def test_every_function_stands_in_the_table() -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith("| `")]
    for need in NEEDS:
        assert any(f"`{need.function}`" in row for row in rows), need.function


def test_places_are_named_in_both_languages() -> None:
    places = [value for name, value in vars(menus).items() if name.isupper() and name[0] != "_"]
    assert places
    for place in places:
        assert " > " in place
        assert re.search(r"[\u4e00-\u9fff]", place), place
