"""Drift: what Moodle holds otherwise than the ledger says is told, and what is missing repaired."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.apply.marks import Marks
from moodle_cpd.apply.stored_files import FilesReport
from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle, Request, Response, build_world
from moodle_cpd.demo.functions import file_rows
from moodle_cpd.demo.functions.badge_rows import SOURCE as BADGES
from moodle_cpd.demo.functions.file_rows import SOURCE
from moodle_cpd.demo.functions.people_rows import SOURCE as PEOPLE
from moodle_cpd.demo.state import Report, ReportColumn, StoredFile
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardState, Route
from moodle_cpd.moodle import CustomReport, Moodle, Writer
from moodle_cpd.moodle.replies import AssignmentGrade, ReportPage
from tests.apply.rescaling import rescale
from tests.conftest import TODAY
from tests.settings import homeroom_only, write_settings

Run = Callable[..., tuple[int, dict[str, Any]]]
ACTIVITY = "homeroom-2026"


@pytest.fixture
def site() -> Any:
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as moodle:
        yield moodle


@pytest.fixture
def config(site: EmbeddedMoodle, tmp_path: Path) -> Path:
    return write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = app.run(["-c", str(config), "-q", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return command


def awards(config: Path, route: Route) -> list[Award]:
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        found = ledger.awards("demo").values()
        return [a for a in found if a.route is route and a.target == ACTIVITY]


def told(found: dict[str, Any]) -> set[tuple[str, str, int]]:
    return {(each["kind"], each["thing"], each["teacher"]) for each in found["drifts"]}


def test_a_maximum_that_was_changed_is_one_problem_and_no_drift_of_each(
    site: EmbeddedMoodle, config: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("sync", "--yes", "--allow", "1000")[0] == ExitCode.DONE
    rescale(site.world, ACTIVITY, 600)
    code, found = run("verify")
    assert (code, found["drifts"]) == (ExitCode.PARTIAL, [])
    [problem] = found["problems"]
    assert ACTIVITY in problem["where"]
    assert "was 1000 when we wrote grades and is 600 now" in problem["found"]
    assert app.run(["-q", "-c", str(config), "verify"]) == ExitCode.PARTIAL
    assert "all as handed over" not in capsys.readouterr().out
    rescale(site.world, ACTIVITY, 1000)
    code, found = run("verify")
    assert (code, found["drifts"]) == (ExitCode.DONE, [])


def test_what_expired_stays_in_moodle_and_is_no_strangers(
    site: EmbeddedMoodle, config: Path, run: Run
) -> None:
    assert run("sync", "--yes", "--allow", "1000")[0] == ExitCode.DONE
    before = run("verify")[1]["checked"]
    with Ledger.open(config.parent / "ledger.sqlite") as ledger:
        key = awards(config, Route.RECORD_COURSE)[0].key
        ledger.end_award(
            key, AwardState.EXPIRED, at=datetime(2028, 1, 31, tzinfo=UTC), reason="over"
        )
    code, found = run("verify")
    assert (code, found["drifts"]) == (ExitCode.DONE, [])
    assert found["checked"] == before - 1


def test_what_is_missing_is_handed_over_again_and_what_a_person_changed_is_left(
    site: EmbeddedMoodle, config: Path, run: Run
) -> None:
    assert run("sync", "--yes", "--allow", "1000")[0] == ExitCode.DONE
    code, found = run("verify", "--files")
    assert (code, found["drifts"]) == (ExitCode.DONE, [])
    assert found["checked"] > 4

    world = site.world
    lost, changed, *_ = awards(config, Route.RECORD_COURSE)
    left, hidden, *_ = awards(config, Route.COHORT)
    stranger = max(world.tables.users)
    ours = world.files_of(lost.key.teacher, ACTIVITY)
    for files in world.tables.files.values():
        for name in [name for name, file in files.items() if file in ours]:
            del files[name]
    world.grade(changed.key.teacher, ACTIVITY, 7, world.now())
    world.cohort(ACTIVITY).members.pop(left.key.teacher)
    world.join_cohort(stranger, ACTIVITY)
    for badge in world.tables.issued_to[hidden.key.teacher]:
        badge.visible = False

    code, found = run("verify", "--files")
    assert code == ExitCode.CHANGES_PENDING
    seen = told(found)
    assert {
        ("missing", "file", lost.key.teacher),
        ("changed", "grade", changed.key.teacher),
        ("missing", "member", left.key.teacher),
        ("extra", "member", stranger),
        ("unseen", "badge", hidden.key.teacher),
    } <= seen
    assert len(seen) <= 7, seen

    code, plan = run("plan")
    assert code == ExitCode.CHANGES_PENDING
    repairs = {(a["verb"], a["teacher"]) for a in plan["actions"]}
    assert repairs == {("repair", lost.key.teacher), ("repair", left.key.teacher)}
    assert any("changed by another hand" in problem["found"] for problem in plan["problems"])

    run("sync", "--yes", "--allow", "1000")
    [file] = world.files_of(lost.key.teacher, ACTIVITY)
    assert file.filename.startswith(lost.serial)
    assert sha256(file.content).hexdigest() == lost.sha256
    assert left.key.teacher in world.cohort(ACTIVITY).members
    assert world.grade_of(changed.key.teacher, ACTIVITY) == 7
    assert set(awards(config, Route.RECORD_COURSE)) >= {lost, changed}
    code, plan = run("plan")
    assert plan["actions"] == []
    _, found = run("verify", "--files")
    assert ("missing", "file", lost.key.teacher) not in told(found)
    assert ("changed", "grade", changed.key.teacher) in told(found)


def test_without_a_way_to_see_files_it_says_that_they_were_not_compared(run: Run) -> None:
    run("sync", "--yes", "--allow", "1000")
    code, found = run("verify")
    assert (code, found["files"]) == (ExitCode.DONE, "not")


REPORT = 50


def over_files(site: EmbeddedMoodle, config: Path) -> Report:
    """A report over files as the documentation says, named in the settings."""
    columns = [ReportColumn(f"file:{name}") for name in ("name", "contenthash", "itemid")]
    report = Report(
        REPORT,
        "证书文件",
        columns,
        ["file:timecreated"],
        sort=["file:itemid"],
        component="assignfeedback_file",
        audience={site.world.service_user_id},
        source=SOURCE,
    )
    site.world.tables.reports[REPORT] = report
    text = config.read_text(encoding="utf-8")
    config.write_text(
        text.replace("[site]", f"[site]\nfiles_report = {REPORT}", 1), encoding="utf-8"
    )
    return report


def test_a_report_over_files_finds_what_is_lost_and_what_was_replaced(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sync", "--yes", "--allow", "1000")
    over_files(site, config)
    monkeypatch.setattr("moodle_cpd.apply.stored_files._PAGE", 3)
    code, found = run("verify")
    assert (code, found["files"], found["drifts"]) == (ExitCode.DONE, "report", [])

    lost, replaced, *_ = awards(config, Route.RECORD_COURSE)
    files = site.world.tables.files
    for award, content in ((lost, None), (replaced, b"%PDF-1.4 by hand")):
        ours = site.world.files_of(award.key.teacher, ACTIVITY)
        for area in files.values():
            for place in [place for place, file in area.items() if file in ours]:
                if content is None:
                    del area[place]
                else:
                    area[place].content = content
    code, found = run("verify")
    assert code == ExitCode.CHANGES_PENDING
    assert told(found) == {
        ("missing", "file", lost.key.teacher),
        ("changed", "file", replaced.key.teacher),
    }


def test_a_filter_that_a_run_cut_off_left_on_the_report_hides_no_certificate(
    site: EmbeddedMoodle, config: Path, run: Run
) -> None:
    run("sync", "--yes", "--allow", "1000")
    over_files(site, config)
    newest, *others = awards(config, Route.RECORD_COURSE)
    assert others
    files = [file for area in site.world.tables.files.values() for file in area.values()]
    for file in files:
        file.timemodified -= 3600
    for file in site.world.files_of(newest.key.teacher, ACTIVITY):
        file.timemodified += 3600
    since = max(file.timemodified for file in files)
    values: dict[str, object] = {"file:timecreated_operator": 3, "file:timecreated_from": since}
    site.world.tables.report_filters[site.world.service_user_id, REPORT] = values
    code, found = run("verify")
    assert (code, found["files"], found["drifts"]) == (ExitCode.DONE, "report", [])


def downloads(site: EmbeddedMoodle) -> int:
    return sum("pluginfile.php" in each.path for each in site.log)


def test_a_certificate_that_the_report_proves_is_not_fetched_and_any_other_is(
    site: EmbeddedMoodle, config: Path, run: Run
) -> None:
    over_files(site, config)
    run("sync", "--yes", "--allow", "1000")
    assert downloads(site) == 0
    handed_over = awards(config, Route.RECORD_COURSE)
    assert handed_over
    assert {award.state for award in handed_over} == {AwardState.CONFIRMED}
    assert run("verify", "--files")[1]["drifts"] == []


@pytest.mark.parametrize("status", [503, 404])
def test_files_of_a_site_that_is_down_are_not_asked_for_one_after_the_other(
    site: EmbeddedMoodle, config: Path, run: Run, status: int
) -> None:
    def down(request: Request) -> Response | None:
        return Response(status) if "pluginfile.php" in request.path else None

    run("sync", "--yes", "--allow", "1000")
    given = len(awards(config, Route.RECORD_COURSE))
    config.write_text(config.read_text().replace("[site]\n", "[site]\nretries = 0\n"))
    site.before.append(down)
    before = downloads(site)
    code, _ = run("verify", "--files")
    assert code == ExitCode.SITE_PROBLEM
    # At most three in a row of each activity.
    assert downloads(site) - before < given / 2
    site.before.remove(down)
    assert run("verify", "--files")[1]["drifts"] == []


@pytest.mark.parametrize("fits", [True, False])
def test_what_the_report_does_not_prove_is_fetched_and_compared(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch, fits: bool
) -> None:
    report = over_files(site, config)
    hashes = FilesReport.hash_of

    def other(self: FilesReport, name: str, item: int) -> str | None:
        return "0" * 40 if item % 2 else hashes(self, name, item)

    if fits:
        monkeypatch.setattr(FilesReport, "hash_of", other)
    else:
        report.columns.pop()
    run("sync", "--yes", "--allow", "1000")
    given = awards(config, Route.RECORD_COURSE)
    assert downloads(site) >= (1 if fits else len(given))
    assert {award.state for award in given} == {AwardState.CONFIRMED}


def test_only_rows_that_were_written_now_say_how_far_the_report_is_read(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that failed leaves an old row, from which on there would be a year of files."""
    over_files(site, config)
    looked_from: list[int] = []
    read, look = FilesReport._read, Marks.changed

    def noted(self: FilesReport, moodle: Moodle, report: int, since: int | None) -> None:
        looked_from.append(since or 0)
        read(self, moodle, report, since)

    def with_an_old_row(self: Marks) -> dict[int, int]:
        """As if one of the rows that follow were there and stayed as it was."""
        return look(self) | {teachers[0]: 5}

    def of(self: Marks, teacher: int) -> AssignmentGrade | None:
        row = self._rows.get(teacher)
        if row is None or teacher != teachers[0]:
            return row
        return row.model_copy(update={"timemodified": 5})

    run("pull")
    run("decide")
    planned = run("plan")[1]["actions"]
    teachers = [each["teacher"] for each in planned if each["route"] == Route.RECORD_COURSE]
    monkeypatch.setattr(FilesReport, "_read", noted)
    monkeypatch.setattr(Marks, "changed", with_an_old_row)
    monkeypatch.setattr(Marks, "of", of)
    run("sync", "--yes", "--allow", "1000")
    assert looked_from
    assert min(looked_from) > 1_000_000_000
    assert downloads(site) == 1


def test_a_report_that_does_not_fit_is_asked_once_in_a_run(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_files(site, config).columns.pop()
    over_badges(site, config).columns.pop()
    monkeypatch.setattr("moodle_cpd.apply.record_course._PART", 1)
    monkeypatch.setattr("moodle_cpd.apply.badges._FEW", 1)
    asked: list[int] = []
    page = CustomReport.page

    def counted(
        self: CustomReport, number: int, size: int, filters: Mapping[str, int | str]
    ) -> ReportPage:
        asked.append(self.id)
        return page(self, number, size, filters)

    monkeypatch.setattr(CustomReport, "page", counted)
    _, done = run("sync", "--yes", "--allow", "1000")
    assert len(awards(config, Route.RECORD_COURSE)) > 2 * 4, "more than one part"
    assert sorted(asked) == [REPORT, 51]
    assert [note["found"] for note in done["notes"]].count("lacks a column: Item ID") == 1


def test_an_item_is_told_by_its_column_and_not_by_any_number(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands beside it, a size or a number of downloads, is the id of another one's marks."""
    run("sync", "--yes", "--allow", "1000")
    report = over_files(site, config)
    one, other = awards(config, Route.RECORD_COURSE)[:2]
    [own], [its] = (site.world.files_of(each.key.teacher, ACTIVITY) for each in (one, other))
    monkeypatch.setitem(file_rows.HEADINGS, "file:size", ("Size", "Size"))
    shown = file_rows.file_cell

    def cell(file: StoredFile, key: str) -> str:
        return str(own.itemid) if key == "file:size" else shown(file, key)

    monkeypatch.setattr("moodle_cpd.demo.functions.reports.file_cell", cell)
    report.columns.insert(0, ReportColumn("file:size"))
    # The other one's certificate has the name that this teacher's should have.
    its.filename, own.filename = own.filename, "other.pdf"
    code, found = run("verify")
    assert code == ExitCode.CHANGES_PENDING
    assert ("missing", "file", one.key.teacher) in told(found)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"component": "assignsubmission_file"}, "shows none of"),
        ({"columns": [ReportColumn("file:name")]}, "lacks a column: Content hash, Item ID"),
        ({"source": PEOPLE, "columns": [ReportColumn("user:username")]}, "is not about files"),
        ({"sort": []}, "repeats rows between pages"),
    ],
)
def test_a_report_that_does_not_fit_accuses_nobody(
    site: EmbeddedMoodle,
    config: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    spoil: dict[str, object],
    words: str,
) -> None:
    run("sync", "--yes", "--allow", "1000")
    report = over_files(site, config)
    for name, value in spoil.items():
        setattr(report, name, value)
    monkeypatch.setattr("moodle_cpd.apply.stored_files._PAGE", 3)
    code, found = run("verify")
    assert code == ExitCode.PARTIAL
    assert found["drifts"] == []
    assert any(words in problem["found"] for problem in found["problems"])


def test_a_repair_that_did_not_help_is_told_whatever_else_is_worth_a_note(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sync", "--yes", "--allow", "1000")
    over_files(site, config).columns.pop()
    lost, left = awards(config, Route.RECORD_COURSE)[0], awards(config, Route.COHORT)[0]
    ours = site.world.files_of(lost.key.teacher, ACTIVITY)
    for files in site.world.tables.files.values():
        for name in [name for name, file in files.items() if file in ours]:
            del files[name]
    site.world.cohort(ACTIVITY).members.pop(left.key.teacher)
    run("verify", "--files")
    monkeypatch.setattr(Writer, "add_cohort_members", lambda *_: ())
    # All of this may happen within a second, and then no row is seen to be newer than before.
    monkeypatch.setattr(Marks, "changed", lambda _: {})
    code, done = run("sync", "--yes", "--allow", "1000")
    [note] = done["notes"]
    assert note["found"] == "lacks a column: Item ID"
    assert (code, done["unfinished"]) == (ExitCode.PARTIAL, 1)
    told_of = [problem["where"] for problem in done["problems"]]
    assert f"demo: teacher {left.key.teacher}" in told_of


def over_badges(site: EmbeddedMoodle, config: Path) -> Report:
    """A report over badges as the documentation says, named in the settings."""
    columns = [ReportColumn("user:fullnamewithlink"), ReportColumn("badge:name")]
    filters = ["badge:name", "badge_issued:issued"]
    audience = {site.world.service_user_id}
    report = Report(51, "勋章", columns, filters, audience=audience, source=BADGES)
    site.world.tables.reports[51] = report
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[site]", "[site]\nbadges_report = 51", 1), encoding="utf-8")
    return report


def asked_about_badges(site: EmbeddedMoodle) -> int:
    return sum(str(each).count("core_badges_get_user_badges") for each in site.log)


def test_a_report_over_badges_tells_who_holds_one_and_others_are_asked_about(
    site: EmbeddedMoodle, config: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moodle_cpd.apply.badges_report._PAGE", 3)
    report = over_badges(site, config)
    run("sync", "--yes", "--allow", "1000")
    given = awards(config, Route.COHORT)
    assert {award.state for award in given} == {AwardState.CONFIRMED}
    taken, hidden, *_ = given
    site.world.tables.issued_to[taken.key.teacher].clear()
    for badge in site.world.tables.issued_to[hidden.key.teacher]:
        badge.visible = False
    before = asked_about_badges(site)
    code, found = run("verify")
    unseen = ("unseen", "badge", taken.key.teacher)
    assert (code, told(found)) == (ExitCode.DONE, {unseen}), "what a teacher hides is seen here"
    assert asked_about_badges(site) - before <= 2

    # Who takes over the user name of somebody is not taken for them, whatever they call themselves.
    users = site.world.tables.users
    lost, other = users[taken.key.teacher], users[given[2].key.teacher]
    lost.username, other.username = other.username, lost.username
    other.lastname = f'<a href="/user/profile.php?id={lost.id}">'
    code, found = run("verify")
    assert (code, told(found)) == (ExitCode.DONE, {unseen})

    report.columns.pop()
    code, found = run("verify")
    assert code == ExitCode.PARTIAL
    assert told(found) == {unseen, ("unseen", "badge", hidden.key.teacher)}
    assert any("lacks a column" in problem["found"] for problem in found["problems"])
