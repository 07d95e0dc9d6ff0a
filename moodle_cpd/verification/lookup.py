"""What a published page says of its certificate, read from the site's folder."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem
from moodle_cpd.verification.folder import INDEX, MARK
from moodle_cpd.verification.shown import PAGE_ID


def verification_id(address: str) -> str:
    """The unguessable id in the address of a certificate; empty where there is none.

    Args:
        address: as its QR code has it: the id is the end of the path, or of the query.
    """
    parts = urlsplit(address.strip())
    values = [value for _, value in parse_qsl(parts.query)]
    found = values[-1] if values else re.sub(r"/(index\.html)?$", "", parts.path).rpartition("/")[2]
    found = unquote(found)
    return found if PAGE_ID.fullmatch(found) else ""


def published(folder: Path, page_id: str) -> dict[str, str] | None:
    """What the page of a certificate says, None where there is no such page.

    Args:
        folder: of the site.
        page_id: the certificate's unguessable id.

    Returns:
        ``state``, ``serial``, ``sha256`` and ``until`` as the page has them.

    Raises:
        InputError: the folder is no verification site.
    """
    if not (folder / MARK).is_file():
        raise InputError(
            Problem(
                str(folder),
                "no verification site",
                "a folder that 'moodle-cpd verification-site' wrote",
            )
        )
    if PAGE_ID.fullmatch(page_id) is None:
        return None
    try:
        html = (folder / page_id / INDEX).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise InputError(Problem(str(folder / page_id), "cannot be read")) from None
    reader = _Body()
    reader.feed(html)
    return reader.data


class _Body(HTMLParser):
    """The data of a page's body."""

    def __init__(self) -> None:
        super().__init__()
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the body's own."""
        if tag == "body":
            self.data = {
                name.removeprefix("data-"): value or ""
                for name, value in attrs
                if name.startswith("data-")
            }
