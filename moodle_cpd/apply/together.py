"""Many awards in one request, a few requests at a time; the intents of all are on disk before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from moodle_cpd.apply.delivery import DONE, UNKNOWN, Delivery, in_doubt
from moodle_cpd.apply.ours import FAILED
from moodle_cpd.errors import CpdError
from moodle_cpd.model.award import AwardKey
from moodle_cpd.moodle.parallel import side_by_side

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One request that writes for several awards.

    Attributes:
        writes: award, step and detail for the journal, of each award in it.
        send: sends it.
    """

    writes: Sequence[tuple[AwardKey, str, Mapping[str, object]]]
    send: Callable[[], T]


def send_together(delivery: Delivery, requests: Sequence[Request[T]]) -> list[T | CpdError]:
    """Send requests side by side, as many at a time as ``[site] parallel`` says.

    The ledger is written by this thread alone: the intents of all awards before the first request
    leaves, the results when all have come back.

    Args:
        delivery: the run.
        requests: few enough that it does no harm if all of them are in doubt after a power cut.

    Returns:
        For each request what it brought, or why it failed; the journal then says whether it may
        have happened all the same.
    """
    writes = [write for request in requests for write in request.writes]
    entries = iter(delivery.ledger.journal_intents(delivery.run, writes, delivery.clock()))
    noted = [[next(entries) for _ in request.writes] for request in requests]
    delivery.writes += len(requests)
    most = delivery.moodle.client.site.parallel
    answers = list(side_by_side(most, requests, _caught))
    outcomes: dict[str, list[int]] = {}
    for answer, own in zip(answers, noted, strict=True):
        outcomes.setdefault(_outcome(answer), []).extend(own)
    for outcome, numbers in outcomes.items():
        delivery.ledger.journal_results(numbers, outcome, delivery.clock())
    return answers


def parts_by_weight(items: Iterable[tuple[S, int]], most: int, heaviest: int) -> list[list[S]]:
    """Cut a list into parts of at most ``most`` items that weigh at most ``heaviest`` together.

    Args:
        items: each with its weight; one that is heavier stands alone.
        most: items in a part.
        heaviest: weight of a part.
    """
    parts: list[list[S]] = []
    weight = 0
    for item, own in items:
        if not parts or len(parts[-1]) == most or weight + own > heaviest:
            parts.append([])
            weight = 0
        parts[-1].append(item)
        weight += own
    return parts


def _caught(request: Request[T]) -> list[T | CpdError]:
    try:
        return [request.send()]
    except CpdError as error:
        return [error]


def _outcome(answer: object) -> str:
    if not isinstance(answer, CpdError):
        return DONE
    return UNKNOWN if in_doubt(answer) else FAILED
