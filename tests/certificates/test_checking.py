from __future__ import annotations

from pathlib import Path

import pytest

from moodle_cpd.certificates import Stationery
from moodle_cpd.certificates.checking import check_template
from moodle_cpd.certificates.specimens import specimens

HEAD = """#import "@local/moodle-cpd:1.0.0": name-style
#let certificate(data) = [
#set document(title: "t")
#set page(paper: "a5", flipped: true)
#set text(font: ("Libertinus Serif", "Noto Serif SC"), fallback: false)
"""
GOOD = (
    HEAD + "#data.serial\n\n#set text(..name-style(data))\n#data.name.clusters().map(box).join()\n"
)


def checked(folder: Path, source: str) -> tuple[int, list[str]]:
    template = folder / "own" / "certificate.typ"
    template.parent.mkdir(parents=True)
    template.write_text(source + "\n]", encoding="utf-8")
    drawn, problems = check_template(Stationery(template="own", templates=folder))
    return drawn, [str(problem).removeprefix(str(template)) for problem in problems]


def test_a_good_template_of_ones_own_passes(tmp_path: Path) -> None:
    assert checked(tmp_path, GOOD) == (len(list(specimens())), [])


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (GOOD + "#eval(data.name)\n", ":10:2: runs text as markup"),
        (GOOD + '#import "@preview/cetz:0.3.0"\n', ":10:10: takes a package from the internet"),
        (GOOD + "#datetime.today().display()\n", ":10:2: asks for today's date"),
        (GOOD + "#unknown\n", ":10:1: the certificate's template cannot be set: unknown variable"),
        (GOOD.replace("#data.serial", ""), ": the number does not stand on the first page"),
        (GOOD.replace("#data.name.clusters().map(box).join()", ""), "does not stand on the first"),
        (
            GOOD.replace("#data.name.clusters().map(box).join()", "#text(40pt, box(data.name))"),
            "runs over the page's edge with “Wolfe",
        ),
        (GOOD.replace("..name-style(data)", "size: 10pt"), "no font can show: 𠮷 (U+20BB7)"),
        (
            GOOD + '#if data.credits == "" { panic("no credits") }\n',
            ":10:25: as little as there can be: panicked with: no credits",
        ),
        (GOOD + "#if data.name.len() > 100 { pagebreak() }", "takes 2 pages, where a plain"),
    ],
)
def test_each_mistake_is_found(tmp_path: Path, source: str, problem: str) -> None:
    _, problems = checked(tmp_path, source)
    assert any(problem in found for found in problems), problems


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    _, problems = checked(tmp_path, HEAD + "#text(40pt, box(data.name))")
    assert any("the number does not stand" in problem for problem in problems)
    assert any("𠮷" in problem for problem in problems)
    assert any("Wolfe" in problem for problem in problems)
    forbidden = HEAD + "#eval(data.name)\n#datetime.today().display()"
    _, problems = checked(tmp_path / "other", forbidden)
    assert len(problems) == 2


def test_a_template_that_is_not_there(tmp_path: Path) -> None:
    drawn, (problem,) = check_template(Stationery(template="own", templates=tmp_path))
    assert drawn == 0
    assert "landscape-both" in problem.expected
