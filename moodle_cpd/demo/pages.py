"""The scripts of the embedded site: REST server, uploads, downloads, and a page for people."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote, unquote

from moodle_cpd.demo.dispatch import answer, authenticate_file_access
from moodle_cpd.demo.exchange import Hook, Request, Response, as_json, as_page, as_xml
from moodle_cpd.demo.failures import MoodleError, access_denied, moodle_exception
from moodle_cpd.demo.functions.files import add_draft, find, new_draft
from moodle_cpd.demo.protocol import Tree, nest, read_form
from moodle_cpd.demo.tables import user_context
from moodle_cpd.demo.world import World

_REST = "/webservice/rest/server.php"
_UPLOAD = "/webservice/upload.php"
_DOWNLOAD = "/webservice/pluginfile.php"
_BATCH = "tool_mobile_call_external_functions"

Part = tuple[str, str | None, bytes]
"""A part of a form: name, file name if it is a file, content."""


def respond(
    world: World,
    request: Request,
    query: str,
    parts: Sequence[Part],
    before: Sequence[Hook],
) -> Response:
    """Answer one request.

    Args:
        world: the live state; locked while a call runs.
        request: what is known of it; function, parameters and error code are filled in.
        query: the address's query.
        parts: the parts of the request's form.
        before: hooks that may answer in place of the site.
    """
    form = [(name, body.decode("utf-8", "replace")) for name, file, body in parts if file is None]
    request.variables = len(form)
    tree = _tree(request, query, form, world.max_input_vars)
    request.function = str(tree.get("wsfunction", request.path))
    request.params = copy.deepcopy(
        {
            name: value
            for name, value in tree.items()
            if name not in {"wstoken", "token", "wsfunction"} and not name.startswith("moodlews")
        }
    )
    if request.function == _BATCH and isinstance(tree.get("requests"), dict):
        request.inner = len(tree["requests"])
    for hook in before:
        response = hook(request)
        if response is not None:
            return response
    if request.limit is not None:
        tree = _tree(request, query, form, request.limit)
    with world.lock:
        return _serve(world, request, tree, parts)


def _tree(request: Request, query: str, form: list[tuple[str, str]], limit: int) -> Tree:
    """PHP counts query and form each for itself, and cuts a form one variable late."""
    late = 1 if request.form_encoded else 0
    return nest(read_form(query), limit) | nest(form, limit + late)


def parse_form(body: bytes, content_type: str) -> list[Part]:
    """The parts of a form, URL-encoded or multipart; nothing for other types."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        header = f"Content-Type: {content_type}\r\n\r\n".encode()
        message = message_from_bytes(header + body, policy=policy.HTTP)
        return [
            (
                str(part.get_param("name", "", "content-disposition")),
                part.get_filename(),
                _content(part),
            )
            for part in message.iter_parts()
            if isinstance(part, EmailMessage)
        ]
    if kind == "application/x-www-form-urlencoded":
        pairs = read_form(body.decode("ascii", "replace"))
        return [(name, None, value.encode()) for name, value in pairs]
    return []


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _serve(world: World, request: Request, tree: Tree, parts: Sequence[Part]) -> Response:
    if world.maintenance:
        return as_page(503, "站点维护中", "This site is currently under maintenance.")
    if request.path == _REST:
        return _rest(world, request, tree)
    if request.path == _UPLOAD:
        return _upload(world, request, tree, parts)
    if request.path == _DOWNLOAD or request.path.startswith(_DOWNLOAD + "/"):
        return _download(world, request, tree)
    if request.path in {"", "/", "/index.php"}:
        return as_page(200, world.site_name, "moodle-cpd demo")
    return as_page(404, "404", "Not found")


def _rest(world: World, request: Request, tree: Tree) -> Response:
    if not world.webservices_enabled:
        return Response(403)
    write = as_json if tree.get("moodlewsrestformat") == "json" else as_xml
    reply = answer(world, tree)
    if isinstance(reply, dict) and "exception" in reply:
        request.errorcode = str(reply.get("errorcode", "unknown"))
    return write(reply)


def _upload(world: World, request: Request, tree: Tree, parts: Sequence[Part]) -> Response:
    try:
        authenticate_file_access(world, tree.get("token"))
        if not world.upload_allowed:
            raise access_denied("Web service file upload must be enabled")
        wanted = str(tree.get("itemid", "0"))
        draft = int(wanted) if wanted.isdigit() and int(wanted) > 0 else new_draft(world)
        stored = [
            add_draft(world, draft, file, content) for _, file, content in parts if file is not None
        ]
    except MoodleError as error:
        return _file_error(request, error)
    context = user_context(world.service_user.id)
    return as_json(
        [
            {
                "component": "user",
                "contextid": context,
                "userid": str(file.userid),
                "filearea": "draft",
                "filename": file.filename,
                "filepath": "/",
                "itemid": draft,
                "license": "unknown",
                "author": "",
                "source": "",
                "filesize": len(file.content),
            }
            for file in stored
        ]
    )


def _download(world: World, request: Request, tree: Tree) -> Response:
    try:
        authenticate_file_access(world, tree.get("token"))
        if not world.download_allowed:
            raise access_denied("Web service file downloading must be enabled")
    except MoodleError as error:
        return _file_error(request, error)
    path = str(tree.get("file") or request.path.removeprefix(_DOWNLOAD))
    file = find(world, path)
    if file is None:
        missing = moodle_exception("filenotfound", "Sorry, the requested file could not be found")
        return _file_error(request, missing, status=404)
    disposition = f"attachment; filename*=UTF-8''{quote(file.filename)}"
    return Response(
        body=file.content,
        content_type=file.mimetype,
        headers=(("Content-Disposition", disposition),),
    )


def _file_error(request: Request, error: MoodleError, status: int = 200) -> Response:
    """The scripts for files name errors in another shape than the REST server."""
    request.errorcode = error.errorcode or "unknown"
    body: dict[str, Any] = {
        "error": error.message,
        "errorcode": error.errorcode,
        "stacktrace": None,
        "debuginfo": None,
        "reproductionlink": None,
    }
    return replace(as_json(body), status=status, content_type="application/json; charset=utf-8")


def decoded_path(target: str, prefix: str) -> str | None:
    """The path behind the site's prefix; None where it lies outside of the site."""
    path = unquote(target)
    if prefix and path != prefix and not path.startswith(prefix + "/"):
        return None
    return path.removeprefix(prefix)
