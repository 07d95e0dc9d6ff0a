"""Every body and status that can come back, and the one message that each gets."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.errors import CpdError, SiteError, TransientError
from moodle_cpd.moodle import CallError
from moodle_cpd.moodle.reply import RawReply, UnreadableError, content, parse, retry_after

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
READ = "core_user_get_users"
INFO = "core_webservice_get_site_info"
PERSON = "王伟 <wang.wei@example.edu.cn>"


def raw(body: bytes | Any, status: int = 200, **headers: str) -> RawReply:
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return RawReply(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, body, 0.1
    )


def failure(body: bytes | Any, status: int = 200, function: str = READ, **headers: str) -> CpdError:
    with pytest.raises(CpdError) as caught:
        parse("moodle", function, raw(body, status, **headers))
    (problem,) = caught.value.problems
    assert problem.where == f"moodle: {function}"
    return caught.value


@pytest.mark.parametrize("value", [None, True, False, 0, 7, 1.5, "text", [], {}, [{"a": None}]])
def test_whatever_json_says_is_a_value(value: object) -> None:
    assert parse("moodle", READ, raw(value)) == value


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\xef\xbb\xbf\n\xef\xbb\xbf", b" \r\n\t"])
def test_what_a_php_file_with_byte_order_mark_sends_first_is_skipped(before: bytes) -> None:
    assert parse("moodle", READ, raw(before + b'{"users":[]}')) == {"users": []}


class TestUnreadable:
    """Answers that are not Moodle's."""

    @pytest.mark.parametrize("body", [b"", b" \n", b"\xef\xbb\xbf"])
    def test_an_empty_reply_may_pass(self, body: bytes) -> None:
        error = failure(body)
        assert isinstance(error, TransientError)
        assert "an empty reply; expected JSON. The web server's error log" in str(error)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"users":[{"id":1,"fullname":"\xe7\x8e',
            b'{"users":[{"id":1,"fullname":"W',
            b"[1,2",
            b'"text',
        ],
    )
    def test_truncated_json_may_pass(self, body: bytes) -> None:
        error = failure(body)
        assert isinstance(error, TransientError)
        assert "a reply that breaks off" in str(error)

    @pytest.mark.parametrize(
        "body",
        [
            b"<!DOCTYPE html><html><title>Login</title></html>",
            b"\n <html>",
            b"\xef\xbb\xbf<HEAD>",
            b"<script>location='http://login.example'</script>",
        ],
    )
    def test_a_page_names_what_may_stand_in_between(self, body: bytes) -> None:
        error = failure(body)
        assert isinstance(error, UnreadableError)
        assert "a web page instead of a reply; expected JSON from Moodle. A proxy" in str(error)

    def test_moodle_answering_in_xml_did_not_get_the_form(self) -> None:
        error = failure(
            b'<?xml version="1.0" encoding="UTF-8" ?>\n<EXCEPTION class="core\\exception\\x">\n'
            b"<ERRORCODE>invalidtoken</ERRORCODE>\n</EXCEPTION>"
        )
        assert isinstance(error, UnreadableError)
        assert "Moodle did not get the request's form" in str(error)
        assert "post_max_size" in str(error)

    @pytest.mark.parametrize(
        "notice",
        [
            "<br />\n<b>Notice</b>:  Undefined index: x in <b>/y.php</b> on line <b>5</b><br />",
            "\nWarning: Unknown: Input variables exceeded 1000. in Unknown on line 0\n",
            "<b>Deprecated</b>: Optional parameter in <b>/a.php</b> on line <b>5</b>",
        ],
    )
    def test_a_php_notice_before_the_reply_is_named(self, notice: str) -> None:
        error = failure(f'{notice}{{"users":[]}}'.encode())
        assert isinstance(error, UnreadableError)
        assert "into its reply" in str(error)
        assert "display_errors = Off" in str(error)
        assert ".php" not in str(error)

    @pytest.mark.parametrize(
        "text",
        [
            "<br />\n<b>Fatal error</b>:  Maximum execution time in <b>/x</b> on line <b>5</b>",
            "PHP Fatal error: Allowed memory size of 134217728 bytes exhausted in /x on line 5",
        ],
    )
    def test_a_php_error_may_pass(self, text: str) -> None:
        error = failure(text.encode())
        assert isinstance(error, TransientError)
        assert error.sent
        assert "PHP ended with 'Fatal error'" in str(error)

    def test_something_behind_the_reply_is_named(self) -> None:
        error = failure(b'{"users":[]}<!-- cached by a proxy -->')
        assert isinstance(error, UnreadableError)
        assert "something stands behind the reply" in str(error)

    @pytest.mark.parametrize("body", [b"no healthy upstream", b"File not found.", b"\x1f\x8b\x08"])
    def test_other_text_is_not_moodles(self, body: bytes) -> None:
        error = failure(body)
        assert isinstance(error, UnreadableError)
        assert "a reply that is not Moodle's" in str(error)

    def test_another_success_is_none_of_moodles(self) -> None:
        error = failure(b"", 204)
        assert isinstance(error, UnreadableError)
        assert str(error).endswith("HTTP 204; expected HTTP 200")

    def test_json_without_end_of_nesting(self) -> None:
        assert isinstance(failure(b"[" * 200_000 + b"]" * 200_000), UnreadableError)

    @given(st.binary(max_size=60))
    def test_any_bytes_are_a_value_or_an_error_of_a_family(self, body: bytes) -> None:
        with suppress(SiteError, CallError):
            parse("moodle", READ, raw(body))


class TestRefusal:
    """Moodle's own errors, with HTTP 200."""

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("invalidtoken", "Moodle does not know the token; it may have expired (invalidtoken)"),
            ("sitepolicynotagreed", "has not accepted the site policy"),
            ("forcepasswordchangenotice", "must change its password"),
            ("usernotfullysetup", "profile lacks a required field"),
            ("wsaccessusersuspended", "the account is suspended"),
            ("wsaccessuserunconfirmed", "not confirmed"),
            ("usernotconfirmed", "not confirmed"),
            ("wsaccessuserdeleted", "the account is deleted"),
            ("wsaccessuserexpired", "password has expired"),
            ("wsaccessusernologin", "'No login'"),
            ("servicenotavailable", "the external service is disabled"),
        ],
    )
    def test_what_is_wrong_with_the_account_stops(self, code: str, words: str) -> None:
        error = failure(
            {"exception": "core\\exception\\moodle_exception", "errorcode": code, "message": PERSON}
        )
        assert type(error) is SiteError
        assert words in str(error)
        assert error.problems[0].hint
        assert PERSON not in str(error)

    def test_no_access_says_where_the_function_is_added(self) -> None:
        body = {"exception": "webservice_access_exception", "errorcode": "accessexception"}
        error = failure(body)
        assert type(error) is SiteError
        assert "the token may not call this function (accessexception). Add it: Site" in str(error)

    def test_no_access_to_the_first_function_means_the_service(self) -> None:
        body = {"exception": "webservice_access_exception", "errorcode": "accessexception"}
        error = failure(body, function=INFO)
        assert "the token may not use its service (accessexception)" in str(error)
        assert "webservice/rest:use" in str(error)

    @pytest.mark.parametrize(
        ("code", "sent"),
        [("sitemaintenance", False), ("upgraderunning", False), ("dbconnectionfailed", True)],
    )
    def test_what_passes_may_be_repeated(self, code: str, sent: bool) -> None:
        error = failure({"exception": "moodle_exception", "errorcode": code, "message": "x"})
        assert isinstance(error, TransientError)
        assert error.sent is sent
        assert str(error).endswith(f"({code}). Try again later")

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"exception": "dml_x", "errorcode": "invalidrecordunknown"}, "invalidrecordunknown"),
            ({"exception": "moodle_exception", "errorcode": "usernotenroled"}, "usernotenroled"),
            ({"exception": "TypeError", "message": PERSON}, "TypeError"),
            ({"exception": "core\\exception\\x", "errorcode": None}, "core\\exception\\x"),
            ({"exception": "x", "errorcode": f"User {PERSON} was not found"}, "x"),
            ({"exception": PERSON, "errorcode": PERSON}, "unknown"),
            ({"exception": None}, "unknown"),
            ({"exception": ["x"], "errorcode": {"a": 1}}, "unknown"),
            (
                {"errorcode": "generalexceptionmessage", "message": PERSON},
                "generalexceptionmessage",
            ),
        ],
    )
    def test_other_refusals_are_of_one_call(self, body: dict[str, Any], code: str) -> None:
        error = failure(body)
        assert isinstance(error, CallError)
        assert (error.function, error.code) == (READ, code)
        assert f"Moodle refused: {code}" in str(error)
        assert PERSON not in str(error)

    def test_a_missing_permission_names_the_capability(self) -> None:
        message = "Sorry, but you do not currently have permissions to do that (View grades)."
        for text in (message, message.removesuffix(".")):
            error = failure({"exception": "x", "errorcode": "nopermissions", "message": text})
            assert isinstance(error, CallError)
            assert "nopermissions (needs: View grades). Allow it to the service acc" in str(error)

    def test_a_message_in_another_language_is_left_out(self) -> None:
        error = failure(
            {
                "exception": "x",
                "errorcode": "nopermissions",
                "message": f"抱歉,您没有权限({PERSON})",
            }
        )
        assert "Moodle refused: nopermissions. Allow it" in str(error)

    def test_an_invalid_parameter_names_its_path_and_not_its_value(self) -> None:
        error = failure(
            {
                "exception": "invalid_parameter_exception",
                "errorcode": "invalidparameter",
                "debuginfo": f'criteria => 0 => value => Invalid: the value is "{PERSON}" => x',
            }
        )
        assert "Moodle refused: invalidparameter (at criteria.0.value). " in str(error)
        assert PERSON not in str(error)

    @pytest.mark.parametrize(
        ("code", "unsure"),
        [
            ("invalidparameter", False),
            ("nopermissions", False),
            ("requireloginerror", False),
            ("dmlwriteexception", True),
            ("invalidresponse", True),
            ("TypeError", True),
        ],
    )
    def test_it_is_said_whether_a_write_may_have_begun(self, code: str, unsure: bool) -> None:
        error = failure({"exception": "x", "errorcode": code})
        assert isinstance(error, CallError)
        assert error.unsure is unsure

    def test_a_value_that_moodle_itself_refuses_is_explained(self) -> None:
        assert "often a name with <" in str(failure({"errorcode": "invalidresponse"}))


class TestStatus:
    @pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 599])
    def test_server_errors_may_pass(self, status: int) -> None:
        error = failure(b"<html>Bad gateway", status)
        assert isinstance(error, TransientError)
        assert error.sent
        assert f"HTTP {status} with a web page (maintenance, or a proxy before it)" in str(error)

    def test_a_server_error_in_json_is_no_refusal_of_one_call(self) -> None:
        assert isinstance(failure({"errorcode": "x"}, 500), TransientError)

    def test_a_rate_limit_turns_away_before_moodle(self) -> None:
        error = failure(b"", 429, retry_after="30")
        assert isinstance(error, TransientError)
        assert (error.sent, error.retry_after) == (False, 30.0)
        assert str(error).endswith("HTTP 429. Try again in 30 s")

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            (401, "asks for a password of its own"),
            (403, "web services or the REST protocol are off"),
            (404, "no Moodle web service at this address"),
            (405, "does not let POST through"),
            (407, "the proxy asks for a password"),
            (413, "too large for the web server"),
            (418, "HTTP 418; expected HTTP 200"),
        ],
    )
    def test_other_statuses_stop_and_say_where_it_is_mended(self, status: int, words: str) -> None:
        error = failure(b"", status)
        assert type(error) is SiteError
        assert words in str(error)

    @pytest.mark.parametrize(
        ("location", "words"),
        [
            ("https://m.cn/lms/webservice/rest/server.php?wstoken=x", " to https://m.cn/lms ("),
            ("https://cas.cn/login;jsessionid=5?ticket=ST-1#x", " to https://cas.cn/login ("),
            ("https://cas.cn;jsessionid=5", " to https://cas.cn ("),
            ("https://user:password@m.cn/", "redirects (HTTP 303)"),
            ("/login/index.php", "redirects (HTTP 303)"),
            ("", "redirects (HTTP 303)"),
        ],
    )
    def test_a_redirect_is_named_without_its_secrets(self, location: str, words: str) -> None:
        error = failure(b"", 303, location=location)
        assert type(error) is SiteError
        assert words in str(error)
        for secret in ("ticket", "jsession", "password", "wstoken="):
            assert secret not in str(error)

    def test_a_redirect_leads_to_the_setting(self) -> None:
        assert "into [site] url" in str(failure(b"", 301, location="https://www.example.cn/"))


class TestContent:
    """Files, and refusals that look like files."""

    REFUSED = '{"error":"Web service file downloading must be enabled","errorcode":"%s",'
    REST = '"stacktrace":null,"debuginfo":null,"reproductionlink":null}'

    def refusal(self, code: str) -> bytes:
        return (self.REFUSED % code + self.REST).encode()

    @pytest.mark.parametrize(
        "body", [b"%PDF-1.7 \xff", b"", b'{"error":"x","errorcode":"y"}', b"<html>", b"[1"]
    )
    def test_a_file_is_what_it_is(self, body: bytes) -> None:
        assert (
            content(
                "moodle",
                "pluginfile.php",
                raw(body, content_disposition='attachment; filename="a.json"'),
            )
            == body
        )

    def test_a_file_without_name_is_a_file_too(self) -> None:
        assert content("moodle", "pluginfile.php", raw(b"%PDF-1.7")) == b"%PDF-1.7"

    @pytest.mark.parametrize("status", [200, 404])
    def test_a_file_that_is_not_there_is_one_skip(self, status: int) -> None:
        with pytest.raises(CallError, match="Moodle refused: filenotfound") as caught:
            content("moodle", "pluginfile.php", raw(self.refusal("filenotfound"), status))
        assert caught.value.code == "filenotfound"

    def test_a_service_without_downloads_stops(self) -> None:
        with pytest.raises(SiteError, match="Tick 'Can download files'"):
            content("moodle", "pluginfile.php", raw(self.refusal("accessexception")))

    def test_a_wrong_token_stops(self) -> None:
        with pytest.raises(SiteError, match="does not know the token"):
            content("moodle", "pluginfile.php", raw(self.refusal("invalidtoken")))

    def test_an_early_refusal_has_its_keys_in_another_order(self) -> None:
        body = b'{"error":"later","stacktrace":null,"errorcode":"upgraderunning"}'
        with pytest.raises(TransientError, match="being upgraded"):
            content("moodle", "pluginfile.php", raw(body))

    def test_a_portals_page_is_no_file(self) -> None:
        with pytest.raises(SiteError, match="a web page instead of a reply"):
            content("moodle", "pluginfile.php", raw(b"<html>Please log in"))

    def test_a_bare_404_is_a_wrong_address(self) -> None:
        with pytest.raises(SiteError, match="no Moodle web service at this address"):
            content("moodle", "pluginfile.php", raw(b"File not found.", 404))


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120.0),
            (" 5 ", 5.0),
            ("0", 0.0),
            ("Sun, 22 Nov 2026 01:00:30 GMT", 30.0),
            ("Sun, 22 Nov 2026 09:00:30 +0800", 30.0),
            ("Sun, 22 Nov 2026 01:00:30 -0000", 30.0),
            ("Sun, 22 Nov 2026 00:00:00 GMT", 0.0),
            ("", None),
            ("soon", None),
            ("-5", None),
            ("1.5", None),
            ("٣", None),
        ],
    )
    def test_seconds_and_dates(self, value: str, seconds: float | None) -> None:
        assert retry_after({"retry-after": value}, NOW) == seconds

    def test_none_without_header(self) -> None:
        assert retry_after({}, NOW) is None

    @given(st.text(max_size=40))
    def test_nonsense_is_never_an_error(self, value: str) -> None:
        wait = retry_after({"retry-after": value}, NOW)
        assert wait is None or wait >= 0
