"""What a route lacks is made where the service may; one refused award hinders no other."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import typst

from moodle_cpd.certificates import Press
from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle, Request, Response, build_world
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import AwardState, CertificateState, Route
from tests.certificates.panicking import panicking
from tests.conftest import TODAY
from tests.settings import homeroom_only, write_settings

ACTIVITY = "homeroom-2026"


def test_a_cohort_is_made_and_who_is_outside_the_record_course_is_enrolled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = homeroom_only(tmp_path / "rules")
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as site:
        world = site.world
        world.set_capability("moodle/cohort:manage", True)
        world.cohort(ACTIVITY).idnumber = "renamed"
        for teacher in world.cohort("teachers").members:
            world.unenrol(teacher, "CPD-RECORD")
        someone = min(world.cohort("teachers").members)
        world.enrol(someone, world.course("CPD-RECORD").id)
        config = write_settings(tmp_path / "here", site, rules=rules)
        # No badge hangs on the new cohort yet, so its awards are not confirmed.
        code = app.run(["-c", str(config), "-q", "sync", "--yes", "--allow", "1000"])
        assert code == ExitCode.PARTIAL
        assert "is not seen" in capsys.readouterr().err
        made = world.cohort(ACTIVITY)
        with Ledger.open(config.parent / "ledger.sqlite") as ledger:
            awards = ledger.awards("demo").values()
        here = [award for award in awards if award.target == ACTIVITY]
        inside = {award.key.teacher for award in here if award.route is Route.COHORT}
        assert inside == set(made.members) != set()
        papers = [award for award in here if award.route is Route.RECORD_COURSE]
        assert {award.state for award in papers} == {AwardState.CONFIRMED}


def test_requests_that_fail_in_the_middle_are_finished_one_by_one(tmp_path: Path) -> None:
    """Moodle grades the teachers of a request one after the other, and fails at one of them."""
    rules = homeroom_only(tmp_path / "rules")
    failed: list[int] = []

    def fail_after(request: Request, response: Response) -> Response:
        together = request.params.get("grades", []) if request.params else []
        if request.function != "mod_assign_save_grades" or len(together) < 2:
            return response
        failed.append(request.n)
        body = b'{"exception":"dml_write_exception","errorcode":"dmlwriteexception","message":"x"}'
        return Response(body=body, content_type="application/json")

    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=120)) as site:
        site.alter.append(fail_after)
        config = write_settings(tmp_path / "here", site, rules=rules)
        text = config.read_text(encoding="utf-8").replace("[site]", "[site]\nparallel = 2")
        config.write_text(text, encoding="utf-8")
        assert app.run(["-c", str(config), "-q", "sync", "--yes", "--allow", "1000"]) == 0
        # Both were on their way before the first was seen to fail.
        assert len(failed) == 2
        told = [(message.user, message.subject) for message in site.world.tables.messages]
        assert len(told) == len(set(told))


def test_a_certificate_over_which_typst_breaks_down_hinders_no_other_and_uses_up_one_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = homeroom_only(tmp_path / "rules")
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as site:
        config = write_settings(tmp_path / "here", site, rules=rules)
        sync = ["-c", str(config), "-q", "sync", "--yes", "--allow", "1000", "--json"]
        assert app.run([*sync[:3], "sync", "--json"]) == ExitCode.CHANGES_PENDING
        planned = json.loads(capsys.readouterr().out)["actions"]
        papers = [(a["teacher"], a["target"]) for a in planned if a["course"]]
        due = [teacher for teacher, target in papers if target == ACTIVITY]
        often = Counter(teacher for teacher, _ in papers)
        # Not the first of its kind, which is tried before it has a number.
        number = next(teacher for teacher in due[1:-1] if often[teacher] == 1)
        unlucky = site.world.tables.users[number]
        name = f"{unlucky.lastname}{unlucky.firstname}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(typst, "Compiler", panicking(name))
            # Typst is as it was in a process apart.
            patch.setattr(Press, "render_apart", Press.render)
            for _ in range(3):
                assert app.run(sync) == ExitCode.PARTIAL
                told = json.loads(capsys.readouterr().out)
                [problem] = [p for p in told["problems"] if "broke down" in p["found"]]
                assert f"teacher {number}" in problem["where"]
                assert told["unfinished"] == 1
        assert register(config, number) == [CertificateState.VOID]
        for teacher in due:
            if teacher != number:
                assert register(config, teacher) == [CertificateState.VALID]
        assert app.run(sync) == ExitCode.DONE
        assert register(config, number) == [CertificateState.VOID, CertificateState.VALID]
        with Ledger.open(config.parent / "ledger.sqlite") as ledger:
            numbers = [int(e.serial[-6:]) for e in ledger.certificates("demo") if e.is_paper]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def register(config: Path, teacher: int) -> list[CertificateState]:
    """What a teacher's numbers for certificates of this year are worth."""
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        return [
            entry.state
            for entry in ledger.certificates("demo")
            if (entry.key.teacher, entry.key.period) == (teacher, "2026") and entry.is_paper
        ]
