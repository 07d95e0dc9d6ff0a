"""Cohorts, people, courses and the lines of course maps, held against each other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.config import Settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.demo.functions.badge_rows import SOURCE as BADGES
from moodle_cpd.demo.functions.file_rows import SOURCE as FILES
from moodle_cpd.demo.functions.people_rows import SOURCE
from moodle_cpd.demo.state import IssuedBadge, Quiz, Report, ReportColumn, StoredFile
from moodle_cpd.doctor import Verdict
from moodle_cpd.doctor.report import sorting_check
from moodle_cpd.doctor.zone import zone_check
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import CustomField, ReportPage, User
from moodle_cpd.pull.table import Layout
from moodle_cpd.rules import load_rulebook
from tests.doctor.conftest import Examine
from tests.settings import homeroom_only


def test_a_cohort_of_teachers_that_is_not_there(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.cohort(ids.TEACHERS_COHORT).idnumber = "staff"
    examined = look()
    assert examined["cohort:teachers"].verdict is Verdict.LACK
    assert "cohort:teachers" in examined.lacks


def test_a_cohort_of_teachers_with_nobody_in_it(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.cohort(ids.TEACHERS_COHORT).members.clear()
    examined = look()
    assert examined["cohort:teachers"].verdict is Verdict.WARNING
    assert examined["read:users"].verdict is Verdict.UNTESTED


def test_a_profile_field_that_nobody_shows(site: EmbeddedMoodle, look: Examine) -> None:
    for user in site.world.tables.users.values():
        user.profile.pop(ids.STAGE_FIELD, None)
    finding = look()[f"profile-field:{ids.STAGE_FIELD}"]
    assert finding.verdict is Verdict.LACK
    assert "User profile fields" in finding.remedy


def test_a_mapped_course_that_is_not_there(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.course(ids.HOMEROOM_CASES).idnumber = "C-HOMEROOM-CASE"
    finding = look()["course-map"]
    assert finding.verdict is Verdict.LACK
    assert ".yaml:" in finding.found
    assert ids.HOMEROOM_CASES in finding.found


def test_a_mapped_activity_that_is_not_there(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.assignment("HOMEROOM-EXAM").idnumber = ""
    finding = look()["course-map"]
    assert finding.verdict is Verdict.LACK
    assert "HOMEROOM-EXAM" in finding.found


def test_where_activities_cannot_be_read_their_absence_is_not_claimed(
    site: EmbeddedMoodle, look: Examine
) -> None:
    site.world.set_capability("gradereport/user:view", False)
    finding = look()["course-map"]
    assert finding.verdict is Verdict.UNTESTED
    assert "could not all be read" in finding.found


def test_a_course_that_nothing_completes(site: EmbeddedMoodle, look: Examine) -> None:
    course = site.world.course(ids.HOMEROOM_BASIC)
    course.criteria.clear()
    examined = look()
    assert examined["course-completion"].verdict is Verdict.WARNING
    assert str(course.id) in examined["course-completion"].found
    assert examined["read:completion"].verdict is Verdict.OK


def test_a_course_that_keeps_its_groups_apart_and_shows_nobody(
    site: EmbeddedMoodle, look: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = site.world.course(ids.HOMEROOM_BASIC).id
    for user in list(site.world.tables.users):
        site.world.unenrol(user, course)
    assert look().lacks == set(), "a course may be empty"
    courses = Moodle.courses
    monkeypatch.setattr(
        Moodle,
        "courses",
        lambda moodle: tuple(
            each.model_copy(update={"groupmode": int(each.id == course)})
            for each in courses(moodle)
        ),
    )
    finding = look()["read:separate-groups"]
    assert finding.verdict is Verdict.LACK
    assert f"courses {course} " in finding.found
    assert "moodle/site:accessallgroups" in finding.remedy


def test_nobody_has_any_course(site: EmbeddedMoodle, look: Examine) -> None:
    for course in list(site.world.tables.courses):
        for user in list(site.world.tables.users):
            site.world.unenrol(user, course)
    examined = look()
    finding = examined["read:users-courses"]
    assert finding.verdict is Verdict.LACK
    assert "viewparticipants" in finding.remedy
    assert "Enrol users" in finding.remedy


def test_no_personal_detail_is_printed(site: EmbeddedMoodle, look: Examine) -> None:
    for capability in ("moodle/course:viewparticipants", "mod/assign:grade"):
        site.world.set_capability(capability, False)
    examined = look(try_write=True)
    printed = "\n".join(f"{f.check} {f.found} {f.remedy}" for f in examined.findings)
    for user in site.world.tables.users.values():
        assert user.email not in printed
        assert f"{user.lastname}{user.firstname}" not in printed
    assert site.token not in printed


class TestReport:
    @pytest.fixture
    def settings(self, settings: Settings, site: EmbeddedMoodle) -> Settings:
        report = min(site.world.tables.reports)
        own = settings.site.model_copy(update={"report": report})
        return settings.model_copy(update={"site": own})

    def test_is_as_it_must_be(self, site: EmbeddedMoodle, look: Examine) -> None:
        examined = look()
        wanted = {"report", *(f"report:{what}" for what in ("columns", "rows", "sorting"))}
        assert wanted | {"report:filters", "report:times"} <= examined.of(Verdict.OK)
        assert "report" in examined["strategy"].found
        assert not any(site.world.tables.report_filters.values()), "filters are taken off again"

    def test_cannot_be_seen(self, site: EmbeddedMoodle, look: Examine) -> None:
        next(iter(site.world.tables.reports.values())).audience.clear()
        finding = look()["report"]
        assert finding.verdict is Verdict.LACK
        assert "Audience" in finding.remedy

    @pytest.mark.parametrize(
        ("column", "what"),
        [
            ("user:username", "the teacher"),
            ("course:courseshortnamewithlink", "the course"),
            ("course:idnumber", "the course's ID number"),
            ("completion:timecompleted", "the time of completion"),
        ],
    )
    def test_lacks_a_column(
        self, site: EmbeddedMoodle, look: Examine, column: str, what: str
    ) -> None:
        report = next(iter(site.world.tables.reports.values()))
        report.columns = [each for each in report.columns if each.key != column]
        finding = look()["report:columns"]
        assert finding.verdict is Verdict.LACK
        assert what in finding.found

    def test_lacks_the_filter(self, site: EmbeddedMoodle, look: Examine) -> None:
        next(iter(site.world.tables.reports.values())).filters = []
        examined = look()
        assert examined["report:filters"].verdict is Verdict.LACK
        assert examined["report:times"].verdict is Verdict.LACK

    def test_shows_times_of_the_sites_own_zone(self, site: EmbeddedMoodle, look: Examine) -> None:
        site.world.force_timezone = "Asia/Shanghai"
        finding = look()["report:times"]
        assert finding.verdict is Verdict.LACK
        assert "Force timezone" in finding.remedy

    def test_is_about_something_else_or_nobody(self, site: EmbeddedMoodle, look: Examine) -> None:
        for course in list(site.world.tables.enrolments):
            for user in list(site.world.tables.users):
                site.world.unenrol(user, course)
        assert look()["report:rows"].verdict is Verdict.LACK

    @pytest.mark.parametrize(
        ("rows", "verdict"),
        [
            ([("9", "b"), ("10", "a"), ("11", "c")], Verdict.OK),
            ([("11", "b"), ("11", "b"), ("10", "a"), ("9", "c")], Verdict.OK),
            ([("9", "b"), ("11", "a"), ("9", "a")], Verdict.WARNING),
            ([("9", "b"), ("11", "a"), ("11", "b"), ("11", "a")], Verdict.WARNING),
            ([("9", "b"), ("9", "a"), ("9", "c")], Verdict.UNTESTED),
            ([], Verdict.UNTESTED),
        ],
    )
    def test_sorting_is_seen_from_the_rows(
        self, rows: list[tuple[str, ...]], verdict: Verdict
    ) -> None:
        details = {"id": 1, "name": "", "source": ""}
        data = {"headers": ("", ""), "rows": [{"columns": row} for row in rows]}
        page = ReportPage.model_validate({"details": details, "data": data})
        layout = Layout(teacher=0, course=1, idnumber=1, time=1)
        assert sorting_check(page, layout).verdict is verdict


class TestPeopleReport:
    @pytest.fixture
    def settings(self, settings: Settings, site: EmbeddedMoodle) -> Settings:
        own = Report(
            50,
            "教师",
            [ReportColumn("user:username")],
            ["user:timemodified"],
            audience={site.world.service_user_id},
            source=SOURCE,
        )
        site.world.tables.reports[50] = own
        changed = settings.site.model_copy(update={"people_report": 50})
        return settings.model_copy(update={"site": changed})

    def test_is_as_it_must_be(self, look: Examine) -> None:
        assert look()["people-report"].verdict is Verdict.OK

    @pytest.mark.parametrize(
        ("spoil", "verdict", "word"),
        [
            ("audience", Verdict.LACK, "Audience"),
            ("columns", Verdict.LACK, "Users"),
            ("filters", Verdict.WARNING, "Time modified"),
        ],
    )
    def test_lacks_something(
        self, site: EmbeddedMoodle, look: Examine, spoil: str, verdict: Verdict, word: str
    ) -> None:
        getattr(site.world.tables.reports[50], spoil).clear()
        finding = look()["people-report"]
        assert finding.verdict is verdict
        assert word in finding.remedy

    def test_rules_on_quizzes_need_to_know_who_was_on_the_site(
        self, site: EmbeddedMoodle, look: Examine, tmp_path: Path
    ) -> None:
        assert not [f for f in look().findings if f.check == "people-report:visits"]
        rules = homeroom_only(tmp_path / "with-a-quiz")
        (rules / "courses" / "quiz.yaml").write_text(
            "course_map: quiz\ntitle: {en: Quiz}\nscheme: homeroom-teacher-30h\nentries:\n"
            "  - {course: C-HOMEROOM-EXAM, activity: {type: quiz}, assessment: homeroom-exam}\n",
            encoding="utf-8",
        )
        rulebook = load_rulebook(rules)
        course = site.world.course("C-HOMEROOM-EXAM").id
        site.world.tables.quizzes[7] = Quiz(7, 9007, course, "结业测验")
        examined = look(rulebook=rulebook)
        assert examined["people-report:visits"].verdict is Verdict.WARNING
        assert "course-map" not in examined.lacks, "the line finds its quiz"
        site.world.tables.reports[50].filters.append("user:lastaccess")
        assert look(rulebook=rulebook)["people-report:visits"].verdict is Verdict.OK


class TestZone:
    SHANGHAI_MIDNIGHT = 297273600  # 1979-06-04 00:00 in Shanghai, as a real Moodle stored it

    def user(self, stamp: int, shown: str) -> User:
        field = CustomField(
            shortname="birthdate", type="datetime", value=str(stamp), displayvalue=shown
        )
        return User(id=1, fullname="", customfields=(field,))

    def test_shown_in_the_zone_that_was_asked_for(self) -> None:
        finding = zone_check([self.user(self.SHANGHAI_MIDNIGHT, "3 June 1979")])
        assert finding.verdict is Verdict.OK

    def test_shown_in_the_zone_that_the_site_forces(self) -> None:
        finding = zone_check([self.user(self.SHANGHAI_MIDNIGHT, "4 June 1979")])
        assert finding.verdict is Verdict.WARNING
        assert "Force timezone" in finding.remedy

    @pytest.mark.parametrize(
        ("stamp", "shown"),
        [
            (297216000, "3 June 1979"),  # UTC midnight: every zone near shows the same day
            (297273600, "1979年6月4日"),
            (297273600, ""),
        ],
    )
    def test_what_tells_nothing(self, stamp: int, shown: str) -> None:
        assert zone_check([self.user(stamp, shown)]).verdict is Verdict.UNTESTED

    @given(st.integers(-2_000_000_000, 2_000_000_000))
    def test_a_site_that_obeys_is_never_blamed(self, stamp: int) -> None:
        day = datetime.fromtimestamp(stamp, UTC)
        shown = f"{day.day} {day:%B %Y}"
        assert zone_check([self.user(stamp, shown)]).verdict is not Verdict.WARNING

    def test_a_forced_zone_is_seen_on_a_site(self, site: EmbeddedMoodle, look: Examine) -> None:
        assert look()["zone"].verdict is Verdict.OK
        site.world.force_timezone = "Asia/Shanghai"
        assert look()["zone"].verdict is Verdict.WARNING


class TestFilesReport:
    @pytest.fixture
    def settings(self, settings: Settings, site: EmbeddedMoodle) -> Settings:
        tables = site.world.tables
        columns = [ReportColumn(f"file:{name}") for name in ("name", "contenthash", "itemid")]
        audience = {site.world.service_user_id}
        tables.reports[50] = Report(
            50,
            "证书文件",
            columns,
            ["file:timecreated"],
            sort=["file:itemid"],
            component="assignfeedback_file",
            audience=audience,
            source=FILES,
        )
        for item in (1, 3, 2, 4):
            area = (7, "assignfeedback_file", "feedback_files", item)
            name = f"CPD-2026-00000{item}.pdf"
            tables.files[area]["/", name] = StoredFile(item, *area, name, b"%PDF", 0, 2)
        changed = settings.site.model_copy(update={"files_report": 50})
        return settings.model_copy(update={"site": changed})

    def test_is_as_it_must_be(self, look: Examine) -> None:
        found = look()
        assert found["files-report"].found == "report 50 can be read: 4 rows"
        assert found["files-report:columns"].verdict is Verdict.OK
        assert found["files-report:filters"].verdict is Verdict.OK
        told = {finding.check for finding in found.findings}
        assert not {"files-report:conditions", "files-report:sorting"} & told

    @pytest.mark.parametrize(
        ("spoil", "check", "verdict", "word"),
        [
            ({"audience": set()}, "", Verdict.LACK, "Audience"),
            (
                {"source": SOURCE, "columns": [ReportColumn("user:username")]},
                "",
                Verdict.LACK,
                "'Files'",
            ),
            ({"columns": [ReportColumn("file:name")]}, ":columns", Verdict.LACK, "Content hash"),
            ({"filters": []}, ":filters", Verdict.WARNING, "Time created"),
            (
                {"columns": [ReportColumn("file:contenthash"), ReportColumn("file:itemid")]},
                ":columns",
                Verdict.LACK,
                "Filename",
            ),
            ({"component": ""}, ":conditions", Verdict.WARNING, "assignfeedback_file"),
            ({"sort": []}, ":sorting", Verdict.WARNING, "Item ID"),
        ],
    )
    def test_lacks_something(
        self,
        site: EmbeddedMoodle,
        look: Examine,
        spoil: dict[str, object],
        check: str,
        verdict: Verdict,
        word: str,
    ) -> None:
        for name, value in spoil.items():
            setattr(site.world.tables.reports[50], name, value)
        finding = look()[f"files-report{check}"]
        assert finding.verdict is verdict
        assert word in finding.remedy

    def test_before_anything_was_handed_over_its_columns_are_known_by_their_titles(
        self, site: EmbeddedMoodle, look: Examine
    ) -> None:
        site.world.tables.files.clear()
        assert look()["files-report:columns"].verdict is Verdict.OK
        site.world.tables.reports[50].columns.pop()
        assert look()["files-report:columns"].verdict is Verdict.LACK


class TestBadgesReport:
    @pytest.fixture
    def settings(self, settings: Settings, site: EmbeddedMoodle) -> Settings:
        tables = site.world.tables
        columns = [ReportColumn("user:fullnamewithlink"), ReportColumn("badge:name")]
        filters = ["badge:name", "badge_issued:issued"]
        audience = {site.world.service_user_id}
        tables.reports[51] = Report(51, "勋章", columns, filters, audience=audience, source=BADGES)
        tables.issued_to[min(tables.users)] = [IssuedBadge(1, min(tables.badges), 2, "a", 5)]
        changed = settings.site.model_copy(update={"badges_report": 51})
        return settings.model_copy(update={"site": changed})

    def test_is_as_it_must_be(self, look: Examine) -> None:
        found = look()
        assert "can be read" in found["badges-report"].found
        assert found["badges-report:filters"].verdict is Verdict.OK
        assert "badges-report:columns" not in {finding.check for finding in found.findings}

    @pytest.mark.parametrize(
        ("spoil", "check", "verdict", "word"),
        [
            ({"audience": set()}, "", Verdict.LACK, "Audience"),
            ({"source": FILES, "columns": []}, "", Verdict.LACK, "'Badges'"),
            ({"columns": [ReportColumn("badge:name")]}, ":columns", Verdict.LACK, "with link"),
            ({"filters": ["badge:name"]}, ":filters", Verdict.WARNING, "Date issued"),
        ],
    )
    def test_what_it_lacks_is_named(
        self,
        look: Examine,
        site: EmbeddedMoodle,
        spoil: dict[str, object],
        check: str,
        verdict: Verdict,
        word: str,
    ) -> None:
        for name, value in spoil.items():
            setattr(site.world.tables.reports[51], name, value)
        finding = look()[f"badges-report{check}"]
        assert finding.verdict is verdict
        assert word in finding.remedy
