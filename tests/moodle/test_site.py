"""The questions to a site: cut into parts, compared with the answers, nothing mixed up."""

from __future__ import annotations

from typing import Any

import pytest

from moodle_cpd.errors import SiteError
from moodle_cpd.moodle import CallError, Moodle
from moodle_cpd.moodle.client import BATCH_FUNCTION
from tests.moodle.conftest import URL, FakeMoodle
from tests.moodle.php import Tree

STATUS = "core_completion_get_course_completion_status"


def info(*functions: str) -> dict[str, Any]:
    return {
        "sitename": "s",
        "username": "u",
        "userid": 53,
        "siteurl": URL,
        "functions": [{"name": name} for name in functions],
    }


@pytest.fixture
def site(moodle: FakeMoodle) -> Moodle:
    return Moodle(moodle.client(retries=0))


def test_what_the_token_may_do_is_asked_once(moodle: FakeMoodle, site: Moodle) -> None:
    moodle.answers = [info("core_user_get_users")]
    assert site.allows("core_user_get_users")
    assert not site.allows("core_user_delete_users")
    assert site.requests_sent == 1


def test_everyone_is_asked_for_by_a_pattern(moodle: FakeMoodle, site: Moodle) -> None:
    moodle.answers = [{"users": [{"id": 3, "fullname": "王伟"}], "warnings": []}]
    assert [user.id for user in site.users()] == [3]
    assert moodle.asked[0]["criteria"] == [{"key": "email", "value": "%"}]


def test_activities_without_access_are_told_from_all_parts_of_a_long_list(
    moodle: FakeMoodle, site: Moodle
) -> None:
    numbers = iter(range(100))

    def refuse(_: Tree) -> object:
        warning = {"item": "module", "itemid": next(numbers), "warningcode": "1", "message": "m"}
        course = {"item": "course", "itemid": 900, "warningcode": "2", "message": "m"}
        return {"courses": [], "warnings": [warning, course]}

    moodle.answering = refuse
    courses, refused = site.assignments_and_refused(list(range(600)))
    assert (courses, refused) == ((), (0, 1))


@pytest.mark.parametrize(
    ("method", "name", "empty"),
    [
        ("users_by_id", "values", []),
        ("assignments", "courseids", {"courses": []}),
        ("grades", "assignmentids", {"assignments": []}),
        ("submissions", "assignmentids", {"assignments": []}),
    ],
)
def test_long_lists_are_cut(
    moodle: FakeMoodle, site: Moodle, method: str, name: str, empty: object
) -> None:
    moodle.answering = lambda _: empty
    ids = list(range(1000))
    getattr(site, method)(ids)
    assert [int(number) for form in moodle.asked for number in form[name]] == ids
    assert max(len(form[name]) for form in moodle.asked) <= 390


@pytest.mark.parametrize("method", ["users_by_id", "assignments", "grades", "submissions"])
def test_an_empty_list_never_asks_for_everything(
    moodle: FakeMoodle, site: Moodle, method: str
) -> None:
    assert getattr(site, method)([]) == ()
    assert moodle.asked == []


class TestCohort:
    def page(self, *idnumbers: str | None) -> dict[str, Any]:
        return {"cohorts": [{"id": n, "idnumber": name} for n, name in enumerate(idnumbers, 1)]}

    def test_only_exactly_this_one(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [self.page("hr-2026-x", None, "", "HR-2026", "hr-2026")]
        cohort = site.cohort("hr-2026")
        assert cohort is not None
        assert cohort.id == 5

    def test_none(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [self.page("hr-2026-x")]
        assert site.cohort("hr-2026") is None

    def test_pages_are_followed(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [self.page(*["x"] * 100), self.page("hr-2026")]
        assert site.cohort("hr-2026") is not None
        assert [form["limitfrom"] for form in moodle.asked] == ["0", "100"]

    def test_members(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [[{"cohortid": 4, "userids": [9]}, {"cohortid": 5, "userids": [3, 4]}]]
        assert site.cohort_members(5) == {3, 4}

    def test_no_answer_about_it_is_no_empty_cohort(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [[]]
        with pytest.raises(SiteError, match="no answer about cohort 5"):
            site.cohort_members(5)


class TestCourse:
    def answer(self, *idnumbers: str | None, first: int = 2) -> dict[str, Any]:
        course = {"fullname": "f", "shortname": "s"}
        return {
            "courses": [
                {"id": n, **course} | ({} if name is None else {"idnumber": name})
                for n, name in enumerate(idnumbers, first)
            ]
        }

    @pytest.mark.parametrize(
        ("idnumbers", "found"),
        [(["RECORD"], 2), ([None], 2), ([], None), (["record"], None), (["record", "RECORD"], 3)],
    )
    def test_the_one_that_was_asked_for(
        self, moodle: FakeMoodle, site: Moodle, idnumbers: list[str | None], found: int | None
    ) -> None:
        moodle.answers = [self.answer(*idnumbers)]
        course = site.course("RECORD")
        assert (course and course.id) == found

    def test_one_without_an_idnumber_may_be_told_twice(
        self, moodle: FakeMoodle, site: Moodle
    ) -> None:
        twice = self.answer(None)
        twice["courses"] *= 2
        moodle.answers = [twice]
        assert site.course("RECORD") is not None

    @pytest.mark.parametrize(
        ("idnumbers", "first"),
        [([None, None], 2), (["RECORD", "OTHER"], 2), (["RECORD", None], 2), ([""], 1)],
    )
    def test_an_answer_about_other_courses_is_none(
        self, moodle: FakeMoodle, site: Moodle, idnumbers: list[str | None], first: int
    ) -> None:
        """So Moodle answers a request without its parameters, or with an empty value."""
        moodle.answers = [self.answer(*idnumbers, first=first)]
        with pytest.raises(SiteError, match="about others than it was asked"):
            site.course("RECORD")

    def test_the_front_page_is_no_course(self, moodle: FakeMoodle, site: Moodle) -> None:
        moodle.answers = [self.answer("", "A", first=1)]
        assert [course.id for course in site.courses()] == [2]


def completed(form: Tree) -> Any:
    """Completion by course: 1 is done, 2 is not, 3 has no criteria."""
    course = int(form["courseid"])
    if course == 3:
        return {"exception": "moodle_exception", "errorcode": "nocriteriaset", "message": "x"}
    status = {"completed": course == 1, "aggregation": 1, "completions": []}
    return {"completionstatus": status, "warnings": []}


@pytest.mark.parametrize("batch", [True, False])
def test_answers_stay_with_their_question(moodle: FakeMoodle, site: Moodle, batch: bool) -> None:
    import json

    def inner(request: Tree) -> dict[str, object]:
        answer = completed(json.loads(request["arguments"]))
        if "errorcode" in answer:
            return {"error": True, "exception": json.dumps(answer)}
        return {"error": False, "data": json.dumps(answer)}

    def answering(form: Tree) -> Any:
        if form["wsfunction"] == STATUS:
            return completed(form)
        if form["wsfunction"] == BATCH_FUNCTION:
            answers = [inner(request) for request in form["requests"]]
            failed = [n for n, answer in enumerate(answers) if answer["error"]] or [len(answers)]
            return {"responses": answers[: failed[0] + 1]}
        return info(BATCH_FUNCTION) if batch else info()

    moodle.answering = answering
    pairs = [(7, 1), (7, 2), (7, 3), (8, 1)]
    found = dict(site.completion_statuses(pairs))
    assert list(found) == pairs
    states = {
        pair: answer.code if isinstance(answer, CallError) else answer.completionstatus.completed  # type: ignore[union-attr]
        for pair, answer in found.items()
    }
    assert states == {(7, 1): True, (7, 2): False, (7, 3): "nocriteriaset", (8, 1): True}
    assert (BATCH_FUNCTION in moodle.functions()) is batch


@pytest.mark.parametrize(
    ("method", "about"),
    [("grade_items", "gradereport_user_get_grade_items"), ("submission_statuses", "submission")],
)
def test_what_is_told_of_somebody_else_is_no_answer(
    moodle: FakeMoodle, site: Moodle, method: str, about: str
) -> None:
    """So Moodle answers a request without its teacher."""

    def answering(form: Tree) -> Any:
        if form["wsfunction"] == "gradereport_user_get_grade_items":
            return {"usergrades": [{"courseid": 4, "userid": n, "gradeitems": []} for n in (7, 8)]}
        row = {"userid": 53, "attemptnumber": 0, "timecreated": 1, "timemodified": 1, "grade": "9"}
        return info() if "assignid" not in form else {"feedback": {"grade": row, "plugins": []}}

    moodle.answering = answering
    with pytest.raises(SiteError, match=f"{about}.*about others than it was asked"):
        list(getattr(site, method)([(7, 4)]))
