"""Many calls in one request: resumed behind failures, sized by time, never mixed up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.moodle import CallError
from moodle_cpd.moodle.client import BATCH_FUNCTION, Call, Client
from tests.moodle.conftest import FakeMoodle
from tests.moodle.php import Tree

READ = "core_enrol_get_users_courses"

NAMELESS = {"exception": "invalid_parameter_exception", "errorcode": "invalidparameter"}
"""What Moodle answers where no function is named."""

Inner = Callable[[int], Any]


def calls(count: int) -> list[Call]:
    return [Call(READ, {"userid": number}) for number in range(count)]


def ok(data: object) -> dict[str, object]:
    return {"error": False, "data": json.dumps(data)}


def refused(code: str) -> dict[str, object]:
    exception = {"message": "王伟", "errorcode": code, "link": "https://x/", "moreinfourl": "x"}
    return {"error": True, "exception": json.dumps(exception)}


def squares(user: int) -> object:
    return ok([user * user])


@dataclass
class Batches:
    """What Moodle does with a batch: inner calls in order, up to the first that fails."""

    inner: Inner = squares
    sizes: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)

    def __call__(self, form: Tree) -> Any:
        if "wsfunction" not in form:
            return NAMELESS
        if form["wsfunction"] != BATCH_FUNCTION:
            self.alone.append(int(form["userid"]))
            answer = self.inner(int(form["userid"]))
            if answer["error"]:
                return {"exception": "x", **json.loads(answer["exception"])}
            return json.loads(answer["data"])
        requests = form["requests"]
        self.sizes.append(len(requests))
        if any("function" not in request for request in requests):
            return NAMELESS
        answers = []
        for request in requests:
            assert request["function"] == READ
            answers.append(self.inner(json.loads(request["arguments"])["userid"]))
            if answers[-1]["error"]:
                break
        return {"responses": answers}


def fixed(client: Client, size: int) -> Client:
    client._batch_size = size
    return client


@pytest.fixture
def batches(moodle: FakeMoodle) -> Batches:
    moodle.answering = Batches()
    return moodle.answering


def test_answers_come_in_order(moodle: FakeMoodle, batches: Batches) -> None:
    answers = list(moodle.client().read_many(calls(500)))
    assert answers == [[number * number] for number in range(500)]
    assert sum(batches.sizes) == 500


def test_nothing_asked_sends_nothing(moodle: FakeMoodle, batches: Batches) -> None:
    assert list(moodle.client().read_many([])) == []
    assert moodle.asked == []


def test_it_goes_on_behind_a_failing_call(moodle: FakeMoodle, batches: Batches) -> None:
    batches.inner = lambda user: refused("usernotenroled") if user in {3, 4} else squares(user)
    answers = list(fixed(moodle.client(), 10).read_many(calls(10)))
    assert [answer for answer in answers if not isinstance(answer, CallError)] == [
        [number * number] for number in range(10) if number not in {3, 4}
    ]
    for number in (3, 4):
        error = answers[number]
        assert isinstance(error, CallError)
        assert (error.function, error.code) == (READ, "usernotenroled")
        assert "王伟" not in str(error)
    assert batches.sizes == [10, 6, 5]


@given(
    failing=st.sets(st.integers(0, 60)),
    count=st.integers(0, 60),
    limit=st.integers(8, 60),
    size=st.integers(1, 60),
)
def test_each_call_has_its_own_answer_whatever_fails_or_is_cut(
    failing: set[int], count: int, limit: int, size: int
) -> None:
    """However PHP cuts the form (eight values come before the first call is whole)."""
    import responses

    from tests.moodle.conftest import REST

    moodle = FakeMoodle(max_input_vars=limit)
    moodle.answering = Batches(
        inner=lambda user: refused("nocriteriaset") if user in failing else squares(user)
    )
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.POST, REST, callback=moodle.handle)
        answers = list(fixed(moodle.client(), size).read_many(calls(count)))
    assert [isinstance(answer, CallError) for answer in answers] == [
        number in failing for number in range(count)
    ]
    assert all(
        answer == [number * number]
        for number, answer in enumerate(answers)
        if number not in failing
    )


def test_a_list_that_php_cuts_runs_nothing_and_is_asked_for_less(
    moodle: FakeMoodle, batches: Batches
) -> None:
    moodle.max_input_vars = 6 + 2 * 4
    answers = list(fixed(moodle.client(), 10).read_many(calls(10)))
    assert answers == [[number * number] for number in range(10)]
    sent = [str(request.body).count("%5Bfunction%5D") for request in moodle.sent]
    assert sent == [10, 5, 2, 4, 4]
    assert batches.sizes == [2, 4, 4]
    assert not batches.alone


def test_a_call_without_its_function_never_runs_without_its_arguments(
    moodle: FakeMoodle, batches: Batches
) -> None:
    """Should something drop fields and leave the request's function."""

    def answering(form: Tree) -> Any:
        if len(form.get("requests", ())) > 4:
            form["requests"] = [*form["requests"][:4], {"arguments": "{}"}]
        return batches(form)

    moodle.answering = answering
    answers = list(fixed(moodle.client(), 10).read_many(calls(10)))
    assert answers == [[number * number] for number in range(10)]


def test_a_list_cut_between_calls_is_asked_for_less(moodle: FakeMoodle, batches: Batches) -> None:
    def answering(form: Tree) -> Any:
        if "requests" in form:
            form["requests"] = form["requests"][:4]
        return batches(form)

    moodle.answering = answering
    assert len(list(fixed(moodle.client(), 10).read_many(calls(10)))) == 10
    sent = [str(request.body).count("%5Bfunction%5D") for request in moodle.sent]
    assert sent == [10, 4, 2]
    assert not batches.alone


def test_one_call_that_breaks_every_batch_fails_alone(moodle: FakeMoodle, batches: Batches) -> None:
    def answering(form: Tree) -> Any:
        if "requests" in form and any('"userid":7}' in r["arguments"] for r in form["requests"]):
            return {"exception": "TypeError", "message": "x"}
        return batches(form)

    batches.inner = lambda user: refused("invalidresponse") if user == 7 else squares(user)
    moodle.answering = answering
    answers = list(fixed(moodle.client(), 10).read_many(calls(20)))
    assert [number for number in range(20) if answers[number] != [number * number]] == [7]
    assert isinstance(answers[7], CallError)
    assert batches.alone == [7]


@pytest.mark.parametrize(
    ("code", "kind"),
    [("accessexception", SiteError), ("forcepasswordchangenotice", SiteError)],
)
def test_what_is_wrong_with_the_site_ends_all(
    moodle: FakeMoodle, batches: Batches, code: str, kind: type[Exception]
) -> None:
    batches.inner = lambda user: refused(code) if user == 2 else squares(user)
    with pytest.raises(kind, match=rf"{READ}: .*\({code}\)"):
        list(moodle.client().read_many(calls(5)))


def test_what_may_pass_is_repeated(moodle: FakeMoodle, batches: Batches) -> None:
    once = [2]
    batches.inner = lambda user: (
        refused("dbconnectionfailed") if user in once and once.pop() else squares(user)
    )
    assert len(list(moodle.client().read_many(calls(5)))) == 5
    assert len(moodle.waited) == 1


def test_a_function_that_answers_null_has_no_data(moodle: FakeMoodle, batches: Batches) -> None:
    batches.inner = lambda _: {"error": False}
    assert list(moodle.client().read_many(calls(2))) == [None, None]


@pytest.mark.parametrize(
    "response",
    [
        7,
        None,
        {"error": False, "data": "[1,"},
        {"error": False, "data": 7},
        {"error": False, "data": "[" * 200_000},
        {"error": True, "exception": "[]"},
        {"error": True, "exception": "{"},
        {"error": True, "exception": {"errorcode": "x"}},
    ],
)
def test_an_answer_that_cannot_be_read_ends_all(moodle: FakeMoodle, response: object) -> None:
    moodle.answers = [{"responses": [response]}]
    with pytest.raises(SiteError, match=rf"{READ}: an answer in a batch that can't be read"):
        list(moodle.client().read_many(calls(1)))


@pytest.mark.parametrize(
    "reply", [{"responses": [ok(1), ok(2), ok(3)]}, {"responses": []}, {"responses": None}, {}, []]
)
def test_answers_that_do_not_match_end_all(moodle: FakeMoodle, reply: object) -> None:
    moodle.answers = [reply]
    with pytest.raises(SiteError, match="2 calls were sent, the answers can't be matched"):
        list(moodle.client().read_many(calls(2)))


class TestSize:
    def sizes(
        self, moodle: FakeMoodle, batches: Batches, seconds: Callable[[int], float], count: int
    ) -> list[int]:
        moodle.seconds = lambda form: seconds(len(form["requests"]))
        list(moodle.client(batch_target=2.0).read_many(calls(count)))
        return batches.sizes

    def test_it_grows_while_a_batch_is_quick(self, moodle: FakeMoodle, batches: Batches) -> None:
        assert self.sizes(moodle, batches, lambda _: 0.0, 750) == [50, 100, 200, 200, 200]

    def test_it_finds_the_size_that_takes_the_wanted_time(
        self, moodle: FakeMoodle, batches: Batches
    ) -> None:
        assert self.sizes(moodle, batches, lambda n: n * 0.023, 300) == [50, 86, 86, 78]

    def test_it_shrinks_on_a_slow_site(self, moodle: FakeMoodle, batches: Batches) -> None:
        assert self.sizes(moodle, batches, lambda n: n * 1.0, 56) == [50, 2, 2, 2]

    def test_it_is_never_less_than_one(self, moodle: FakeMoodle, batches: Batches) -> None:
        assert self.sizes(moodle, batches, lambda n: n * 11.0, 53) == [50, 1, 1, 1]

    def test_waiting_between_repeats_is_not_taken_for_the_batchs_time(
        self, moodle: FakeMoodle, batches: Batches
    ) -> None:
        failures = [(503, {"Retry-After": "50"}, b"")]
        client = moodle.client()

        def sleep(seconds: float) -> None:
            moodle.time += seconds

        moodle.answering = lambda form: failures.pop() if failures else batches(form)
        client._sleep = sleep
        list(client.read_many(calls(150)))
        assert batches.sizes == [25, 50, 75]

    def test_a_batch_that_outlasts_a_gateway_is_halved_until_it_fits(
        self, moodle: FakeMoodle, batches: Batches
    ) -> None:
        def answering(form: Tree) -> Any:
            return batches(form) if len(form["requests"]) <= 15 else (504, {}, b"<html>")

        moodle.answering = answering
        assert len(list(moodle.client(retries=2).read_many(calls(20)))) == 20
        assert [len(form["requests"]) for form in moodle.asked[:2]] == [20, 10]


def test_a_site_that_stays_away_ends_it(moodle: FakeMoodle) -> None:
    moodle.answering = lambda _: (503, {}, b"")
    with pytest.raises(TransientError):
        list(moodle.client(retries=2).read_many(calls(100)))
    assert [len(form["requests"]) for form in moodle.asked] == [50, 25, 12]


def test_at_most_four_hundred_values_a_request(moodle: FakeMoodle, batches: Batches) -> None:
    list(moodle.client().read_many(calls(1000)))
    assert max(batches.sizes) == 200


class TestWithoutBatchFunction:
    def test_calls_go_one_by_one(self, moodle: FakeMoodle, batches: Batches) -> None:
        batches.inner = lambda user: refused("usernotenroled") if user == 1 else squares(user)
        answers = list(moodle.client().read_many(calls(3), batch=False))
        assert (answers[0], answers[2]) == ([0], [4])
        assert isinstance(answers[1], CallError)
        assert moodle.functions() == [READ] * 3

    def test_what_is_wrong_with_the_site_ends_all(
        self, moodle: FakeMoodle, batches: Batches
    ) -> None:
        batches.inner = lambda _: refused("invalidtoken")
        with pytest.raises(SiteError, match="does not know the token"):
            list(moodle.client().read_many(calls(3), batch=False))
        assert len(moodle.asked) == 1
