from moodle_cpd.demo import idnumbers as ids
from moodle_cpd.model.catalogue import COURSE_TOTAL, Course
from tests.pull.site import LATER, Site


def test_idnumbers_come_from_lists_and_gradebooks_as_the_account_may_not_edit(site: Site) -> None:
    asked: list[Course] = []

    def selected(course: Course) -> bool:
        asked.append(course)
        return True

    site.pull(selected)
    courses = {course.idnumber: course for course in site.ledger.courses(site.name).values()}
    enrolled = {row.course for rows in site.world.tables.enrolments_of.values() for row in rows}
    for row in site.world.tables.courses.values():
        if row.id in enrolled and row.idnumber != ids.RECORD_COURSE:
            course = courses[row.idnumber]
            assert course.id == row.id
            assert course.full_name == row.fullname.split("<")[0]  # Moodle strips mark-up
            assert dict(course.custom_fields) == row.custom_fields
            works = [a for a in course.activities if a.type == "assign"]
            assert {(a.id, a.instance, a.idnumber, a.name) for a in works} == {
                (a.cmid, a.id, a.idnumber, a.name)
                for a in site.world.tables.course_assignments[row.id]
            }
            (total,) = (a for a in course.activities if a.type == COURSE_TOTAL)
            assert total.id < 0
    assert ids.ETHICS in {course.idnumber for course in asked}
    assert len({course.id for course in asked}) == len(asked)


def test_course_categories_nearest_first_by_id_and_where_told_by_idnumber(site: Site) -> None:
    number = site.world.course(ids.ETHICS).id
    site.pull()
    assert site.ledger.courses(site.name)[number].course_categories == ("2", "1")
    site.world.set_capability("moodle/category:manage", True)
    site.pull(now=LATER)
    found = site.ledger.courses(site.name)[number].course_categories
    assert found == ("REQ", "2", "CPD", "1")


def test_id_that_is_another_course_categorys_idnumber_means_that_one(site: Site) -> None:
    site.world.set_capability("moodle/category:manage", True)
    site.world.tables.categories[6].idnumber = "2"
    site.pull()
    number = site.world.course(ids.ETHICS).id
    assert site.ledger.courses(site.name)[number].course_categories == ("REQ", "CPD", "1")


def test_a_course_that_was_read_before_we_wrote_in_it_is_none_any_more(site: Site) -> None:
    ours, awards = site.world.course(ids.RECORD_COURSE).id, site.awards
    site.awards = ()
    site.pull()
    before = site.ledger.courses(site.name)
    assert ours in before
    site.awards = awards
    site.pull(now=LATER)
    assert site.ledger.courses(site.name).keys() == before.keys() - {ours}


def test_renamed_course_is_known_by_its_new_name(site: Site) -> None:
    row = site.world.course(ids.ETHICS)
    site.pull()
    row.idnumber, row.fullname = "C-NEW", "师德 #1"
    site.pull(now=LATER)
    course = site.ledger.courses(site.name)[row.id]
    assert (course.idnumber, course.full_name) == ("C-NEW", "师德 #1")
    row.idnumber = ""
    site.pull(now=LATER)
    assert site.ledger.courses(site.name)[row.id].idnumber == ""


def test_courses_that_the_account_may_not_enter_are_reported(site: Site) -> None:
    site.pull()
    before = site.ledger.courses(site.name)
    site.world.set_capability("moodle/course:view", False)
    report = site.pull(now=LATER)
    assert "does not show the assignments of the courses" in str(report.problems)
    assert site.ledger.courses(site.name) == before


def test_course_that_became_hidden_keeps_what_is_known(site: Site) -> None:
    site.pull()
    row = site.world.course(ids.ETHICS)
    before = site.ledger.courses(site.name)[row.id]
    row.visible = False
    site.pull(now=LATER)
    assert site.ledger.courses(site.name)[row.id] == before
