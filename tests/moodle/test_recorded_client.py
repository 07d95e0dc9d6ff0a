"""The client against what a real Moodle described and answered."""

from __future__ import annotations

import ast
import json
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, SecretStr, TypeAdapter

import moodle_cpd
from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import CpdError, SiteError, TransientError
from moodle_cpd.moodle import CallError, Client, Moodle, Writer, replies
from moodle_cpd.moodle.client import BATCH_FUNCTION, Call
from moodle_cpd.moodle.reply import RawReply, content, parse
from tests.live.exchange import nested
from tests.recorded.library import Recorded, descriptions, exchange, exchanges
from tests.recorded.replay import Played, play
from tests.recorded.shapes import wrong_parameters, wrong_reply

PREFIXES = ("core_", "mod_", "tool_", "gradereport_", "enrol_")

MODELS: dict[str, TypeAdapter[Any]] = {
    "core_badges_get_user_badges": replies.USER_BADGES,
    "core_cohort_add_cohort_members": replies.ADDED_MEMBERS,
    "core_cohort_create_cohorts": replies.CREATED_COHORTS,
    "core_cohort_get_cohort_members": replies.COHORT_MEMBERS,
    "core_cohort_search_cohorts": replies.COHORTS,
    "core_completion_get_activities_completion_status": replies.ACTIVITY_STATES,
    "core_completion_get_course_completion_status": replies.COMPLETION_STATUS,
    "core_course_get_categories": replies.COURSE_CATEGORIES,
    "core_course_get_courses_by_field": replies.COURSES,
    "core_enrol_get_enrolled_users": replies.ENROLLED_USERS,
    "core_enrol_get_users_courses": replies.USER_COURSES,
    "core_files_upload": replies.UPLOADED_FILE,
    "core_reportbuilder_list_reports": replies.REPORTS,
    "core_reportbuilder_retrieve_report": replies.REPORT_PAGE,
    "core_user_get_users": replies.USERS,
    "core_user_get_users_by_field": replies.USER_LIST,
    "core_webservice_get_site_info": replies.SITE_INFO,
    "gradereport_user_get_grade_items": replies.GRADE_ITEMS,
    "mod_assign_get_assignments": replies.ASSIGNMENTS,
    "mod_assign_get_grades": replies.GRADES,
    "mod_assign_get_submission_status": replies.SUBMISSION_STATUS,
    "mod_assign_get_submissions": replies.SUBMISSIONS,
    "mod_assign_save_grades": replies.NOTHING,
    "mod_assign_set_user_flags": replies.FLAGGED,
    "enrol_manual_enrol_users": replies.NOTHING,
}

FAMILIES: dict[str, type[CpdError]] = {
    "invalidtoken": SiteError,
    "accessexception": SiteError,
    "wsaccessusersuspended": SiteError,
    "sitepolicynotagreed": SiteError,
    "forcepasswordchangenotice": SiteError,
    "HTTP 403": SiteError,
    "sitemaintenance": TransientError,
    "HTTP 503": TransientError,
    "Error": CallError,
    "cannotviewreport": CallError,
    "codingerror": CallError,
    "dmlwriteexception": CallError,
    "errorcoursecontextnotvalid": CallError,
    "errorreportview": CallError,
    "filenotfound": CallError,
    "invalidparameter": CallError,
    "invalidrecordunknown": CallError,
    "invalidresponse": CallError,
    "nocriteriaset": CallError,
    "nopermission": CallError,
    "nopermissions": CallError,
    "nopermissiontoviewgrades": CallError,
    "requireloginerror": CallError,
    "usernotenroled": CallError,
    "wsusercannotassign": CallError,
}

GOOD = [one for one in exchanges() if not one.code and one.is_json]
REFUSED = [one for one in exchanges() if one.code]


def outcome(recorded: Recorded) -> object:
    """What the client makes of a recorded reply."""
    read = content if recorded.function == "pluginfile.php" else parse
    return read("site", recorded.function, recorded.raw())


def used_functions() -> set[str]:
    """Names of web service functions that stand as texts in the program, outside the demo."""
    package = Path(moodle_cpd.__file__).parent
    found = set()
    for path in package.rglob("*.py"):
        if path.relative_to(package).parts[0] == "demo":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return {name for name in found if name.startswith(PREFIXES) and name.isidentifier()}


def test_every_function_in_use_is_described_and_recorded() -> None:
    used = used_functions()
    assert "mod_assign_save_grades" in used
    assert used - descriptions().keys() == set()
    assert used - {one.function for one in GOOD} == set()


@pytest.mark.parametrize("played", play(), ids=lambda played: str(played.recorded))
def test_sends_what_was_recorded(played: Played) -> None:
    assert played.sent == [played.recorded.form]


def test_all_recordings_are_played() -> None:
    assert {str(played.recorded) for played in play()} == {str(one) for one in exchanges()}


@pytest.mark.parametrize("recorded", GOOD, ids=str)
def test_what_moodle_took_is_as_described(recorded: Recorded) -> None:
    shape = descriptions()[recorded.function]["parameters"]
    assert list(wrong_parameters(shape, recorded.params)) == []


REFUSED_FORMS = {
    "core_course_get_categories/boolean-word": [".addsubcategories: 'true' is no bool"],
    "core_enrol_get_users_courses/boolean-word": [".returnusercount: 'false' is no bool"],
    "core_user_get_users/missing-parameter": [".criteria: missing"],
    "core_user_get_users_by_field/extra-parameter": [".x: unknown"],
    "mod_assign_save_grades/boolean-word": [".applytoall: 'false' is no bool"],
    "mod_assign_save_grades/grade-not-a-number": [".grades.0.grade: 'A' is no float"],
    "mod_assign_save_grades/missing-parameter": [".grades.0.workflowstate: missing"],
    "tool_mobile_call_external_functions/none": [".requests: missing"],
}


@pytest.mark.parametrize("name", REFUSED_FORMS)
def test_what_moodle_refused_is_found_wrong_by_the_description(name: str) -> None:
    recorded = exchange(*name.split("/"))
    shape = descriptions()[recorded.function]["parameters"]
    assert recorded.code == "invalidparameter"
    assert list(wrong_parameters(shape, recorded.params)) == REFUSED_FORMS[name]


@pytest.mark.parametrize("recorded", GOOD, ids=str)
def test_good_replies_are_as_described(recorded: Recorded) -> None:
    shape = descriptions()[recorded.function]["reply"]
    assert list(wrong_reply(shape, recorded.reply)) == []


@pytest.mark.parametrize("recorded", [one for one in GOOD if one.function in MODELS], ids=str)
def test_good_replies_pass_the_models(recorded: Recorded) -> None:
    value = outcome(recorded)
    replies.check("site", recorded.function, MODELS[recorded.function], value)


@pytest.mark.parametrize("function", MODELS)
def test_models_know_only_described_fields(function: str) -> None:
    shape = descriptions()[function]["reply"]
    model: Any = MODELS[function]._type
    assert list(unknown_fields(model, shape, function)) == []


def unknown_fields(model: Any, shape: Any, at: str) -> Iterator[str]:
    """Fields of a model that Moodle does not describe, or need not send though we need them."""
    origin = get_origin(model)
    if origin in {Union, types.UnionType}:
        [model] = [option for option in get_args(model) if option is not types.NoneType]
        yield from unknown_fields(model, shape, at)
    elif origin is tuple:
        if "list" not in shape:
            yield f"{at}: no list"
        else:
            yield from unknown_fields(get_args(model)[0], shape["list"], at)
    elif isinstance(model, type) and issubclass(model, BaseModel):
        for name, field in model.model_fields.items():
            inner = shape["fields"].get(name)
            if inner is None:
                # A warning's item is not told by every function.
                if not (model is replies.CallWarning and name in {"item", "itemid"}):
                    yield f"{at}.{name}: not described"
                continue
            if field.is_required() and inner.get("need") == "optional":
                yield f"{at}.{name}: optional in Moodle"
            yield from unknown_fields(field.annotation, inner, f"{at}.{name}")


@pytest.mark.parametrize("recorded", REFUSED, ids=str)
def test_refusals_belong_to_the_right_family(recorded: Recorded) -> None:
    with pytest.raises(CpdError) as raised:
        outcome(recorded)
    assert type(raised.value) is FAMILIES[recorded.code]
    if recorded.is_json:
        assert recorded.code in str(raised.value)
    for teacher in ("陆", "钱", "rec-t0", "example.invalid"):
        assert teacher not in str(raised.value)


def test_every_method_is_played() -> None:
    """A method that no scene plays would have its form compared with nothing.

    ``ask_ahead`` sends what others send; ``users_by_name`` differs from ``users_by_id`` in the
    name of the field alone.
    """
    sent = {played.recorded.function for played in play() if played.sent}
    methods = {
        name
        for kind in (Moodle, Writer)
        for name, value in vars(kind).items()
        if callable(value) and not name.startswith("_")
    }
    assert (
        methods - {"read", "allows", "ask_ahead", "check_clock", "users_by_name"} == PLAYED.keys()
    )
    assert set(PLAYED.values()) <= sent


PLAYED = {
    "users": "core_user_get_users",
    "users_by_id": "core_user_get_users_by_field",
    "cohort": "core_cohort_search_cohorts",
    "cohort_members": "core_cohort_get_cohort_members",
    "enrolled": "core_enrol_get_enrolled_users",
    "courses": "core_course_get_courses_by_field",
    "course": "core_course_get_courses_by_field",
    "course_categories": "core_course_get_categories",
    "assignments": "mod_assign_get_assignments",
    "assignments_and_refused": "mod_assign_get_assignments",
    "users_courses": "core_enrol_get_users_courses",
    "completion_statuses": "core_completion_get_course_completion_status",
    "activity_states": "core_completion_get_activities_completion_status",
    "grade_items": "gradereport_user_get_grade_items",
    "grades": "mod_assign_get_grades",
    "submissions": "mod_assign_get_submissions",
    "submission_statuses": "mod_assign_get_submission_status",
    "badges": "core_badges_get_user_badges",
    "report_page": "core_reportbuilder_retrieve_report",
    "add_cohort_members": "core_cohort_add_cohort_members",
    "remove_cohort_members": "core_cohort_delete_cohort_members",
    "create_cohort": "core_cohort_create_cohorts",
    "enrol": "enrol_manual_enrol_users",
    "upload_drafts": BATCH_FUNCTION,
    "save_grades": "mod_assign_save_grades",
    "save_quietly": BATCH_FUNCTION,
    "mark_told": "mod_assign_set_user_flags",
    "upload_draft": "core_files_upload",
    "save_grade": "mod_assign_save_grades",
    "download": "pluginfile.php",
}


class Answering:
    """Gives recorded replies one after the other, and keeps the forms."""

    def __init__(self, answers: Sequence[Recorded]) -> None:
        self.answers = list(answers)
        self.sent: list[Any] = []

    def __call__(self, _path: str, pairs: Any, **_options: Any) -> RawReply:
        self.sent.append(nested(pair for pair in pairs if pair[0] != "wsfunction"))
        return self.answers.pop(0).raw()


def batch(
    monkeypatch: pytest.MonkeyPatch, count: int, *scenarios: str
) -> tuple[list[object], Answering]:
    """Answers of a batch of calls, where the site answers with these recordings."""
    client = Client(SiteSettings(url="https://moodle.example"), SecretStr("0" * 32))
    answering = Answering([exchange(BATCH_FUNCTION, scenario) for scenario in scenarios])
    monkeypatch.setattr(client.transport, "post", answering)
    calls = [Call("core_badges_get_user_badges", {"userid": number}) for number in range(count)]
    return list(client.read_many(calls)), answering


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("users_courses", ([5],)),
        ("completion_statuses", ([(5, 11)],)),
        ("activity_states", (11, [5])),
        ("grade_items", ([(5, 11)],)),
        ("submission_statuses", ([(5, 31)],)),
        ("badges", ([5],)),
    ],
)
def test_arguments_within_a_batch_are_as_described(
    method: str, arguments: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    moodle = Moodle(Client(SiteSettings(url="https://moodle.example"), SecretStr("0" * 32)))
    answers = [
        exchange("core_webservice_get_site_info", "good"),
        exchange(BATCH_FUNCTION, "missing-parameter"),
    ]
    site = Answering(answers)
    monkeypatch.setattr(moodle.client.transport, "post", site)
    list(getattr(moodle, method)(*arguments))
    shapes = descriptions()
    assert list(wrong_parameters(shapes[BATCH_FUNCTION]["parameters"], site.sent[1])) == []
    [inner] = site.sent[1]["requests"]
    shape = shapes[inner["function"]]["parameters"]
    assert list(wrong_parameters(shape, json.loads(inner["arguments"]))) == []


def test_a_batch_goes_on_behind_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, site = batch(monkeypatch, 4, "error-in-the-middle", "good")
    assert [isinstance(answer, CallError) for answer in answers] == [False, True, False, False]
    assert [len(form["requests"]) for form in site.sent] == [4, 2]
    assert [inner["arguments"] for inner in site.sent[1]["requests"]] == [
        '{"userid":2}',
        '{"userid":3}',
    ]


def test_a_batch_goes_on_behind_what_php_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, site = batch(monkeypatch, 5, "cut-between-calls", "good")
    assert len(answers) == 5
    assert not any(isinstance(answer, CpdError) for answer in answers)
    assert [len(form["requests"]) for form in site.sent] == [5, 2]


def test_a_batch_with_a_forbidden_function_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SiteError, match="accessexception") as raised:
        batch(monkeypatch, 2, "not-in-service")
    assert not isinstance(raised.value, TransientError)
