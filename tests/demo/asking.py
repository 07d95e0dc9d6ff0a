"""A plain caller of the protocol, independent of the program's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

from moodle_cpd.demo import EmbeddedMoodle


class Asker:
    """Calls functions as the service account; answers come as decoded JSON.

    Args:
        site: whom to ask.
    """

    def __init__(self, site: EmbeddedMoodle) -> None:
        self.site = site
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, function: str, **parameters: Any) -> Any:
        reply = self.post(function, parameters)
        assert reply.status_code == 200
        return reply.json()

    def post(self, function: str, parameters: dict[str, Any]) -> requests.Response:
        """The whole HTTP reply."""
        form = {
            "wstoken": self.site.token,
            "wsfunction": function,
            "moodlewsrestformat": "json",
            **dict(flat(parameters)),
        }
        return self.session.post(
            f"{self.site.url}/webservice/rest/server.php", data=form, timeout=10
        )

    def close(self) -> None:
        """Close the connection."""
        self.session.close()


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Names and values as a form carries them."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from flat(item, f"{name}[{place}]")
    else:
        yield name, str(value)


def mark(user: int, grade: float, draft: int = 0, comment: str = "学时") -> dict[str, Any]:
    """One entry of ``mod_assign_save_grades``."""
    return {
        "userid": user,
        "grade": grade,
        "attemptnumber": -1,
        "addattempt": 0,
        "workflowstate": "",
        "plugindata": {
            "assignfeedbackcomments_editor": {"text": comment, "format": 1},
            "files_filemanager": draft,
        },
    }
