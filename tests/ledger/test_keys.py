from datetime import date

from moodle_cpd.ledger import Ledger
from moodle_cpd.model.people import Person

DAY = date(2026, 3, 1)


def people(ledger: Ledger, site: str, *who: tuple[int, str, str]) -> None:
    ledger.record_people(
        site, [Person(site, id_, "", f"u{id_}", name, key=key) for id_, key, name in who], DAY
    )


def test_one_key_one_name_is_one_person(ledger: Ledger) -> None:
    people(ledger, "here", (1, "a1", "张 伟"), (2, "a2", "李 娜"))
    people(ledger, "there", (9, "a1", "张伟"), (8, "other", "李娜"))
    report = ledger.key_report("here")
    assert report.matched == ((1, "there", 9),)
    assert (report.empty, report.duplicates, report.conflicts) == ((), (), ())


def test_what_is_doubtful_is_never_matched(ledger: Ledger) -> None:
    people(
        ledger,
        "here",
        (1, "twice", "张伟"),
        (2, "twice", "张伟"),
        (3, "", "王芳"),
        (4, "name", "李娜"),
        (5, "both", "赵敏"),
    )
    people(
        ledger,
        "there",
        (6, "twice", "张伟"),
        (7, "", "王芳"),
        (8, "name", "陈静"),
        (9, "both", "赵敏"),
        (10, "both", "赵敏"),
    )
    report = ledger.key_report("here")
    assert report.matched == ()
    assert report.empty == (3,)
    assert report.duplicates == ((1, 2),)
    assert report.conflicts == ((4, "there", 8), (5, "there", 9), (5, "there", 10))


def test_who_left_is_left_out(ledger: Ledger) -> None:
    people(ledger, "here", (1, "a1", "张伟"), (2, "a1", "张伟"))
    people(ledger, "there", (9, "a1", "张伟"))
    ledger.record_presence("here", {1}, DAY, complete=True)
    assert ledger.key_report("here").matched == ((1, "there", 9),)
    ledger.record_presence("there", set(), DAY, complete=True)
    assert ledger.key_report("here").matched == ()
