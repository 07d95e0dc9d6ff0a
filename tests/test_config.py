"""The settings file and the token: what is accepted, and what each mistake gets."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodle_cpd.config import Settings, SiteSettings, load_settings, read_token
from moodle_cpd.config.places import Places
from moodle_cpd.errors import InputError
from moodle_cpd.model.award import Route

TOKEN = "0123456789abcdef0123456789abcdef"
URL = "https://moodle.example.edu.cn"
ATTRIBUTES = "'school', 'role', 'stage', 'birth_date' or 'hire_date'"
WHY_PERIOD = "Moodle gives a badge only once, so every period has its own"
GOOD = f'[site]\nurl = "{URL}"\n'

TEXT_LIKE_TOML = '''[certificates]
authority = """
time_zone = 1
[people]
"""
[people]
time_zone = "x"
[site]
url = "https://x"
'''

Load = Callable[[str], Settings]
Problems = Callable[[str], list[str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "moodle-cpd.toml"


@pytest.fixture
def load(file: Path) -> Load:
    def from_text(text: str) -> Settings:
        file.write_text(text, encoding="utf-8")
        return load_settings(file)

    return from_text


@pytest.fixture
def problems(load: Load, file: Path) -> Problems:
    def from_text(text: str) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(text)
        return [str(problem).replace(f"{file}:", "") for problem in caught.value.problems]

    return from_text


def test_a_whole_file_is_read(load: Load) -> None:
    settings = load(
        """
rules = "regeln"
[site]
name = "county-1"
url = "https://moodle.example.edu.cn/lms/"
ca_bundle = "ca.pem"
token_file = "/etc/moodle-cpd/token"
proxy = "http://user:secret@proxy.example.edu.cn:3128"
[people.attributes.role]
profile_field = "duty"
values = { "班主任" = "homeroom" }
separator = "、"
[[awards]]
scheme = "r5"
award = "badge"
route = "cohort"
cohort = "hr-{period}"
badge = "班主任 {period}"
[[awards]]
scheme = "r5"
award = "certificate"
route = "record-course"
course = "RECORD"
activity = "hr30-{period}"
"""
    )
    assert settings.site.url == "https://moodle.example.edu.cn/lms"
    assert [award.target("2026") for award in settings.awards] == ["hr-2026", "hr30-2026"]
    assert settings.awards[0].badge_name("2026") == "班主任 2026"
    assert settings.awards[1].badge_name("2026") is None
    assert settings.awards[1].route is Route.RECORD_COURSE
    assert settings.record_courses() == {"RECORD"}
    assert "secret" not in repr(settings)


HOURS = """[[running_hours]]
scheme = "r5"
course = "RECORD"
activity = "progress"
"""


def test_running_hours_have_an_assignment_of_their_own(load: Load, problems: Problems) -> None:
    [wanted] = load(GOOD + HOURS).running_hours
    assert (wanted.activity, wanted.grade) == ("progress", "hours")
    assert load(GOOD + HOURS).record_courses() == {"RECORD"}, "nothing in it is ever a fact"
    assert problems(GOOD + HOURS + HOURS) == [
        "1:1: running_hours: activity 'progress' is named twice; it shows one scheme"
    ]
    [period] = problems(GOOD + HOURS.replace("progress", "progress-{period}"))
    assert "activity must not have {period} in it" in period
    award = """[[awards]]
scheme = "r5"
award = "certificate"
route = "record-course"
course = "RECORD"
activity = "hr30-{period}"
"""
    [same] = problems(GOOD + award + HOURS.replace("progress", "hr30-2026"))
    assert "one in which certificates are handed over" in same
    assert load(GOOD + award + HOURS.replace("progress", "hr30-progress")).running_hours


def test_paths_are_relative_to_the_file(load: Load, file: Path) -> None:
    settings = load(GOOD + 'ca_bundle = "ca.pem"\ntoken_file = "/etc/token"\n')
    assert settings.ledger == file.parent / "moodle-cpd.sqlite"
    assert settings.rules == file.parent / "mappings"
    assert settings.site.ca_bundle == file.parent / "ca.pem"
    assert settings.site.token_file == Path("/etc/token")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_notepad_on_windows_writes_is_accepted(file: Path, ending: str) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", ending).encode())
    assert load_settings(file).site.url == URL


def test_all_problems_come_at_once_with_line_and_column(problems: Problems) -> None:
    text = """rules = 3
[site]
name = "Big Name"
  url = "ftp://x"
retries = inf
tokn_env = "X"
read_timeout = inf
[people]
time_zone = "Asia/Peking"
[people.attributes.role]
profile_field = "x"
cohorts = { a = "b" }
[people.attributes.roles]
profile_field = "x"
[[awards]]
scheme = "a"
award = "b"
route = "cohort"
cohort = "x-{period}"
badge = "no place for it"
[[awards]]
scheme = "a"
award = "b"
route = "pigeon"
[limits]
share = 2
"""
    assert problems(text) == [
        "1:1: 'rules' cannot be used; expected a path as text",
        "3:1: 'site.name' cannot be used; expected text of the pattern '^[a-z0-9][a-z0-9-]{0,39}$'",
        "4:3: site.url: must be an address that begins with https:// or http://",
        "5:1: 'site.retries' cannot be used; expected a finite number",
        "6:1: unknown setting 'site.tokn_env'. Is 'token_env' meant?",
        "7:1: 'site.read_timeout' cannot be used; expected a finite number",
        "9:1: people.time_zone: must be a time zone such as Asia/Shanghai",
        "10:1: people.attributes.role: give either profile_field or cohorts",
        f"13:1: 'people.attributes.roles' cannot be used; expected {ATTRIBUTES}",
        f"15:1: awards.0: badge needs {{period}} in it: {WHY_PERIOD}",
        "24:1: 'awards.1.route' cannot be used; expected 'cohort' or 'record-course'",
        "26:1: 'limits.share' cannot be used; expected less than or equal to 1",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[site]\nurl = "https://x"\n\n  [people]\n  "time_zone" = "x"\n', "5:3"),
        ('people.time_zone = "x"\n[site]\nurl = "https://x"\n', "1:1"),
        ('[people]\n# time_zone = "y"\ntime_zone = "x"\n[site]\nurl = "https://x"\n', "3:1"),
        (
            '[site]\nurl = "https://x"\n[people]\ncohorts = [\n "a = b",\n]\ntime_zone = "x"\n',
            "7:1",
        ),
        (TEXT_LIKE_TOML, "7:1"),
        ('people = { time_zone = "x" }\n[site]\nurl = "https://x"\n', "1:1"),
        ("[site] # url = 1\nretries = 1\n", "1:1"),
    ],
)
def test_the_place_is_found_however_the_file_is_written(
    problems: Problems, text: str, place: str
) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"{place}: ")


@pytest.mark.parametrize(
    "url",
    [
        "moodle.example.edu.cn",
        "https://",
        "https://x:99999",
        "https://x:port",
        "https://[x",
        "https://user:secret@x",
        "https://x?token=secret",
        "https://x/login/index.php",
        "https://x y",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_site_address_is_refused_without_being_repeated(
    problems: Problems, url: str
) -> None:
    (problem,) = problems(f'[site]\nurl = "{url}"\n')
    assert problem.startswith("2:1: site.url: must ")
    assert "secret" not in problem


def test_a_proxy_without_scheme_is_refused(problems: Problems) -> None:
    (problem,) = problems(GOOD + 'proxy = "user:secret@proxy.example.edu.cn:3128"\n')
    assert problem.startswith("3:1: site.proxy: must be an address")
    assert "secret" not in problem


@pytest.mark.parametrize("name", ["token", "wstoken", "password"])
def test_a_token_in_the_file_is_refused_and_never_repeated(problems: Problems, name: str) -> None:
    (problem,) = problems(GOOD + f'{name} = "{TOKEN}"\n')
    assert problem.startswith(f"3:1: unknown setting 'site.{name}'. A token does not stand in")
    assert TOKEN not in problem


def test_a_token_in_place_of_its_variable_is_never_repeated(problems: Problems) -> None:
    (problem,) = problems(GOOD + f'token_env = "a{TOKEN[1:]}"\n')
    assert problem.startswith("3:1: 'site.token_env' cannot be used")
    assert TOKEN[1:] not in problem


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[site]\nurl = “https://x”\n", r"2:\d+: not valid TOML: .* full-width punctuation"),
        ("[site]\nurl ＝ 'https://x'\n", r"2:\d+: not valid TOML: .* full-width punctuation"),
        (GOOD + 'ca_bundle = "C:\\Users"\n', r"3:\d+: not valid TOML: .* Write paths with /"),
        ('[site]\nurl = """https://x\n', r"3:1: not valid TOML: Unterminated string$"),
        ("[site]\nurl = 'a'\nurl = 'b'\n", r"3:\d+: not valid TOML: "),
        ("<html>", r"1:1: not valid TOML: "),
    ],
)
def test_broken_toml_is_placed_and_explained(problems: Problems, text: str, expected: str) -> None:
    (problem,) = problems(text)
    assert re.match(expected, problem)


@given(st.lists(st.sampled_from(["a", ".", "=", "[", "]", '"', "\n", " ", "#", "{", "'"])))
def test_places_are_found_in_any_text(parts: list[str]) -> None:
    text = "".join(parts)
    line, column = Places(text).of(("a", 0, "a"))
    assert 1 <= line <= text.count("\n") + 1
    assert 1 <= column <= len(text.split("\n")[line - 1]) + 1


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_what_is_beyond_all_bounds_is_told(load: Load, value: str) -> None:
    with pytest.raises(InputError, match="a number of thousands of digits, or lists nested"):
        load(f"{GOOD}retries = {value}\n")


def test_an_empty_file_lacks_the_site(problems: Problems) -> None:
    assert problems("") == ["1:1: 'site' is missing"]


def test_a_missing_file_leads_to_init(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file. Run 'moodle-cpd init'"):
        load_settings(tmp_path / "none.toml")


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_named_as_such(file: Path, encoding: str) -> None:
    file.write_bytes((GOOD + '[certificates]\nauthority = "教育局"\n').encode(encoding))
    with pytest.raises(InputError, match=r"cannot be read as UTF-8 text\. Save it again"):
        load_settings(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read: Is a directory"):
        load_settings(tmp_path)


@pytest.mark.parametrize(
    ("award", "message"),
    [
        ('route = "cohort"', "route cohort needs cohort and badge"),
        ('route = "record-course"\ncourse = "c"', "route record-course needs activity"),
        ('route = "cohort"\nbadge = "b {period}"\ncohort = "c"', "cohort needs {period} in it"),
    ],
)
def test_an_award_needs_its_target_per_period(problems: Problems, award: str, message: str) -> None:
    (problem,) = problems(GOOD + f'[[awards]]\nscheme = "s"\naward = "a"\n{award}\n')
    assert problem.startswith(f"3:1: awards.0: {message}")


class TestToken:
    @pytest.fixture(autouse=True)
    def clean(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("MOODLE_CPD_TOKEN", raising=False)

    def site(self, **settings: object) -> SiteSettings:
        return SiteSettings.model_validate({"url": URL, **settings})

    def test_the_environment_comes_first(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "token").write_text("f" * 32, encoding="utf-8")
        monkeypatch.setenv("OWN_TOKEN", f" {TOKEN}\n")
        site = self.site(token_env="OWN_TOKEN", token_file=tmp_path / "token")
        assert read_token(site).get_secret_value() == TOKEN

    def test_the_file_is_read_where_the_variable_is_empty(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "token").write_bytes(b"\xef\xbb\xbf" + TOKEN.encode() + b"\r\n")
        monkeypatch.setenv("MOODLE_CPD_TOKEN", " ")
        assert read_token(self.site(token_file=tmp_path / "token")).get_secret_value() == TOKEN

    def test_the_keyring_comes_last(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entries = {("cpd", "moodle"): TOKEN}
        self.keyring(monkeypatch, lambda service, name: entries.get((service, name)))
        assert read_token(self.site(token_keyring="cpd")).get_secret_value() == TOKEN
        with pytest.raises(InputError, match="none found for site 'other'"):
            read_token(self.site(name="other", token_keyring="cpd"))

    def test_a_locked_keyring_is_one_message(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def locked(service: str, name: str) -> str:
            raise sys.modules["keyring"].errors.KeyringError

        self.keyring(monkeypatch, locked)
        with pytest.raises(InputError, match="keyring cannot be read"):
            read_token(self.site(token_keyring="cpd"))

    def test_a_keyring_that_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "keyring", None)
        with pytest.raises(InputError, match=r"pip install 'moodle-cpd\[keyring\]'"):
            read_token(self.site(token_keyring="cpd"))

    def test_none_at_all_names_every_source(self) -> None:
        with pytest.raises(InputError, match="MOODLE_CPD_TOKEN, or token_file or token_keyring"):
            read_token(self.site())

    @pytest.mark.parametrize(
        "value", ["short", "a" * 129, f"{TOKEN} {TOKEN}", f"token={TOKEN}", "例" * 32, f'"{TOKEN}"']
    )
    def test_what_is_no_token_is_refused_and_never_repeated(
        self, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        monkeypatch.setenv("MOODLE_CPD_TOKEN", value)
        with pytest.raises(InputError) as caught:
            read_token(self.site())
        assert str(caught.value).startswith("environment variable MOODLE_CPD_TOKEN: what is there")
        assert value not in str(caught.value)

    def test_an_unreadable_file_says_why(self, tmp_path: Path) -> None:
        missing = tmp_path / "token"
        with pytest.raises(InputError) as caught:
            read_token(self.site(token_file=missing))
        assert str(caught.value).startswith(
            f"[site] token_file: {missing} cannot be read: No such file"
        )
        missing.write_bytes(b"\xff\xfe" + TOKEN.encode("utf-16-le"))
        with pytest.raises(InputError, match="is not UTF-8 text"):
            read_token(self.site(token_file=missing))

    def test_a_token_in_place_of_its_file_is_never_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as caught:
            read_token(self.site(token_file=tmp_path / TOKEN))
        assert TOKEN not in str(caught.value)

    def test_it_is_not_shown_by_accident(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MOODLE_CPD_TOKEN", TOKEN)
        assert TOKEN not in f"{read_token(self.site())!r} {read_token(self.site())}"

    def keyring(
        self, monkeypatch: pytest.MonkeyPatch, get: Callable[[str, str], str | None]
    ) -> None:
        module = ModuleType("keyring")
        errors = SimpleNamespace(KeyringError=type("KeyringError", (Exception,), {}))
        module.__dict__.update(get_password=get, errors=errors)
        monkeypatch.setitem(sys.modules, "keyring", module)
