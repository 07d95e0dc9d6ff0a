"""What becomes of an award after it was given: corrected, taken back, given again, over."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardKey, AwardState, Certificate, CertificateState
from tests.settings import homeroom_only, write_settings

CERTIFICATE = "qualification-certificate"
BADGE = "homeroom-badge"
ACTIVITY = "homeroom-2026"
EXAM = "HOMEROOM-EXAM"


class Installation:
    """A school's installation on an embedded Moodle, with everything issued."""

    def __init__(self, site: EmbeddedMoodle, folder: Path) -> None:
        self.site = site
        self.config = write_settings(folder, site, rules=homeroom_only(folder / "rules"))

    def run(self, *arguments: str) -> int:
        return app.run(["-c", str(self.config), "-q", *arguments])

    def awards(self) -> dict[AwardKey, Award]:
        with self.ledger() as ledger:
            return ledger.awards("demo")

    def ledger(self) -> Ledger:
        return Ledger.open(self.config.parent / "ledger.sqlite")

    def entries(self, key: AwardKey) -> list[Certificate]:
        with self.ledger() as ledger:
            return [entry for entry in ledger.certificates("demo") if entry.key == key]

    def one(self, award: str) -> AwardKey:
        return next(key for key in self.awards() if (key.award, key.period) == (award, "2026"))

    def mark(self, teacher: int, points: float) -> None:
        """The instructor marks the homeroom teachers' exam anew."""
        self.site.world.grade(teacher, EXAM, points, self.site.world.now())

    def files(self, teacher: int) -> list[str]:
        return [file.filename for file in self.site.world.files_of(teacher, ACTIVITY)]


@pytest.fixture
def school(site: EmbeddedMoodle, tmp_path: Path) -> Installation:
    school = Installation(site, tmp_path)
    assert school.run("sync", "--yes") == ExitCode.DONE
    return school


def planned(school: Installation, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, str, int]]:
    """Verb, award and teacher of what a dry run shows."""
    capsys.readouterr()
    school.run("sync", "--json")
    found = json.loads(capsys.readouterr().out)
    return [(a["verb"], a["award"], a["teacher"]) for a in found["actions"]]


def writes(site: EmbeddedMoodle, since: int = 0) -> list[str]:
    writing = {
        *("mod_assign_save_grades", "core_files_upload"),
        *("core_cohort_add_cohort_members", "core_cohort_delete_cohort_members"),
    }
    return [request.function for request in site.log[since:] if request.function in writing]


def test_more_hours_give_a_new_certificate_in_place_of_the_old(
    school: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    key = school.one(CERTIFICATE)
    [old] = school.entries(key)
    world = school.site.world
    world.enrol(key.teacher, "C-RENEWAL")
    world.complete(key.teacher, "C-RENEWAL", world.now())
    assert planned(school, capsys) == [("supersede", CERTIFICATE, key.teacher)]
    assert school.run("sync", "--yes") == ExitCode.DONE
    was, now = school.entries(key)
    assert was == replace(old, state=CertificateState.SUPERSEDED)
    assert (now.state, now.replaces) == (CertificateState.VALID, old.serial)
    assert now.hours == old.hours + 18
    assert school.files(key.teacher) == [f"{now.serial}.pdf"]
    assert world.grade_of(key.teacher, ACTIVITY) == float(now.hours)
    assert school.awards()[key].state is AwardState.CONFIRMED
    assert planned(school, capsys) == [], "and that is all"


def test_a_changed_name_gives_a_new_certificate_and_no_plan_keeps_the_name(
    school: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    key = school.one(CERTIFICATE)
    user = school.site.world.tables.users[key.teacher]
    user.lastname, user.firstname = "欧阳", "修"
    assert planned(school, capsys) == [("supersede", CERTIFICATE, key.teacher)]
    school.run("plan")
    assert "欧阳修" in capsys.readouterr().out
    school.run("plan", "--json")
    assert "欧阳" not in capsys.readouterr().out
    assert school.run("sync", "--yes") == ExitCode.DONE
    _, now = school.entries(key)
    with school.ledger() as ledger:
        assert ledger.printed_name(now.serial) == "欧阳修"


def test_what_is_not_seen_on_paper_corrects_nothing(
    school: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    key = school.one(CERTIFICATE)
    user = school.site.world.tables.users[key.teacher]
    user.lastname = f" \u200b{user.lastname}"
    user.email = "other@example.org"
    with school.config.open("a") as file:
        file.write('\n[certificates]\nverification_url = "https://verify.example/c"\n')
    assert planned(school, capsys) == []


def test_a_lost_ground_is_taken_back_with_consent_alone(
    school: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = school.one(CERTIFICATE)
    badge = AwardKey("demo", certificate.teacher, certificate.scheme, "2026", BADGE)
    [entry] = school.entries(certificate)
    before = school.files(certificate.teacher)
    school.mark(certificate.teacher, 30)
    assert set(planned(school, capsys)) == {
        ("withdraw", BADGE, badge.teacher),
        ("withdraw", CERTIFICATE, badge.teacher),
    }
    school.run("plan")
    lacking = "未达到：班主任培训考核：合格（30 / 60）"
    assert capsys.readouterr().out.count(lacking) == 2
    sent = len(school.site.log)
    assert school.run("sync", "--yes") == ExitCode.DONE
    assert "2 withdrawals wait for --allow-withdrawals" in capsys.readouterr().out
    assert writes(school.site, sent) == []
    assert school.files(certificate.teacher) == before
    assert school.awards()[certificate].state is AwardState.CONFIRMED

    assert school.run("sync", "--yes", "--allow-withdrawals") == ExitCode.DONE
    world = school.site.world
    assert {school.awards()[key].state for key in (badge, certificate)} == {AwardState.WITHDRAWN}
    assert [e.state for e in school.entries(certificate)] == [CertificateState.WITHDRAWN]
    assert world.grade_of(certificate.teacher, ACTIVITY) == 0
    with school.ledger() as ledger:
        assert lacking in ledger.award_events(certificate)[-2].reason
    [notice] = world.files_of(certificate.teacher, ACTIVITY)
    assert notice.filename == f"{entry.serial}-withdrawn.pdf"
    assert notice.content.startswith(b"%PDF-")
    assert badge.teacher not in world.cohort(ACTIVITY).members
    assert "班主任培训合格 2026" in world.badges_of(badge.teacher), "Moodle keeps the badge"
    assert planned(school, capsys) == []


def test_what_was_taken_back_is_given_anew_when_the_ground_is_there_again(
    school: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    certificate = school.one(CERTIFICATE)
    badge = AwardKey("demo", certificate.teacher, certificate.scheme, "2026", BADGE)
    school.mark(certificate.teacher, 30)
    assert school.run("sync", "--yes", "--allow-withdrawals") == ExitCode.DONE
    school.mark(certificate.teacher, 90)
    assert set(planned(school, capsys)) == {
        ("issue", BADGE, badge.teacher),
        ("issue", CERTIFICATE, badge.teacher),
    }
    assert school.run("sync", "--yes") == ExitCode.DONE
    world = school.site.world
    for key in (certificate, badge):
        withdrawn, again = school.entries(key)
        assert withdrawn.state is CertificateState.WITHDRAWN
        assert (again.state, again.replaces) == (CertificateState.VALID, withdrawn.serial)
        assert school.awards()[key].state is AwardState.CONFIRMED
    assert school.files(certificate.teacher) == [f"{again_serial(school, certificate)}.pdf"]
    assert badge.teacher in world.cohort(ACTIVITY).members
    assert world.badges_of(badge.teacher).count("班主任培训合格 2026") == 1
    assert planned(school, capsys) == []


def again_serial(school: Installation, key: AwardKey) -> str:
    return school.awards()[key].serial
