"""Typed replies: new fields are welcome, known ones are held to what they are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from moodle_cpd.errors import SiteError
from moodle_cpd.moodle import replies

PERSON = "王伟"


def refused(model: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(SiteError) as caught:
        replies.check("moodle", "some_function", model, value)
    assert len(caught.value.problems) == 1
    text = str(caught.value)
    assert text.startswith("moodle: some_function: unexpected reply at ")
    assert PERSON not in text
    return text


def test_unknown_fields_are_accepted() -> None:
    value = {"users": [{"id": 3, "fullname": PERSON, "new_in_moodle_6": {"a": 1}}], "more": []}
    (user,) = replies.check("moodle", "f", replies.USERS, value).users
    assert (user.id, user.fullname, user.customfields) == (3, PERSON, ())


@pytest.mark.parametrize(
    ("model", "value", "path"),
    [
        (replies.USERS, {"users": [{"id": 1, "fullname": "a"}, {"id": PERSON, "fullname": "b"}]},
         "users.1.id"),
        (replies.USERS, {"users": PERSON}, "users"),
        (replies.USERS, {}, "users"),
        (replies.USERS, [], "the top"),
        (replies.USER_LIST, {"warnings": []}, "the top"),
        (replies.GRADES, {"assignments": [{"assignmentid": 1, "grades": [{"userid": 1,
         "attemptnumber": 0, "timecreated": 1, "timemodified": 1, "grade": PERSON}]}]},
         "assignments.0.grades.0.grade"),
        (replies.COMPLETION_STATUS, {"completionstatus": {"completed": "maybe", "aggregation": 1,
         "completions": []}}, "completionstatus.completed"),
        (replies.NOTHING, {"warnings": [PERSON]}, "the top"),
    ],
)  # fmt: skip
def test_a_known_one_that_is_off_names_its_path_and_not_its_value(
    model: TypeAdapter[Any], value: object, path: str
) -> None:
    assert f"unexpected reply at {path} (" in refused(model, value)


@pytest.mark.parametrize("model", [replies.ADDED_MEMBERS, replies.SUBMISSION_STATUS])
def test_a_gateways_json_is_no_reply(model: TypeAdapter[Any]) -> None:
    text = refused(model, {"code": 403, "msg": PERSON})
    assert "at the top (none of the known fields)" in text
    assert replies.check("m", "f", model, {"warnings": [], "x": 1})


def test_many_that_are_off_are_one_message() -> None:
    text = refused(replies.USERS, {"users": [{"id": "x"}] * 50})
    assert "unexpected reply at users.0.id (Input should be a valid integer" in text
    assert ", and at 99 more places" in text


def test_grades_are_exact_however_php_writes_them() -> None:
    def grade(value: object) -> Decimal | None:
        row = {
            "userid": 1, "attemptnumber": 0, "timecreated": 1, "timemodified": 1, "grade": value
        }  # fmt: skip
        body = {"assignments": [{"assignmentid": 1, "grades": [row]}]}
        return replies.check("m", "f", replies.GRADES, body).assignments[0].grades[0].grade

    assert grade("93.00000") == Decimal("93.00000")
    assert grade(85.6) == Decimal("85.6")
    assert grade(-1) == Decimal(-1)
    assert grade(None) is None


class TestAssignment:
    PLAIN: dict[str, Any] = {"id": 1, "cmid": 2, "course": 3, "name": "a", "grade": 100}  # noqa: RUF012

    def assignment(self, **values: Any) -> replies.Assignment:
        body = {"courses": [{"id": 3, "assignments": [{**self.PLAIN, **values}]}]}
        return replies.check("m", "f", replies.ASSIGNMENTS, body).courses[0].assignments[0]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("teamsubmission", 1),
            ("blindmarking", 1),
            ("markingworkflow", 1),
            ("attemptreopenmethod", "untilpass"),
        ],
    )
    def test_what_makes_its_grades_unreliable(self, name: str, value: object) -> None:
        assert self.assignment().is_plain
        assert not self.assignment(**{name: value}).is_plain

    def test_one_attempt_at_most_is_never_reopened(self) -> None:
        # What Moodle 5.1 gives an assignment by default; it has no method "none" any more.
        assert self.assignment(attemptreopenmethod="untilpass", maxattempts=1).is_plain

    def test_feedback_is_on_where_its_plugin_says_so(self) -> None:
        setting = {"plugin": "file", "subtype": "assignfeedback", "name": "enabled", "value": "1"}
        assert self.assignment(configs=[setting]).feedback_enabled("file")
        assert not self.assignment(configs=[setting]).feedback_enabled("comments")
        for name, value in (("value", "0"), ("subtype", "assignsubmission"), ("name", "x")):
            assert not self.assignment(configs=[{**setting, name: value}]).feedback_enabled("file")


def test_feedback_files_are_those_of_the_file_plugin() -> None:
    def plugin(kind: str, name: str) -> dict[str, object]:
        return {"type": kind, "fileareas": [{"area": "a", "files": [{"filename": name}]}]}

    feedback = {"plugins": [plugin("comments", "no"), plugin("file", "yes"), {"type": "file"}]}
    status = replies.check("m", "f", replies.SUBMISSION_STATUS, {"feedback": feedback})
    assert status.feedback is not None
    assert [file.filename for file in status.feedback.files()] == ["yes"]


@pytest.mark.parametrize("cells", [["a"], ["a", "b", "c"]])
def test_a_row_of_a_report_that_does_not_fit_its_headings_is_refused(cells: list[str]) -> None:
    """Read by its headings' places, it would tell one teacher's completion of another."""

    def page(*rows: list[str]) -> object:
        data = {"headers": ["x", "y"], "rows": [{"columns": each} for each in rows]}
        return {"details": {"id": 1, "name": "Completions"}, "data": data}

    with pytest.raises(SiteError, match="more or fewer cells"):
        replies.check("m", "f", replies.REPORT_PAGE, page(["a", "b"], cells))
    assert replies.check("m", "f", replies.REPORT_PAGE, page(["a", "b"])).data.rows
