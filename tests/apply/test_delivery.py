"""What reaches Moodle is right, ours alone, and believed only when it was read back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from moodle_cpd.certificates import CertificateContent, CertificateRenderer, Press
from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle, Request, Response, build_world
from moodle_cpd.errors import CpdError, ExitCode, SkipError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardKey, AwardState, CertificateState, Route
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import SubmissionStatus
from moodle_cpd.moodle.transport import Transport
from moodle_cpd.problems import Problem
from tests.conftest import TODAY
from tests.settings import write_settings

Sync = Callable[[], tuple[int, str]]
CERTIFICATE = "qualification-certificate"
ACTIVITY = "homeroom-2026"


@pytest.fixture
def config(site: EmbeddedMoodle, tmp_path: Path) -> Path:
    return write_settings(tmp_path, site)


@pytest.fixture
def sync(config: Path, capsys: pytest.CaptureFixture[str]) -> Sync:
    def run() -> tuple[int, str]:
        capsys.readouterr()
        code = app.run(["-c", str(config), "-q", "sync", "--yes"])
        return code, capsys.readouterr().err

    return run


def awards(config: Path) -> dict[AwardKey, Award]:
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        return ledger.awards("demo")


@pytest.fixture
def due(config: Path, capsys: pytest.CaptureFixture[str]) -> list[AwardKey]:
    """What a dry run says will be issued."""
    assert app.run(["-c", str(config), "-q", "sync", "--json"]) == ExitCode.CHANGES_PENDING
    plan = json.loads(capsys.readouterr().out)
    return [
        AwardKey("demo", a["teacher"], a["scheme"], a["period"], a["award"])
        for a in plan["actions"]
    ]


ACTIVITIES = {
    "homeroom-teacher-30h": "homeroom",
    "qianshan-annual-72h": "qianshan",
    "prefecture-four-level": "four-level",
    "school-based-48h": "shexian",
    "yulin-school-term-100": "yulin",
}
"""Record activities of the demo's settings, by scheme."""


def of(due: list[AwardKey], award: str, period: str = "2026") -> list[AwardKey]:
    found = [key for key in due if key.award == award and key.period == period]
    assert len(found) > 1, "the made-up people should give this test something to do"
    return found


def test_badges_grades_and_files_arrive_and_a_second_run_writes_nothing(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    assert sync()[0] == ExitCode.DONE
    issued = awards(config)
    assert set(issued) == set(due)
    world = site.world
    for key, award in issued.items():
        assert award.state is AwardState.CONFIRMED
        if award.route is Route.COHORT:
            assert f"班主任培训合格 {key.period}" in world.badges_of(key.teacher)
            continue
        activity = f"{ACTIVITIES[key.scheme]}-{key.period}"
        grade = world.grade_of(key.teacher, activity)
        # The one whose settings ask for points instead of hours; outstanding is who has 90.
        points = key.scheme == "school-based-48h"
        assert grade is not None
        assert 90 <= grade <= 100 if points else grade == float(award.hours)
        [file] = world.files_of(key.teacher, activity)
        assert sha256(file.content).hexdigest() == award.sha256
        assert file.content.startswith(b"%PDF-")
    messages = Counter(world.tables.messages)
    writes = [request.function for request in site.log]
    assert sync()[0] == ExitCode.DONE
    again = [request.function for request in site.log][len(writes) :]
    assert not {"mod_assign_save_grades", "core_cohort_add_cohort_members"} & set(again)
    assert Counter(world.tables.messages) == messages


def test_serial_numbers_have_no_gap_and_no_twin(
    config: Path, due: list[AwardKey], sync: Sync
) -> None:
    sync()
    serials = sorted(a.serial for a in awards(config).values() if a.route is Route.RECORD_COURSE)
    assert [int(serial.rsplit("-", 1)[1]) for serial in serials] == list(range(1, len(serials) + 1))


def test_what_a_person_graded_is_left_alone(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *_ = of(due, CERTIFICATE)
    site.world.grade(first.teacher, ACTIVITY, 5, site.world.now())
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert f"teacher {first.teacher}" in err
    assert "did not write" in err
    assert site.world.grade_of(first.teacher, ACTIVITY) == 5
    assert site.world.files_of(first.teacher, ACTIVITY) == []
    assert first not in awards(config), "and no number was used up"


def test_who_is_in_the_cohort_by_another_hand_is_not_counted_as_ours(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *others = of(due, "homeroom-badge")
    site.world.join_cohort(first.teacher, ACTIVITY)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "not by us" in err
    issued = awards(config)
    assert first not in issued
    assert all(issued[key].state is AwardState.CONFIRMED for key in others)


def test_who_is_not_enrolled_gets_nothing_and_is_named(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *others = of(due, CERTIFICATE)
    site.world.unenrol(first.teacher, "CPD-RECORD")
    site.world.capabilities.discard("enrol/manual:enrol")
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert all(awards(config)[key].state is AwardState.CONFIRMED for key in others)
    assert f"not enrolled, and so given nothing: teachers {first.teacher}" in err
    assert "Cohort sync" in err
    assert first not in awards(config)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("blindmarking", True, "blind marking"),
        ("markingworkflow", True, "workflow"),
        ("teamsubmission", True, "team"),
        ("attemptreopenmethod", "manual", "reopened"),
        ("feedback_files", False, "feedback files are off"),
        ("feedback_comments", False, "feedback comments are off"),
        ("idnumber", "renamed", "not found"),
    ],
)
def test_an_assignment_that_would_lose_it_is_not_written_to(
    site: EmbeddedMoodle,
    config: Path,
    due: list[AwardKey],
    sync: Sync,
    setting: str,
    value: object,
    words: str,
) -> None:
    assignment = site.world.assignment(ACTIVITY)
    assignment.maxattempts = -1
    setattr(assignment, setting, value)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert words in err
    issued = awards(config)
    assert not any(key in issued for key in of(due, CERTIFICATE))
    assert issued, "the other targets are served"


def test_hours_above_the_maximum_grade_are_not_written(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    site.world.assignment(ACTIVITY).grade = 31
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "more than the maximum grade 31" in err
    assert not any(key in awards(config) for key in of(due, CERTIFICATE))


def test_a_locked_grade_is_not_written(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    site.world.assignment(ACTIVITY).locked = True
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "locked" in err
    assert not any(site.world.files_of(key.teacher, ACTIVITY) for key in of(due, CERTIFICATE))


def lose_replies(site: EmbeddedMoodle, function: str, count: int) -> list[int]:
    """Let Moodle do the work and the connection break before the reply, so many times."""
    lost: list[int] = []

    def drop(request: Request) -> Response | None:
        if function in json.dumps([request.function, request.params]) and len(lost) < count:
            lost.append(request.n)
            return Response(drop=True)
        return None

    site.after.append(drop)
    return lost


@pytest.mark.parametrize(
    "function", ["mod_assign_save_grades", "core_cohort_add_cohort_members", "core_files_upload"]
)
def test_a_lost_reply_neither_loses_nor_doubles(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync, function: str
) -> None:
    lost = lose_replies(site, function, 1)
    code, err = sync()
    assert len(lost) == 1
    assert code == ExitCode.PARTIAL, err
    assert "connection" in err
    assert sync()[0] == ExitCode.DONE
    issued = awards(config)
    assert set(issued) == set(due)
    assert all(award.state is AwardState.CONFIRMED for award in issued.values())
    told = Counter((message.user, message.kind) for message in site.world.tables.messages)
    badges = sum(len(site.world.badges_of(user)) for user in site.world.tables.users)
    assert sum(n for (_, kind), n in told.items() if "badge" in kind) == badges
    saved = sum(award.route is Route.RECORD_COURSE for award in issued.values())
    assert sum(n for (_, kind), n in told.items() if "badge" not in kind) == saved


def test_a_site_that_went_down_is_not_hammered(
    site: EmbeddedMoodle,
    config: Path,
    due: list[AwardKey],
    sync: Sync,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moodle_cpd.apply.record_course._PART", 2)
    lost = lose_replies(site, "mod_assign_save_grades", 100)
    assert sync()[0] == ExitCode.SITE_PROBLEM
    assert len(lost) == 3


def test_a_file_that_is_not_ours_in_the_end_is_not_confirmed(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    def spoil(request: Request, response: Response) -> Response:
        if "pluginfile.php" not in request.path:
            return response
        return replace(response, body=response.body[:-1] + b"!")

    site.alter.append(spoil)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "not the certificate that was handed over" in err
    states = {a.state for a in awards(config).values() if a.route is Route.RECORD_COURSE}
    assert states == {AwardState.PLANNED}


def test_a_comment_that_a_person_wrote_is_left_alone(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *_ = of(due, CERTIFICATE)
    site.world.grade(first.teacher, ACTIVITY, -1, site.world.now(), comment="请先联系教务处")
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "did not write" in err
    assert first not in awards(config)


def unconfirm(config: Path, key: AwardKey) -> None:
    """As if the run had ended before it read back."""
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        ledger.set_award(key, AwardState.ISSUED, at=datetime.now(UTC))


def test_what_a_person_took_back_is_not_given_again(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    assert sync()[0] == ExitCode.DONE
    badge, *_ = of(due, "homeroom-badge")
    certificate, *_ = of(due, CERTIFICATE)
    unconfirm(config, badge)
    unconfirm(config, certificate)
    site.world.cohort(ACTIVITY).members.pop(badge.teacher)
    ours = site.world.files_of(certificate.teacher, ACTIVITY)
    for files in site.world.tables.files.values():
        for name in [name for name, file in files.items() if file in ours]:
            del files[name]
    before = len(site.world.tables.messages)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "is not there any more" in err
    assert badge.teacher not in site.world.cohort(ACTIVITY).members
    assert site.world.files_of(certificate.teacher, ACTIVITY) == []
    assert len(site.world.tables.messages) == before


def test_a_write_that_left_nothing_behind_is_done_once_more_and_then_a_persons_matter(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    """``mod_assign_save_grades`` answers null whatever happens."""
    idle = [True]

    def nothing(request: Request) -> Response | None:
        if idle[0] and request.function == "mod_assign_save_grades":
            return Response(body=b"null", content_type="application/json")
        return None

    site.before.append(nothing)
    assert sync()[0] == ExitCode.PARTIAL
    idle[0] = False
    assert sync()[0] == ExitCode.DONE
    assert {award.state for award in awards(config).values()} == {AwardState.CONFIRMED}


def test_settings_that_change_before_a_badge_is_seen_accuse_nobody(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    assert sync()[0] == ExitCode.DONE
    certificate, *_ = of(due, CERTIFICATE)
    before = awards(config)[certificate]
    unconfirm(config, certificate)
    with config.open("a") as file:
        file.write('\n[certificates]\nverification_url = "https://verify.example/c"\n')
    assert sync()[0] == ExitCode.DONE
    assert awards(config)[certificate] == before


def test_a_restored_backup_does_not_give_numbers_again(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    ledger = config.parent / "ledger.sqlite"
    site.world.assignment(ACTIVITY).feedback_files = False
    assert sync()[0] == ExitCode.PARTIAL
    backup = ledger.read_bytes()
    assert any(award.route is Route.RECORD_COURSE for award in awards(config).values())
    site.world.assignment(ACTIVITY).feedback_files = True
    assert sync()[0] == ExitCode.DONE
    ledger.write_bytes(backup)
    code, err = sync()
    assert code == ExitCode.REFUSED
    assert "newest backup" in err


def test_another_moodle_under_the_same_name_is_refused(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    text = config.read_text()
    with EmbeddedMoodle(build_world(seed=2, today=TODAY, teachers=24)) as other:
        config.write_text(text.replace(site.url, other.url))
        (config.parent / "token.txt").write_text(other.token)
        code, err = sync()
        assert code == ExitCode.BAD_INPUT
        assert "another [site] name" in err
        assert other.world.tables.messages == []


def test_a_ledger_that_was_lost_does_not_number_anew(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    assert sync()[0] == ExitCode.DONE
    (config.parent / "ledger.sqlite").unlink()
    code, err = sync()
    assert code == ExitCode.REFUSED
    assert "choose another 'serial'" in err


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Teachers whose feedback Moodle refuses to tell of."""
    refused: set[int] = set()
    ask = Moodle.submission_statuses

    def statuses(
        self: Moodle, pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[tuple[int, int], SubmissionStatus | CpdError]]:
        for pair, answer in ask(self, pairs):
            no = SkipError(Problem("feedback", "is refused"))
            yield pair, no if pair[0] in refused else answer

    monkeypatch.setattr(Moodle, "submission_statuses", statuses)
    return refused


def test_whose_files_can_t_be_looked_at_before_numbers_are_given_is_named(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync, unreadable: set[int]
) -> None:
    world = site.world
    students = world.tables.users.keys() - {key.teacher for key in due}
    stranger = max(students)
    world.grade(stranger, ACTIVITY, 5, world.now())
    unreadable.add(stranger)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert f"feedback, teacher {stranger}: is refused" in err
    assert all(award.state is AwardState.CONFIRMED for award in awards(config).values())


def test_whose_files_can_t_be_read_has_not_lost_them(
    site: EmbeddedMoodle,
    config: Path,
    due: list[AwardKey],
    sync: Sync,
    unreadable: set[int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    sync()
    first, *_ = of(due, CERTIFICATE)
    unreadable |= {key.teacher for key in of(due, CERTIFICATE)}
    assert app.run(["-c", str(config), "-q", "verify", "--files", "--json"]) == ExitCode.PARTIAL
    found = json.loads(capsys.readouterr().out)
    assert found["drifts"] == []
    told = [problem["where"] for problem in found["problems"]]
    assert f"feedback, teacher {first.teacher}" in told


def test_a_plan_that_was_shown_covers_what_stands_on_certificates(
    config: Path, due: list[AwardKey], capsys: pytest.CaptureFixture[str]
) -> None:
    app.run(["-c", str(config), "-q", "plan", "--json"])
    digest = json.loads(capsys.readouterr().out)["digest"]
    with config.open("a") as file:
        file.write('\n[certificates]\nauthority = "别的机构"\n')
    assert app.run(["-c", str(config), "-q", "apply", digest]) == ExitCode.REFUSED


def test_facts_of_last_week_are_no_ground_for_a_certificate(
    config: Path,
    due: list[AwardKey],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app.run(["-c", str(config), "-q", "plan", "--json"])
    digest = json.loads(capsys.readouterr().out)["digest"]
    later = datetime.now(UTC) + timedelta(days=7)
    monkeypatch.setattr("moodle_cpd.cli.steps.now", lambda: later)
    assert app.run(["-c", str(config), "-q", "apply", digest]) == ExitCode.REFUSED
    assert "last read on" in capsys.readouterr().err


def test_a_clock_that_is_far_off_stops_a_run_before_anything_is_dated(
    site: EmbeddedMoodle,
    due: list[AwardKey],
    sync: Sync,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def years_off(transport: Transport, _: str | None) -> None:
        transport.clock_offset = -1500.0 * 86400

    monkeypatch.setattr(Transport, "_note_clock", years_off)
    code, err = sync()
    assert code == ExitCode.SITE_PROBLEM
    assert "clock" in err
    assert site.world.tables.messages == []


def test_a_hidden_badge_is_not_taken_for_held_and_is_no_trouble_where_others_have_it(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *_ = of(due, "homeroom-badge")
    site.world.tables.users[first.teacher].hides_badges = True
    code, err = sync()
    assert awards(config)[first].state is AwardState.ISSUED
    assert code == ExitCode.DONE, err


def test_a_badge_that_nobody_gets_is_trouble(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    for key in of(due, "homeroom-badge"):
        site.world.tables.users[key.teacher].hides_badges = True
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert "is not seen" in err


def test_a_name_that_cannot_be_set_uses_up_no_number(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    first, *others = of(due, CERTIFICATE)
    user = site.world.tables.users[first.teacher]
    user.firstname, user.lastname = "\U00031350", "王"
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert f"{first.teacher}" in err
    assert "U+31350" in err
    issued = awards(config)
    assert first not in issued
    assert all(key in issued for key in others)


def test_each_certificate_is_drawn_once_but_for_the_first_of_its_kind(
    config: Path, due: list[AwardKey], sync: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    render = CertificateRenderer.render

    def counted(
        self: CertificateRenderer, content: CertificateContent, credential: str = ""
    ) -> bytes:
        drawn.append(content.serial)
        return render(self, content, credential)

    monkeypatch.setattr(CertificateRenderer, "render", counted)
    code, err = sync()
    assert code == ExitCode.DONE, err
    given = {award.serial for award in awards(config).values()}
    times = Counter(drawn)
    tried = sum(count for serial, count in times.items() if serial not in given)
    assert {serial: times[serial] for serial in given & set(drawn)}.keys() >= {
        award.serial for key, award in awards(config).items() if key.award == CERTIFICATE
    }
    assert all(times[serial] == 1 for serial in given & set(drawn))
    assert tried < len(given & set(drawn))


def test_a_number_whose_certificate_failed_is_void_and_no_other_is_used_up(
    site: EmbeddedMoodle,
    config: Path,
    due: list[AwardKey],
    sync: Sync,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unlucky = of(due, CERTIFICATE)[1]
    render = CertificateRenderer.render

    def failing(
        self: CertificateRenderer, content: CertificateContent, credential: str = ""
    ) -> bytes:
        if content.full_name == name:
            raise SkipError(Problem(f"certificate {content.serial}", "can't be set"))
        return render(self, content, credential)

    user = site.world.tables.users[unlucky.teacher]
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        name = ledger.people("demo")[unlucky.teacher].full_name
    assert user.lastname in name
    with monkeypatch.context() as patched:
        patched.setattr(CertificateRenderer, "render", failing)
        # Nothing is patched in a process apart.
        patched.setattr(Press, "render_apart", Press.render)
        for _ in range(2):
            code, err = sync()
            assert code == ExitCode.PARTIAL
            assert "can't be set" in err
        issued = awards(config)
        assert unlucky not in issued
        assert all(key in issued for key in of(due, CERTIFICATE) if key != unlucky)
        with Ledger.open(config.parent / "ledger.sqlite") as ledger:
            void = [
                entry.key
                for entry in ledger.certificates("demo")
                if entry.state is CertificateState.VOID
            ]
        assert unlucky in void
        assert len(void) == len(set(void))
        assert {key.teacher for key in void} == {unlucky.teacher}
    code, err = sync()
    assert code == ExitCode.DONE, err
    assert awards(config)[unlucky].state is AwardState.CONFIRMED


def test_a_comment_that_did_not_arrive_is_told_and_hinders_nothing(
    site: EmbeddedMoodle, config: Path, due: list[AwardKey], sync: Sync
) -> None:
    unlucky = of(due, CERTIFICATE)[0]

    def drop(request: Request) -> Response | None:
        if request.function == "mod_assign_save_grades":
            for (_, user), grade in site.world.tables.gradebook.items():
                if user == unlucky.teacher:
                    grade.feedback = None
        return None

    site.after.append(drop)
    code, err = sync()
    assert code == ExitCode.PARTIAL
    assert f"teacher {unlucky.teacher}: {awards(config)[unlucky].serial}: the comment" in err
    assert awards(config)[unlucky].state is AwardState.CONFIRMED
