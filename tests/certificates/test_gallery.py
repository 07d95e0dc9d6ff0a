"""The page of templates shows what the program draws."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moodle_cpd.certificates import Stationery
from moodle_cpd.certificates.checking import check_template
from moodle_cpd.certificates.gallery import gallery
from moodle_cpd.certificates.template import shipped_templates

DOCS = Path(__file__).parents[2] / "docs" / "administrators"
PAGE = (DOCS / "certificates.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    return dict(gallery(Stationery()))


def test_every_shipped_template_is_shown_as_it_is_drawn(pictures: dict[str, bytes]) -> None:
    assert set(pictures) == {template.name for template in shipped_templates()} | {"transcript"}
    for name, picture in pictures.items():
        assert f"![{name}](certificates/{name}.png)" in PAGE
        shown = DOCS / "certificates" / f"{name}.png"
        assert shown.read_bytes() == picture, f"{name}: run 'moodle-cpd certificate gallery'"


def test_no_picture_shows_what_is_not_there(pictures: dict[str, bytes]) -> None:
    assert {path.stem for path in (DOCS / "certificates").iterdir()} == set(pictures)


def test_the_template_on_the_page_passes_the_check(tmp_path: Path) -> None:
    (source,) = re.findall(r"```typst\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "certificate.typ").write_text(source, encoding="utf-8")
    drawn, problems = check_template(Stationery(template="ours", templates=tmp_path))
    assert [str(problem) for problem in problems] == []
    assert drawn > 10
