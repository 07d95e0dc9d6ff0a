"""One examination of an embedded Moodle, with the world bent before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from moodle_cpd.config import Settings, load_settings
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.doctor import Finding, Verdict, examine
from moodle_cpd.moodle import Client, Moodle
from moodle_cpd.rules import Rulebook, load_rulebook
from tests.settings import homeroom_only, write_settings

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Examined:
    """The findings of one examination, and how many requests they took."""

    def __init__(self, findings: list[Finding], requests: int) -> None:
        self.findings = findings
        self.requests = requests

    def __getitem__(self, check: str) -> Finding:
        found = [finding for finding in self.findings if finding.check == check]
        assert len(found) == 1, [finding.check for finding in self.findings]
        return found[0]

    def of(self, verdict: Verdict) -> set[str]:
        return {finding.check for finding in self.findings if finding.verdict is verdict}

    @property
    def lacks(self) -> set[str]:
        return self.of(Verdict.LACK)


Examine = Callable[..., Examined]


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return homeroom_only(tmp_path_factory.mktemp("rules") / "mappings")


@pytest.fixture(scope="session")
def rulebook(rules: Path) -> Rulebook:
    return load_rulebook(rules)


@pytest.fixture
def settings(tmp_path: Path, rules: Path, site: EmbeddedMoodle) -> Settings:
    return load_settings(write_settings(tmp_path, site, rules=rules))


@pytest.fixture
def look(site: EmbeddedMoodle, settings: Settings, rulebook: Rulebook) -> Examine:
    """Examine the site as it then is; other settings or no rules by keyword."""

    def run(
        *,
        settings: Settings = settings,
        rulebook: Rulebook | None = rulebook,
        try_write: bool = False,
        token: str = site.token,
    ) -> Examined:
        client = Client(settings.site, SecretStr(token), sleep=lambda _: None)
        moodle = Moodle(client)
        try:
            findings = list(examine(moodle, settings, rulebook, try_write=try_write, now=NOW))
        finally:
            client.close()
        return Examined(findings, moodle.requests_sent)

    return run
