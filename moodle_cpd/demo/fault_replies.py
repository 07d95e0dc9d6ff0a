"""What faults make of a site's replies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from moodle_cpd.demo.exchange import Response, as_json, as_page
from moodle_cpd.demo.fault import STATUSES, Fault, Strike

_KEYS: Final = frozenset({"id", "userid", "courseid", "cohortid", "cmid", "columns", "usergrades"})


def _status(strike: Strike) -> Response:
    status = STATUSES[strike.fault]
    waiting = strike.amount >= 1 and status in {429, 503}
    headers = (("Retry-After", f"{strike.amount:.0f}"),) if waiting else ()
    return replace(as_page(status, str(status), strike.fault), headers=headers)


def _broken(strike: Strike, response: Response) -> Response | None:
    """The reply to some place within it, as if it were whole."""
    if len(response.body) < 2:
        return None
    return replace(response, body=response.body[: _place(strike, response)])


def _reset(strike: Strike, response: Response) -> Response:
    return replace(response, cut=_place(strike, response) if response.body else 0)


def _place(strike: Strike, response: Response) -> int:
    last = len(response.body) - 1
    return min(max(int(strike.amount * last), 1), last)


def _repeated(strike: Strike, response: Response) -> Response | None:
    """One row of one list in the reply comes twice, within the answers of a batch too."""
    try:
        value = json.loads(response.body)
    except ValueError:
        return None
    repeated = _with_a_row_twice(value, strike.amount)
    return as_json(value) if repeated else None


def _with_a_row_twice(value: Any, share: float) -> bool:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, dict) and isinstance(value.get("responses"), list):
        answers = [each for each in value["responses"] if not each["error"]]
        for answer in answers:
            inner = json.loads(answer["data"])
            if _with_a_row_twice(inner, share):
                answer["data"] = json.dumps(inner)
                return True
        return False
    lists = [rows for rows in _lists(value) if rows and _is_row(rows[0])]
    if not lists:
        return False
    rows = lists[int(share * len(lists)) % len(lists)]
    place = int(share * 7919) % len(rows)
    rows.insert(place, rows[place])
    return True


def _is_row(item: object) -> bool:
    """Whether it stands for a record of the database, which a join can bring twice."""
    return not isinstance(item, dict) or not item.keys().isdisjoint(_KEYS)


def _lists(value: Any) -> Iterator[list[Any]]:  # noqa: ANN401 - JSON of any shape
    if isinstance(value, list):
        yield value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        yield from _lists(part)


REPLACED: Final[Mapping[Fault, Callable[[Strike], Response]]] = {
    Fault.REFUSED: lambda _: Response(drop=True),
    Fault.LOST: lambda _: Response(drop=True),
    Fault.SILENT: lambda _: Response(silent=True),
    Fault.PAGE: lambda _: as_page(200, "维护", "The page of a portal, a proxy or a firewall"),
    Fault.EMPTY: lambda _: Response(content_type="application/json"),
    **dict.fromkeys(STATUSES, _status),
}
"""What comes in place of the site's reply, whether the site has done its work or not."""

ALTERED: Final[Mapping[Fault, Callable[[Strike, Response], Response | None]]] = {
    Fault.RESET: _reset,
    Fault.BROKEN: _broken,
    Fault.REPEATED: _repeated,
}
"""What becomes of the site's reply; None: this reply can't be so."""
