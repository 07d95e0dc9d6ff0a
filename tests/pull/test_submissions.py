from datetime import timedelta
from decimal import Decimal

from moodle_cpd.model.fact import FactKind
from tests.pull.site import LATER, NOW, Site
from tests.pull.test_grades import work


def handed_in(site: Site, teacher: int, idnumber: str) -> list[tuple[Decimal | None, object]]:
    found = site.of_work(FactKind.SUBMISSION, teacher, site.world.assignment(idnumber))
    return [(fact.value, fact.at) for fact in found]


def test_length_of_the_text_and_moment_of_handing_in(site: Site) -> None:
    teacher, notes = work(site, "NEWTEACHER-NOTE")
    site.world.submit(teacher, notes.id, "<p>教学 反思&hellip;</p>", NOW)
    site.pull()
    assert handed_in(site, teacher, "NEWTEACHER-NOTE") == [(Decimal(5), NOW)]
    later = NOW + timedelta(hours=1)
    site.world.submit(teacher, notes.id, "<p>教学反思，重写</p>", later)
    report = site.pull(now=LATER)
    assert report.new[FactKind.SUBMISSION] == 1
    assert handed_in(site, teacher, "NEWTEACHER-NOTE") == [(Decimal(7), later)]


def test_draft_and_new_attempts_are_not_handed_in(site: Site) -> None:
    teacher, notes = work(site, "NEWTEACHER-NOTE")
    attempt = site.world.submit(teacher, notes.id, "<p>草稿</p>", NOW)
    for status in ("new", "draft", "reopened"):
        attempt.status = status
        site.pull()
        assert handed_in(site, teacher, "NEWTEACHER-NOTE") == []


def test_file_has_no_length(site: Site) -> None:
    teacher, plan = work(site, "BACKBONE-PLAN")
    site.world.submit(teacher, plan.id, None, NOW, files=[("教案.pdf", b"%PDF")])
    site.pull()
    assert handed_in(site, teacher, "BACKBONE-PLAN") == [(None, NOW)]


def test_team_hands_in_for_each_of_its_members(site: Site) -> None:
    clip = site.world.assignment("EDTECH-CLIP")
    clip.onlinetext = True
    site.world.tables.groups.clear()
    site.world.tables.submissions[clip.id].clear()
    first, second, alone = [
        id_ for id_ in site.teachers if not site.world.tables.users[id_].suspended
    ][:3]
    for teacher in (first, second, alone):
        site.world.enrol(teacher, clip.course)
    site.world.make_group(clip.course, "甲组", [first, second])
    site.world.submit(first, clip.id, "<p>微课作品</p>", NOW)
    site.pull()
    assert handed_in(site, first, "EDTECH-CLIP") == [(Decimal(4), NOW)]
    assert handed_in(site, second, "EDTECH-CLIP") == [(Decimal(4), NOW)]
    assert handed_in(site, alone, "EDTECH-CLIP") == []


def test_no_answer_keeps_what_is_known(site: Site) -> None:
    site.pull()
    before = site.facts(FactKind.SUBMISSION)
    for attempts in site.world.tables.submissions.values():
        attempts.clear()
    assert site.pull(now=LATER).retracted == 0
    assert site.facts(FactKind.SUBMISSION) == before
