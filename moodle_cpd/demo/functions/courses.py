"""Courses, course categories, and what a course holds.

An account that may not edit a course is not told its idnumber, nor an activity's.
"""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.failures import invalid_parameter, moodle_exception, not_found
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.functions.completion import activity_status
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHA, ALPHANUM, BOOL, INT, RAW, default, many, struct
from moodle_cpd.demo.state import Assignment, Course, CourseCategory
from moodle_cpd.demo.tables import course_context, module_context

FRONT_PAGE = 1
_FIELDS = ("id", "ids", "shortname", "idnumber", "category", "sectionid")


@function("core_course_get_courses_by_field", field=default(ALPHA, ""), value=default(RAW, ""))
def get_courses_by_field(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Courses by one field, all without one; a course that may not be seen is left out."""
    field, value = arguments["field"], arguments["value"]
    if field and field not in _FIELDS:
        raise invalid_parameter("Invalid field name")
    shown = [] if field else [_front_page(call)]
    shown += [
        _course(call, row)
        for row in call.world.tables.courses.values()
        if _fits(row, field, value) and (row.visible or call.can("moodle/course:viewhiddencourses"))
    ]
    return {"courses": shown, "warnings": []}


def _fits(row: Course, field: str, value: str) -> bool:
    if field in {"id", "ids"}:
        return str(row.id) in [part.strip() for part in value.split(",")]
    return not field or str(getattr(row, field, None)) == value


@function(
    "core_course_get_categories",
    criteria=default(many(struct(key=ALPHA, value=RAW)), []),
    addsubcategories=default(BOOL, "1"),
)
def get_categories(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Course categories; idnumbers are for those who may manage them."""
    if call.account_trouble() is not None:
        return []
    tables = call.world.tables
    chosen = set(tables.categories)
    for criterion in arguments["criteria"]:
        key, value = criterion["key"], criterion["value"]
        if key not in {"id", "ids", "name", "parent", "idnumber", "visible"}:
            raise moodle_exception("criteriaerror", "Missing permissions to search on a criterion.")
        if key == "idnumber" and not call.can("moodle/category:manage"):
            raise moodle_exception("criteriaerror", "Missing permissions to search on a criterion.")
        fits = {
            row.id
            for row in tables.categories.values()
            if str(getattr(row, key.removesuffix("s"), "1")) in value.split(",")
        }
        if arguments["addsubcategories"]:
            fits |= {row.id for row in tables.categories.values() if fits & set(_path(call, row))}
        chosen &= fits
    return [_category(call, tables.categories[number]) for number in sorted(chosen)]


@function(
    "core_course_get_contents",
    courseid=INT,
    options=default(many(struct(name=ALPHANUM, value=RAW)), []),
)
def get_contents(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The one section of a course with its activities."""
    course = call.enter(arguments["courseid"])
    wanted = {option["name"]: option["value"] for option in arguments["options"]}
    modules = [
        _module(call, course, row)
        for row in call.world.tables.course_assignments.get(course.id, [])
        if call.sees_module(row)
        and wanted.get("cmid", str(row.cmid)) == str(row.cmid)
        and wanted.get("modname", "assign") == "assign"
    ]
    return [
        {
            "id": course.id * 2,
            "name": "常规" if call.language == "zh_cn" else "General",
            "visible": 1,
            "summary": "",
            "summaryformat": 1,
            "section": 0,
            "hiddenbynumsections": 0,
            "uservisible": True,
            "component": None,
            "itemid": None,
            "modules": [] if wanted.get("excludemodules") == "1" else modules,
        }
    ]


@function("core_course_get_course_module", cmid=INT)
def get_course_module(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """An activity; its settings only for those who may manage it."""
    row = call.world.tables.modules.get(arguments["cmid"])
    if row is None:
        raise not_found()
    call.enter_module(row)
    shown: dict[str, Any] = {
        "id": row.cmid,
        "course": row.course,
        "module": 1,
        "name": row.name,
        "modname": "assign",
        "instance": row.id,
        "section": row.course * 2,
        "sectionnum": 0,
        "groupmode": 0,
        "groupingid": 0,
        "completion": 2 if row.has_completion else 0,
    }
    if call.can("moodle/course:manageactivities"):
        shown |= {
            "idnumber": row.idnumber,
            "added": row.timemodified,
            "score": 0,
            "indent": 0,
            "visible": int(row.visible),
            "visibleoncoursepage": 1,
            "visibleold": int(row.visible),
            "completiongradeitemnumber": 0 if row.completionusegrade else None,
            "completionpassgrade": int(row.completionpassgrade),
            "completionview": 0,
            "completionexpected": 0,
            "showdescription": 0,
            "downloadcontent": 1,
            "availability": None,
            "grade": row.grade,
            "gradepass": f"{row.gradepass:.2f}",
            "gradecat": row.course,
            "advancedgrading": [{"area": "submissions", "method": None}],
        }
    else:
        shown["downloadcontent"] = 1
    return {"cm": shown, "warnings": []}


def _path(call: Call, row: CourseCategory) -> list[int]:
    path = [row.id]
    while row.parent:
        row = call.world.tables.categories[row.parent]
        path.insert(0, row.id)
    return path


def _category(call: Call, row: CourseCategory) -> dict[str, Any]:
    path = _path(call, row)
    courses = [c for c in call.world.tables.courses.values() if c.category == row.id]
    shown: dict[str, Any] = {"id": row.id, "name": plain(row.name)}
    if call.can("moodle/category:manage"):
        shown["idnumber"] = row.idnumber
    return shown | {
        "description": "",
        "descriptionformat": 1,
        "parent": row.parent,
        "sortorder": row.id * 10000,
        "coursecount": len(courses),
        "depth": len(path),
        "path": "/" + "/".join(str(number) for number in path),
    }


def _course(call: Call, row: Course) -> dict[str, Any]:
    category = call.world.tables.categories[row.category]
    shown: dict[str, Any] = {
        "id": row.id,
        "fullname": plain(row.fullname),
        "displayname": plain(row.fullname),
        "shortname": plain(row.shortname),
        "courseimage": course_image(call, row.id),
        "categoryid": row.category,
        "categoryname": plain(category.name),
        "sortorder": row.category * 10000 + max(call.world.tables.courses) - row.id + 1,
        "summary": row.summary,
        "summaryformat": 1,
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": False,
        "showcompletionconditions": True,
        "contacts": [],
        "enrollmentmethods": ["manual"],
    }
    if row.custom_fields:
        shown["customfields"] = [
            {
                "name": "学时" if name == "hours" else name,
                "shortname": name,
                "type": "text",
                "valueraw": value,
                "value": value,
            }
            for name, value in row.custom_fields.items()
        ]
    if call.can_enter(row.id):
        shown |= _inner_fields(row)
    if call.can("moodle/course:update"):
        shown |= {
            "idnumber": row.idnumber,
            "legacyfiles": 0,
            "calendartype": "",
            "timecreated": row.timecreated,
            "timemodified": row.timemodified,
            "requested": 0,
            "cacherev": row.timemodified,
        }
    return shown


def _inner_fields(row: Course) -> dict[str, Any]:
    return {
        "format": "topics",
        "showgrades": 1,
        "newsitems": 0,
        "startdate": row.startdate,
        "enddate": row.enddate,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(row.visible),
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "enablecompletion": int(row.enablecompletion),
        "completionnotify": 0,
        "lang": "",
        "theme": "",
        "marker": 0,
        "filters": _text_filters(),
        "courseformatoptions": [
            {"name": "hiddensections", "value": 1},
            {"name": "coursedisplay", "value": 0},
            {"name": "indentation", "value": "1"},
        ],
    }


def _text_filters() -> list[dict[str, Any]]:
    names = ("displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin")
    return [{"filter": name, "localstate": 0, "inheritedstate": 1} for name in names]


def course_image(call: Call, course: int) -> str:
    """Address of the pattern that stands for a course without a picture."""
    return (
        f"{call.world.wwwroot}/pluginfile.php/{course_context(course)}/course/generated/course.svg"
    )


def _front_page(call: Call) -> dict[str, Any]:
    name = call.world.site_name
    shown: dict[str, Any] = {
        "id": FRONT_PAGE,
        "fullname": name,
        "displayname": name,
        "shortname": call.world.site_shortname,
        "courseimage": course_image(call, FRONT_PAGE),
        "categoryid": 0,
        "categoryname": "",
        "sortorder": 1,
        "summary": "",
        "summaryformat": 0,
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": False,
        "showcompletionconditions": None,
        "contacts": [],
        "enrollmentmethods": [],
    }
    if call.account_trouble() is None:
        front = Course(FRONT_PAGE, "", "", name, 0, enablecompletion=False)
        shown |= _inner_fields(front) | {"format": "site", "newsitems": 3}
        del shown["courseformatoptions"]
    return shown


def _module(call: Call, course: Course, row: Assignment) -> dict[str, Any]:
    return {
        "id": row.cmid,
        "url": f"{call.world.wwwroot}/mod/assign/view.php?id={row.cmid}",
        "name": plain(row.name),
        "instance": row.id,
        "contextid": module_context(row.cmid),
        "visible": int(row.visible),
        "uservisible": True,
        "visibleoncoursepage": 1,
        "modicon": f"{call.world.wwwroot}/theme/image.php/boost/assign/1/monologo?filtericon=1",
        "modname": "assign",
        "purpose": "assessment",
        "branded": False,
        "modplural": "作业" if call.language == "zh_cn" else "Assignments",
        "indent": 0,
        "onclick": "",
        "afterlink": None,
        "customdata": '{"customcompletionrules":{"completionsubmit":"0"}}',
        "noviewlink": False,
        "completion": 2 if row.has_completion else 0,
        "completiondata": activity_status(call, course, row, call.user.id),
        "downloadcontent": 1,
        "dates": [],
        "groupmode": 0,
    }
