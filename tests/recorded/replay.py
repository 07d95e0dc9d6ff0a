"""The recorder's scenes played again without a Moodle: the program sends, the recordings answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import CpdError
from moodle_cpd.moodle.client import BATCH_FUNCTION
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.moodle.transport import Transport
from tests.live.exchange import function_first
from tests.live.scenarios import SCENES
from tests.live.scrub import SITE, Scrubber
from tests.live.stage import Account, Stage
from tests.live.states import States
from tests.recorded.library import Recorded, exchange, stage_ids

Form = tuple[tuple[str, str], ...]

_NULL = RawReply(200, {"content-type": "application/json"}, b"null", 0.0)


@dataclass(slots=True)
class Played:
    """What happened in one recorded scene.

    Attributes:
        recorded: the exchange as it was recorded.
        sent: the forms that the program sent, scrubbed as recordings are.
        error: what the program made of a refusal.
    """

    recorded: Recorded
    sent: list[Form] = field(default_factory=list)
    error: CpdError | None = None


class ReplayTransport(Transport):
    """Answers from the recordings."""

    def __init__(self, stage: ReplayStage, site: SiteSettings) -> None:
        super().__init__(site, SecretStr("0" * 32))
        self._stage = stage

    def post(
        self,
        path: str,
        pairs: Iterable[tuple[str, str]],
        *,
        function: str,
        field: str = "wstoken",
        extra: Mapping[str, str] | None = None,
    ) -> RawReply:
        """Note the form, and give what was recorded."""
        form = function_first([*(extra or {}).items(), *pairs])
        scrubbed = tuple((name, self._stage.scrubber.value(name, value)) for name, value in form)
        return self._stage.answer(function, scrubbed)


class NoStates(States):
    """Nothing to set: the recordings were made in these states."""

    def set(self, verb: str, *arguments: str) -> None:
        """Do nothing."""


class ReplayStage(Stage):
    """The recorder's stage, with recordings in place of a site."""

    def __init__(self) -> None:
        super().__init__(
            service=self._account(),
            single=self._account(),
            admin=self._account(),
            stranger=self._account(),
            states=NoStates(None),
            target=Path(),
            scrubber=Scrubber(SITE, ()),
            log=[],
        )
        ids = stage_ids()
        self.courses, self.teachers, self.reports = ids["courses"], ids["teachers"], ids["reports"]
        self.assignments = {name: (one, two) for name, (one, two) in ids["assignments"].items()}
        self.cohort = ids["cohort"]
        self.played: list[Played] = []
        self._now: Played | None = None
        self._latest: dict[tuple[str, Form], RawReply] = {}
        info = exchange("core_webservice_get_site_info", "good")
        self._latest[info.function, info.form] = info.raw()
        known = self.service.moodle.info
        self.single.moodle._info = known.model_copy(
            update={"functions": tuple(f for f in known.functions if f.name != BATCH_FUNCTION)}
        )

    def _account(self) -> Account:
        account = Account(SITE, "0" * 32, "service", [])
        account.use(ReplayTransport(self, account.client.site))
        return account

    @contextmanager
    def record(self, function: str, scenario: str, expect: str = "good") -> Iterator[None]:
        """Play one recorded exchange."""
        del expect
        self._now = Played(exchange(function, scenario))
        self.played.append(self._now)
        try:
            yield
        except CpdError as error:
            self._now.error = error
        finally:
            self._now = None

    def answer(self, function: str, form: Form) -> RawReply:
        """What a request is answered: as in this scene, as lately, or ``null``."""
        if self._now is None or self._now.recorded.function != function:
            return self._latest.get((function, form), _NULL)
        self._now.sent.append(form)
        reply = self._now.recorded.raw()
        self._latest[function, form] = reply
        return reply


@cache
def play() -> tuple[Played, ...]:
    """Play all scenes."""
    stage = ReplayStage()
    for scene in SCENES:
        scene(stage)
    return tuple(stage.played)
