"""A panic of Typst's own is one certificate's failure."""

from __future__ import annotations

from dataclasses import replace

import pytest
import typst

from moodle_cpd.certificates import CertificateRenderer
from moodle_cpd.certificates.panics import panics_told
from moodle_cpd.errors import SkipError
from tests.certificates.conftest import CONTENT
from tests.certificates.panicking import panicking


def test_it_names_the_certificate_and_the_next_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "Compiler", panicking("李四"))
    renderer = CertificateRenderer()
    for draw in (renderer.render, lambda content: renderer.picture(content, 72)):
        with pytest.raises(SkipError) as caught:
            draw(replace(CONTENT, full_name="李四"))
        [problem] = caught.value.problems
        assert problem.where == f"certificate {CONTENT.serial} of teacher {CONTENT.teacher}"
        assert "broke down" in problem.found
    assert renderer.render(CONTENT) == CertificateRenderer().render(CONTENT)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_nothing_else_is_taken_for_one(error: type[BaseException]) -> None:
    with pytest.raises(error), panics_told("here"):
        raise error
