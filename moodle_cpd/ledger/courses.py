"""Courses and their assignments, as last seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.store import Store, batches
from moodle_cpd.model.catalogue import Activity, Course

_BATCH = 500


class CourseStore(Store):
    """The courses in the ledger."""

    def record_courses(self, site: str, courses: Iterable[Course]) -> None:
        """Note how courses and their assignments are called now.

        What is not among them stays: a course map must find what older facts speak of, and a
        reading that shows less than the last is no evidence that something is gone.
        """
        for batch in batches(courses, _BATCH):
            with self._write() as connection:
                _replace_courses(connection, site, batch)
                _replace_activities(connection, site, batch)

    def courses(self, site: str) -> dict[int, Course]:
        """All courses of a site, by Moodle's course id, in its order.

        Those in which we write are none of them, also where they were noted before that was known.
        """
        course, activity = schema.courses, schema.activities
        written = schema.record_courses
        activities: dict[int, list[Activity]] = defaultdict(list)
        with self._read() as connection:
            statement = select(activity).where(activity.c.site == site).order_by(activity.c.id)
            for row in connection.execute(statement):
                activities[row.course].append(
                    Activity(row.id, row.instance, row.idnumber, row.name, row.type)
                )
            ours = select(written.c.course).where(written.c.site == site)
            rows = connection.execute(
                select(course)
                .where(course.c.site == site, course.c.id.not_in(ours))
                .order_by(course.c.id)
            )
            return {
                row.id: Course(
                    site=site,
                    id=row.id,
                    idnumber=row.idnumber,
                    short_name=row.short_name,
                    full_name=row.full_name,
                    course_categories=tuple(row.course_categories),
                    custom_fields=row.custom_fields,
                    activities=tuple(activities[row.id]),
                )
                for row in rows
            }

    def record_courses_seen(self, site: str, courses: Iterable[int]) -> frozenset[int]:
        """Remember courses in which we write, for ever.

        What we wrote into a course must not come back as a fact after its idnumber, or the
        settings, changed.

        Args:
            site: the site's name in the configuration.
            courses: Moodle's ids of those that the settings name now.

        Returns:
            These, and all that were ever named before.
        """
        table = schema.record_courses
        with self._write() as connection:
            statement = select(table.c.course).where(table.c.site == site)
            known = set(connection.execute(statement).scalars())
            new = sorted(set(courses) - known)
            if new:
                connection.execute(insert(table), [{"site": site, "course": id_} for id_ in new])
        return frozenset(known.union(new))


def _replace_courses(connection: Connection, site: str, courses: list[Course]) -> None:
    table = schema.courses
    rows = {
        course.id: {
            "site": site,
            "id": course.id,
            "idnumber": course.idnumber,
            "short_name": course.short_name,
            "full_name": course.full_name,
            "course_categories": list(course.course_categories),
            "custom_fields": dict(course.custom_fields),
        }
        for course in courses
    }
    connection.execute(delete(table).where(table.c.site == site, table.c.id.in_(list(rows))))
    connection.execute(insert(table), list(rows.values()))


def _replace_activities(connection: Connection, site: str, courses: list[Course]) -> None:
    table = schema.activities
    rows = {
        activity.id: {
            "site": site,
            "id": activity.id,
            "course": course.id,
            "instance": activity.instance,
            "idnumber": activity.idnumber,
            "name": activity.name,
            "type": activity.type,
        }
        for course in courses
        for activity in course.activities
    }
    for batch in batches(rows.values(), _BATCH):
        ids = [row["id"] for row in batch]
        connection.execute(delete(table).where(table.c.site == site, table.c.id.in_(ids)))
        connection.execute(insert(table), batch)
