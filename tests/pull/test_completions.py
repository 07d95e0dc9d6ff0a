from datetime import UTC, datetime
from pathlib import Path

import pytest

from moodle_cpd.demo import EmbeddedMoodle, Hook, Request, Response
from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.errors import SiteError
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.fact import FactKind, from_timestamp
from moodle_cpd.pull import lists
from tests.pull.site import LATER, NOW, Site, small_world

FROM_MOODLE = {FactKind.COURSE_COMPLETED, FactKind.GRADE, FactKind.SUBMISSION}
STATUS = "core_completion_get_course_completion_status"
BATCH = "tool_mobile_call_external_functions"


def test_completions_are_those_in_moodles_table_to_the_minute(site: Site) -> None:
    report = site.pull()
    own = site.world.course(ids.RECORD_COURSE).id
    expected = {
        (teacher, course, from_timestamp(row.timecompleted))
        for (teacher, course), row in site.world.tables.completions.items()
        if row.timecompleted and course != own and site.is_active(teacher, course)
    }
    found = site.facts(FactKind.COURSE_COMPLETED)
    assert {(fact.teacher, fact.course, fact.at) for fact in found} == expected
    assert len(found) == report.new[FactKind.COURSE_COMPLETED] == len(expected) > 20
    assert report.problems == ()


def test_second_pull_adds_nothing_and_asks_less(site: Site) -> None:
    first = site.pull()
    before = site.facts(history=True)
    second = site.pull(now=LATER)
    assert site.facts(history=True) == before
    assert set(second.new.values()) == {0}
    assert (second.retracted, second.attributes_changed, second.people_changed) == (0, 0, 0)
    assert second.requests < first.requests


def test_completion_that_moodle_took_back_is_retracted_and_may_come_again(site: Site) -> None:
    site.pull()
    teacher, course = site.completed_pair()
    (fact,) = site.completions(teacher, course)
    site.world.uncomplete(teacher, course)
    report = site.pull(now=LATER)
    assert report.retracted == 1
    assert site.completions(teacher, course) == []
    assert site.ledger.fact(site.name, fact.key) == fact  # history stays
    again = datetime(2026, 3, 2, 10, 30, 59, tzinfo=UTC)
    site.world.complete(teacher, course, again)
    assert site.pull(now=LATER).new[FactKind.COURSE_COMPLETED] == 1
    (new,) = site.completions(teacher, course)
    assert new.at == again.replace(second=0)


def test_completion_of_who_left_the_course_still_counts_and_is_listed(site: Site) -> None:
    site.pull()
    teacher, course = site.completed_pair()
    site.world.unenrol(teacher, course)
    report = site.pull(now=LATER)
    assert report.retracted == 0
    assert report.vanished == ((teacher, site.world.course(course).id),)
    assert len(site.completions(teacher, course)) == 1


@pytest.mark.parametrize("capability", ["moodle/course:viewparticipants", "report/completion:view"])
def test_empty_replies_for_lack_of_a_capability_retract_nothing(
    site: Site, capability: str
) -> None:
    site.pull()
    before = site.facts(FactKind.COURSE_COMPLETED)
    for teacher, course in list(site.world.tables.completions):
        site.world.uncomplete(teacher, course)
    site.world.set_capability(capability, False)
    report = site.pull(now=LATER)
    assert site.facts(FactKind.COURSE_COMPLETED) == before
    assert report.retracted == 0
    assert any(capability in problem.hint for problem in report.problems)


def test_list_alone_retracts_nothing(site: Site) -> None:
    """The list of courses says "not completed", the details say the opposite."""
    site.pull()
    before = site.facts(FactKind.COURSE_COMPLETED)
    site.world.tables.completions.clear()

    def refuse(request: Request) -> Response | None:
        if "core_completion_get_course_completion_status" in str(
            (request.function, request.params)
        ):
            error = '{"exception":"dml_exception","errorcode":"dmlreadexception","message":""}'
            return Response(body=error.encode(), content_type="application/json")
        return None

    site.server.before.append(refuse)
    site.world.withdraw_function(BATCH)
    site.pull(now=LATER)
    assert site.facts(FactKind.COURSE_COMPLETED) == before


def test_details_that_contradict_the_list_change_nothing(site: Site) -> None:
    """Something happened between the two answers; the next pull sees it settled."""
    completions = site.world.tables.completions
    kept = dict(completions)

    def take_away(request: Request) -> None:
        if STATUS in str((request.function, request.params)):
            completions.clear()

    def give_back(request: Request) -> None:
        if STATUS in str((request.function, request.params)):
            completions.update(kept)

    site.server.before.append(take_away)
    assert site.pull().new[FactKind.COURSE_COMPLETED] == 0
    site.server.before[:] = []
    completions.update(kept)
    site.pull()
    before = site.facts(FactKind.COURSE_COMPLETED)
    completions.clear()
    site.server.before.append(give_back)
    assert site.pull(now=LATER).retracted == 0
    assert site.facts(FactKind.COURSE_COMPLETED) == before != []


def test_completion_without_a_time_is_uncertain_until_moodle_tells_one(site: Site) -> None:
    teacher, course = site.completed_pair()
    number = site.world.course(course).id
    row = site.world.tables.completions[teacher, number]
    times = dict(row.criteria)
    row.criteria = dict.fromkeys(times)
    site.pull()
    (uncertain,) = site.completions(teacher, course)
    assert uncertain.at is None
    assert set(site.pull().new.values()) == {0}
    row.criteria = times
    report = site.pull(now=LATER)
    assert (report.new[FactKind.COURSE_COMPLETED], report.retracted) == (1, 1)
    (dated,) = site.completions(teacher, course)
    assert dated.at == from_timestamp(row.timecompleted)
    row.criteria = dict.fromkeys(times)
    assert set(site.pull(now=LATER).new.values()) == {0}  # what is known is not forgotten
    assert site.completions(teacher, course) == [dated]


def test_course_without_criteria_is_completed_at_an_uncertain_time(site: Site) -> None:
    teacher, course = site.completed_pair()
    site.world.course(course).criteria.clear()
    report = site.pull()
    (fact,) = site.completions(teacher, course)
    assert fact.at is None
    assert fact.source.function == "core_enrol_get_users_courses"
    assert report.problems == ()


def test_suspended_account_is_no_problem(site: Site) -> None:
    teacher, course = site.completed_pair()
    site.pull()
    before = site.facts()
    site.world.tables.users[teacher].suspended = True
    report = site.pull(now=LATER)
    assert report.problems == ()
    assert site.facts() == before
    site.name = "another"  # a ledger that never saw them active
    site.pull()
    (fact,) = site.completions(teacher, course)
    assert fact.at is None


def test_user_who_cannot_be_read_leaves_the_others_whole(site: Site) -> None:
    """The batch stops at the first error; what stands behind it is sent again."""
    site.pull()
    pairs = {(fact.teacher, fact.course) for fact in site.facts(FactKind.COURSE_COMPLETED)}
    teacher, course = site.completed_pair()
    number = site.world.course(course).id
    site.name = "another"

    def lose(request: Request) -> Response | None:
        if "core_completion_get_course_completion_status" in str(
            (request.function, request.params)
        ):
            site.world.tables.enrolments_of[teacher] = [
                row for row in site.world.tables.enrolments_of[teacher] if row.course != number
            ]
            site.world.tables.enrolments[number] = [
                row for row in site.world.tables.enrolments[number] if row.user != teacher
            ]
        return None

    site.server.before.append(lose)
    site.pull()
    (fact,) = site.completions(teacher, course)
    assert fact.at is None
    found = site.facts(FactKind.COURSE_COMPLETED)
    assert {(fact.teacher, fact.course) for fact in found} == pairs
    assert [fact for fact in found if fact.at is None] == [fact]


def test_one_call_at_a_time_finds_the_same(site: Site) -> None:
    many = site.pull().requests
    expected = [fact.source for fact in site.facts()]
    site.world.withdraw_function(BATCH)
    site.name = "another"
    one = site.pull().requests
    assert [fact.source for fact in site.facts()] == expected
    assert one > 3 * many
    assert site.calls(BATCH) > 0


def test_only_courses_of_the_rules_are_read(site: Site) -> None:
    report = site.pull(selected=lambda course: course.idnumber == ids.ETHICS)
    number = site.world.course(ids.ETHICS).id
    assert report.courses == 1
    assert {fact.course for fact in site.facts()} == {number}
    assert {fact.kind for fact in site.facts()} == FROM_MOODLE


def test_record_course_never_yields_facts_whatever_becomes_of_it(site: Site) -> None:
    teacher = site.teachers[0]
    record = site.world.course(ids.RECORD_COURSE)
    (work, *_) = site.world.tables.course_assignments[record.id]
    site.world.enrol(teacher, record.id)
    site.world.submit(teacher, work.id, "<p>无</p>", NOW)
    site.world.grade(teacher, work.id, 72, NOW)
    site.world.complete(teacher, record.id, NOW)
    site.pull()
    record.idnumber = "RENAMED"
    site.pull()
    site.awards = ()
    site.pull()
    assert not [fact for fact in site.facts(history=True) if fact.course == record.id]
    assert record.id not in site.ledger.courses(site.name)


def test_record_course_that_is_not_there_is_reported(site: Site) -> None:
    site.world.course(ids.RECORD_COURSE).idnumber = "RENAMED"
    report = site.pull()
    (problem,) = report.problems
    assert "'CPD-RECORD': the site shows no such record course" in str(problem)


@pytest.mark.parametrize("survived", [1, 5, 8, 11])
def test_pull_that_broke_off_goes_on_to_the_same_end(tmp_path: Path, survived: int) -> None:
    results = []
    for name, limit in (("whole", None), ("broken", survived)):
        with (
            EmbeddedMoodle(small_world()) as server,
            Ledger.open(tmp_path / f"{name}.sqlite") as ledger,
        ):
            site = Site(server, ledger)
            if limit is not None:
                server.before.append(breaking_after(limit))
                with pytest.raises(SiteError):
                    site.pull()
                server.before.clear()
            site.pull()
            results.append((site.facts(), ledger.people(site.name), ledger.courses(site.name)))
    assert results[0] == results[1]


def breaking_after(requests: int) -> Hook:
    def answer(request: Request) -> Response | None:
        return Response(status=503) if request.n > requests else None

    return answer


def test_facts_carry_no_personal_details(site: Site) -> None:
    site.pull()
    replies = "\n".join(fact.source.reply for fact in site.facts())
    for user in site.world.tables.users.values():
        assert user.username not in replies
        assert user.email not in replies
        assert (user.lastname + user.firstname) not in replies


@pytest.mark.parametrize("capability", ["moodle/course:viewparticipants", "report/completion:view"])
def test_a_capability_taken_away_between_two_lists_is_noticed(
    site: Site, capability: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pull()
    before = site.facts(FactKind.COURSE_COMPLETED)
    monkeypatch.setattr(lists, "_TEACHERS", 2)
    requests = []

    def withdraw(request: Request) -> None:
        if "core_enrol_get_users_courses" in str((request.function, request.params)):
            requests.append(request.n)
            if len(requests) == 3:
                site.world.set_capability(capability, False)

    site.server.before.append(withdraw)
    report = site.pull(now=LATER)
    (problem,) = (p for p in report.problems if "were filled when the reading began" in p.found)
    assert capability in problem.hint
    assert site.facts(FactKind.COURSE_COMPLETED) == before
    site.server.before.clear()
    site.world.set_capability(capability, True)
    report = site.pull(now=LATER)
    assert report.problems == ()
    assert report.vanished == ()
