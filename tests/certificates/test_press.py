from __future__ import annotations

import multiprocessing
import os
import select
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import popen_spawn_posix
from pathlib import Path

import pytest

from moodle_cpd.certificates import CertificateContent, CertificateRenderer, Stationery
from moodle_cpd.certificates import press as module
from moodle_cpd.certificates.press import Press
from moodle_cpd.errors import InputError, SkipError
from tests.certificates import killing
from tests.certificates.conftest import CONTENT

BOTH, FORMAL = Stationery(), Stationery(template="portrait-zh")


def numbered(number: int) -> CertificateContent:
    return replace(CONTENT, serial=f"CPD-2025-{number:06}", teacher=number)


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Press]:
    monkeypatch.setattr(module, "_FEW", 1)
    with Press([BOTH, FORMAL], processes=2) as press:
        yield press


def test_processes_draw_what_one_renderer_draws_in_the_same_order(
    in_processes: Press, renderer: CertificateRenderer
) -> None:
    contents = [numbered(number) for number in range(12)]
    contents[3] = replace(contents[3], full_name="𠀀")
    drawn = list(in_processes.render_all((content, "token") for content in contents))
    assert len(drawn) == len(contents)
    for content, found in zip(contents, drawn, strict=True):
        if content.teacher == 3:
            assert isinstance(found, SkipError)
            assert "U+20000" in str(found)
            assert "teacher 3" in str(found)
        else:
            assert found == renderer.render(content, "token")


def test_no_more_is_taken_than_can_soon_be_drawn(in_processes: Press) -> None:
    taken = []

    def source() -> Iterator[tuple[CertificateContent, str]]:
        for number in range(200):
            taken.append(number)
            yield numbered(number), ""

    drawn = in_processes.render_all(source())
    for _ in range(3):
        next(drawn)
    assert len(taken) <= 3 + 8 * 2
    drawn.close()  # type: ignore[attr-defined]


def test_broken_stationery_is_bad_input_from_any_process(in_processes: Press) -> None:
    gone = replace(numbered(2), template="gone")
    with pytest.raises(InputError, match="'gone': is not known"):
        in_processes.render(gone)
    with pytest.raises(InputError, match="'gone': is not known"):
        list(in_processes.render_all((content, "") for content in (numbered(1), gone)))


def test_a_certificate_is_drawn_again_by_what_it_was_drawn_with(tmp_path: Path) -> None:
    seal = tmp_path / "seal.svg"
    seal.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path/></svg>')
    sealed = replace(FORMAL, seal=seal)
    first = CertificateRenderer(sealed)
    content = first.bound(CONTENT)
    pdf = first.render(content)
    with Press([BOTH, FORMAL, sealed]) as press:
        assert press.render(content) == pdf
    # The settings may have gone over to another template since; the old one is still shipped.
    plain = CertificateRenderer(FORMAL).bound(CONTENT)
    with Press([BOTH]) as press:
        assert press.render(plain) == CertificateRenderer(FORMAL).render(plain)
        with pytest.raises(SkipError, match=r"the seal's image changed since .*'portrait-zh'"):
            press.render(content)


def test_a_template_that_changed_gives_no_other_bytes(tmp_path: Path) -> None:
    source = tmp_path / "own" / "certificate.typ"
    source.parent.mkdir()
    source.write_text(
        '#let certificate(data) = [#set document(title: "t")\n#data.name]', encoding="utf-8"
    )
    stationery = Stationery(template="own", templates=tmp_path)
    content = CertificateRenderer(stationery).bound(CONTENT)
    pdf = CertificateRenderer(stationery).render(content)
    (source.parent / "Thumbs.db").touch()
    assert CertificateRenderer(stationery).render(content) == pdf
    source.write_text(source.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(SkipError, match=r"the template's files changed since .*'own'"):
        CertificateRenderer(stationery).render(content)


def test_what_was_not_noted_when_it_was_drawn_is_said_to_have_changed() -> None:
    first = CertificateRenderer(BOTH)
    content = first.bound(CONTENT)
    old = {part: value for part, value in content.drawn_with.items() if part != "setter"}
    with pytest.raises(SkipError, match=r"fonts and setter \(then not noted; now typst"):
        first.render(replace(content, drawn_with=old))


def test_processes_that_were_ended_from_outside_lose_no_certificate(
    in_processes: Press, renderer: CertificateRenderer
) -> None:
    contents = [numbered(number) for number in range(24)]
    drawn = in_processes.render_all((content, "") for content in contents)
    found = [next(drawn) for _ in range(3)]
    for child in multiprocessing.active_children():
        child.kill()
    found += drawn
    assert found == [renderer.render(content) for content in contents]


def test_a_certificate_that_ends_every_process_is_told_and_the_others_are_drawn(
    in_processes: Press,
    renderer: CertificateRenderer,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module, "draw_there", killing.draw)
    contents = [numbered(number) for number in range(24)]
    drawn = list(in_processes.render_all((content, "") for content in contents))
    for content, found in zip(contents, drawn, strict=True):
        if content.teacher == killing.KILLER:
            assert isinstance(found, SkipError)
            assert "CPD-2025-000003 of teacher 3: every process that was to draw it" in str(found)
        else:
            assert found == renderer.render(content)
    # What Typst says over a panic may quote a name.
    assert capfd.readouterr().err == ""


def test_what_is_doubtful_is_drawn_where_it_does_no_harm(
    in_processes: Press, renderer: CertificateRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "draw_there", killing.draw)
    killer, other = numbered(killing.KILLER), numbered(4)
    with pytest.raises(SkipError, match="every process that was to draw it"):
        in_processes.render_apart(killer)
    assert in_processes.render_apart(other) == renderer.render(other)
    # It comes first, where this process draws; and among those that others draw.
    for papers in ([(killer, ""), (other, "")], [(other, ""), (killer, ""), (other, "")]):
        drawn = list(in_processes.render_all(papers, doubtful={killer.serial}))
        assert [isinstance(found, SkipError) for found in drawn] == [
            content is killer for content, _ in papers
        ]


def test_short_lists_one_after_the_other_are_drawn_in_processes_in_the_end(
    in_processes: Press,
) -> None:
    for number in range(3):
        assert all(in_processes.render_all([(numbered(number), "")]))
    assert multiprocessing.active_children()


def test_lists_that_are_drawn_in_turns_are_drawn_to_their_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_FEW", 4)
    with Press([BOTH], processes=2) as press:
        turns = [press.render_all([(numbered(n), "") for n in range(3)]) for _ in range(2)]
        for _ in zip(*turns, strict=True):
            pass
        assert len(list(press.render_all([(numbered(3), "")]))) == 1


def test_the_processes_end_with_the_one_that_began_them_however_it_ends() -> None:
    ours, theirs = multiprocessing.Pipe()
    first = multiprocessing.get_context("spawn").Process(
        target=killing.draw_and_wait, args=(theirs,)
    )
    first.start()
    assert ours.poll(60)
    watched = [os.pidfd_open(child) for child in ours.recv()]
    assert len(watched) == 2
    first.kill()
    first.join()
    for each in watched:
        assert select.select([each], [], [], 20)[0]
        os.close(each)


def test_where_no_process_can_be_started_the_system_is_named(
    in_processes: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(popen_spawn_posix.Popen, "__init__", full)
    told = r"can't be started: Resource temporarily unavailable\. Raise this account's limit"
    with pytest.raises(InputError, match=told):
        in_processes.render_apart(numbered(1))
    with pytest.raises(InputError, match=told):
        list(in_processes.render_all((numbered(each), "") for each in range(9)))
