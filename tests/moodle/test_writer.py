"""What is written and how; and files fetched back, from the own site alone."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from typing import Any

import pytest
import responses

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.moodle import CallError, Moodle, Writer
from tests.moodle.conftest import TOKEN, URL, FakeMoodle
from tests.moodle.php import Tree, as_lists, read_form

INFO = {
    "sitename": "s",
    "username": "u",
    "userid": 53,
    "siteurl": URL,
    "functions": [{"name": "core_webservice_get_site_info"}],
}
FILE = f"{URL}/webservice/pluginfile.php"


@pytest.fixture
def writer(moodle: FakeMoodle) -> Writer:
    return Writer(Moodle(moodle.client(retries=0)))


def test_members_are_named_by_id(moodle: FakeMoodle, writer: Writer) -> None:
    warning = {"item": "7", "itemid": 0, "warningcode": "2", "message": "已存在"}
    moodle.answers = [{"warnings": [warning]}]
    (found,) = writer.add_cohort_members(7, [3, 4])
    assert found.warningcode == "2"
    assert moodle.asked[0]["members"] == [
        {"cohorttype": {"type": "id", "value": "7"}, "usertype": {"type": "id", "value": user}}
        for user in ("3", "4")
    ]


def test_a_draft_belongs_to_the_account(moodle: FakeMoodle, writer: Writer) -> None:
    moodle.answers = [INFO, {"itemid": 991, "filename": "CPD-1.pdf", "url": "x"}]
    assert writer.upload_draft("CPD-1.pdf", b"%PDF \xff\x00") == 991
    asked = moodle.asked[1]
    assert asked["wsfunction"] == "core_files_upload"
    assert (asked["contextlevel"], asked["instanceid"], asked["itemid"]) == ("user", "53", "0")
    assert base64.b64decode(asked["filecontent"]) == b"%PDF \xff\x00"


def test_a_grade_carries_every_plugin_field(moodle: FakeMoodle, writer: Writer) -> None:
    moodle.answers = [None]
    writer.save_grade(6, 3, Decimal("72.50"), "<p>72 学时</p>", 991)
    (asked,) = moodle.asked
    assert asked["assignmentid"] == "6"
    assert asked["applytoall"] == "0"
    assert asked["grades"] == [
        {
            "userid": "3",
            "grade": "72.50",
            "attemptnumber": "-1",
            "addattempt": "0",
            "workflowstate": "",
            "plugindata": {
                "assignfeedbackcomments_editor": {"text": "<p>72 学时</p>", "format": "1"},
                "files_filemanager": "991",
            },
        }
    ]


@pytest.mark.parametrize("answer", [{"warnings": []}, [], True, {"code": 403, "msg": "waf"}])
def test_an_unknown_answer_leaves_a_grade_in_doubt(
    moodle: FakeMoodle, writer: Writer, answer: object
) -> None:
    moodle.answers = [answer]
    with pytest.raises(TransientError, match="mod_assign_save_grades: unexpected rep") as caught:
        writer.save_grade(6, 3, Decimal(1), "", 991)
    assert caught.value.sent
    assert len(moodle.asked) == 1


@pytest.mark.parametrize("answer", [None, [], {"warnings": "none"}, {"code": 403}])
def test_an_unknown_answer_leaves_a_membership_in_doubt(
    moodle: FakeMoodle, writer: Writer, answer: object
) -> None:
    moodle.answers = [answer]
    with pytest.raises(TransientError) as caught:
        writer.add_cohort_members(7, [3])
    assert caught.value.sent


def test_a_refused_grade_tells_whether_it_may_be_there_in_part(
    moodle: FakeMoodle, writer: Writer
) -> None:
    moodle.answers = [
        {"exception": "dml_write_exception", "errorcode": "dmlwriteexception", "message": "x"},
        {"exception": "x", "errorcode": "nopermissions", "message": "x (Grade assignment)."},
    ]
    seen = []
    for _ in range(2):
        with pytest.raises(CallError) as caught:
            writer.save_grade(6, 3, Decimal(1), "", 991)
        seen.append((caught.value.code, caught.value.unsure))
    assert seen == [("dmlwriteexception", True), ("nopermissions", False)]


class TestDownload:
    def fetch(self, writer: Writer, url: str, body: bytes = b"%PDF", **reply: Any) -> Tree:
        """Fetch from the address; returns what was sent there."""
        with responses.RequestsMock() as mock:
            mock.post(re.compile(f"{re.escape(FILE)}.*"), body=body, **reply)
            assert writer.download(url) == body
            (call,) = mock.calls
        assert TOKEN not in str(call.request.url)
        form = as_lists(read_form(str(call.request.body)))
        assert form.pop("token") == TOKEN
        return {"url": call.request.url, **form}

    def test_the_token_is_in_the_body(self, writer: Writer) -> None:
        path = "/63/assignfeedback_file/feedback_files/1/CPD-1.pdf"
        assert self.fetch(writer, f"{FILE}{path}") == {"url": f"{FILE}{path}"}

    def test_a_query_is_not_repeated(self, writer: Writer) -> None:
        assert self.fetch(writer, f"{FILE}/63/a.pdf?token={'0' * 32}&x=1") == {
            "url": f"{FILE}/63/a.pdf"
        }

    def test_names_stay_as_they_are_written(self, writer: Writer) -> None:
        path = "/63/a/b/1/%E8%AF%81%E4%B9%A6%20%23%26.pdf"
        assert self.fetch(writer, f"{FILE}{path}") == {"url": f"{FILE}{path}"}

    def test_a_site_without_slash_arguments(self, writer: Writer) -> None:
        assert self.fetch(writer, f"{FILE}?file=%2F63%2Fa%2F1%2F%E8%AF%81.pdf&forcedownload=1") == {
            "url": FILE,
            "file": "/63/a/1/证.pdf",
        }

    @pytest.mark.parametrize(
        "url",
        [
            "https://MOODLE.example.edu.cn/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn:443/webservice/pluginfile.php/1/a",
        ],
    )
    def test_the_same_site_written_otherwise(self, writer: Writer, url: str) -> None:
        assert self.fetch(writer, url) == {"url": f"{FILE}/1/a"}

    @pytest.mark.parametrize(
        "body", [b'{"error":"x","errorcode":"filenotfound"}', b"<html>", b"\xef\xbb\xbf{}"]
    )
    def test_a_file_may_look_like_anything(self, writer: Writer, body: bytes) -> None:
        headers = {"Content-Disposition": 'attachment; filename="a"'}
        self.fetch(writer, f"{FILE}/1/a", body, headers=headers)

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn.evil.example/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn@evil.example/webservice/pluginfile.php/1/a",
            "http://moodle.example.edu.cn/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn:8443/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn:x/webservice/pluginfile.php/1/a",
            "https://moodle.example.edu.cn/pluginfile.php/1/a",
            "https://moodle.example.edu.cn/webservice/pluginfile.phpx/1/a",
            "https://moodle.example.edu.cn/webservice/pluginfile.php",
            "/webservice/pluginfile.php/1/a",
            "",
        ],
    )
    def test_another_address_gets_no_request(self, writer: Writer, url: str) -> None:
        with (
            responses.RequestsMock(),
            pytest.raises(SiteError, match=r"another address than \[site\] url. Put the address"),
        ):
            writer.download(url)

    def test_a_refusal_is_no_file(self, writer: Writer) -> None:
        body = b'{"error":"Sorry","errorcode":"filenotfound","stacktrace":null}'
        with responses.RequestsMock() as mock:
            mock.post(f"{FILE}/1/a", body=body, status=404)
            with pytest.raises(CallError, match=r"pluginfile\.php: Moodle refused: filenotfound"):
                writer.download(f"{FILE}/1/a")

    def test_a_failure_that_may_pass_is_repeated(self, moodle: FakeMoodle) -> None:
        writer = Writer(Moodle(moodle.client()))
        with responses.RequestsMock() as mock:
            mock.post(f"{FILE}/1/a", status=502)
            mock.post(f"{FILE}/1/a", body=b"%PDF")
            assert writer.download(f"{FILE}/1/a") == b"%PDF"
        assert moodle.waited == [0.5]

    def test_a_file_cut_short_is_fetched_again(self, moodle: FakeMoodle) -> None:
        """Something on the way ended it as if it were whole: to write again would be wrong."""
        writer = Writer(Moodle(moodle.client()))
        with responses.RequestsMock() as mock:
            for body in (b"%P", b"", b"%PDF"):
                mock.post(f"{FILE}/1/a", body=body)
            assert writer.download(f"{FILE}/1/a", 4) == b"%PDF"
        assert moodle.waited == [0.5, 1.0]

    def test_a_site_in_a_folder(self, moodle: FakeMoodle) -> None:
        writer = Writer(Moodle(moodle.client(url=f"{URL}/lms")))
        with responses.RequestsMock() as mock:
            mock.post(f"{URL}/lms/webservice/pluginfile.php/1/a", body=b"%PDF")
            assert writer.download(f"{URL}/lms/webservice/pluginfile.php/1/a") == b"%PDF"
        with pytest.raises(SiteError, match="another address"):
            writer.download(f"{FILE}/1/a")
