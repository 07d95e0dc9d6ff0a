"""Uploading into the account's draft area, and downloading from any area it may see."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import quote

from moodle_cpd.demo.failures import coding_error, moodle_exception
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHA, INT, TEXT, Value, default
from moodle_cpd.demo.state import StoredFile
from moodle_cpd.demo.tables import user_context
from moodle_cpd.demo.world import World

_FIRST_DRAFT = 100_000_000


@function(
    "core_files_upload",
    contextid=default(INT, None),
    component=Value("component"),
    filearea=Value("area"),
    itemid=INT,
    filepath=Value("path"),
    filename=Value("file"),
    filecontent=TEXT,
    contextlevel=default(ALPHA, None),
    instanceid=default(INT, None),
)
def upload(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Store a file in a draft area; item id 0 makes a new one."""
    if (arguments["component"], arguments["filearea"]) != ("user", "draft"):
        raise coding_error("File can be uploaded to user draft area only")
    own = user_context(call.user.id)
    level, instance = arguments["contextlevel"], arguments["instanceid"]
    if arguments["contextid"] != own and (level, instance) != ("user", call.user.id):
        raise moodle_exception("nofile", "File not specified")
    call.enter_site()
    try:
        content = base64.b64decode(arguments["filecontent"], validate=False)
    except binascii.Error:
        content = b""
    draft = arguments["itemid"] if arguments["itemid"] > 0 else new_draft(call.world)
    file = add_draft(call.world, draft, arguments["filename"], content)
    return {
        "contextid": own,
        "component": "user",
        "filearea": "draft",
        "itemid": draft,
        "filepath": file.filepath,
        "filename": file.filename,
        "url": f"{call.world.wwwroot}/draftfile.php/{own}/user/draft/{draft}/"
        f"{quote(file.filename)}",
    }


def new_draft(world: World) -> int:
    """An item id that no draft area of the account has yet."""
    return _FIRST_DRAFT + world.tables.next_id("draft")


def add_draft(world: World, draft: int, name: str, content: bytes) -> StoredFile:
    """Put a file into a draft area of the service account.

    Raises:
        MoodleError: ``fileexist``: there is one with this name.
    """
    account = world.service_user.id
    area = (user_context(account), "user", "draft", draft)
    if ("/", name) in world.tables.files.get(area, {}):
        raise moodle_exception("fileexist", "File already exists")
    return world.store_file(area, name, content, account, world.now())


def describe(call: Call, file: StoredFile) -> dict[str, Any]:
    """A file as functions of assignments list it."""
    address = (
        f"{call.world.wwwroot}/webservice/pluginfile.php/{file.contextid}/{file.component}/"
        f"{file.filearea}/{file.itemid}{quote(file.filepath)}{quote(file.filename)}"
    )
    return {
        "filename": file.filename,
        "filepath": file.filepath,
        "filesize": len(file.content),
        "fileurl": address,
        "timemodified": file.timemodified,
        "mimetype": file.mimetype,
        "isexternalfile": False,
        "icon": "f/pdf" if file.mimetype == "application/pdf" else "f/unknown",
    }


def find(world: World, path: str) -> StoredFile | None:
    """The file behind a ``pluginfile.php`` path, as far as the account may see it.

    Args:
        world: the live state.
        path: what stands behind the script's name, decoded: ``/context/component/area/item/name``.
    """
    parts = path.strip("/").split("/")
    if len(parts) < 5 or not parts[0].isdigit() or not parts[3].isdigit():
        return None
    context, component, filearea, item = int(parts[0]), parts[1], parts[2], int(parts[3])
    folder = "/" + "".join(f"{part}/" for part in parts[4:-1])
    file = world.tables.files.get((context, component, filearea, item), {}).get((folder, parts[-1]))
    if file is None or component == "user":
        return None
    may_see = {"mod/assign:grade", "mod/assign:viewgrades"} & world.capabilities
    return file if may_see else None
