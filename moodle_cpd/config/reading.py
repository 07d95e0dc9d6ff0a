"""Reading the settings of one installation: ``moodle-cpd.toml``, and the token from outside it.

Every problem of the file is reported at once, with its line and column.
"""

from __future__ import annotations

import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path

from pydantic import SecretStr, ValidationError

from moodle_cpd.config.base import SettingsModel
from moodle_cpd.config.places import Places
from moodle_cpd.config.settings import TOKEN_VARIABLE, Settings, SiteSettings
from moodle_cpd.errors import InputError
from moodle_cpd.menus import TOKENS
from moodle_cpd.problems import Problem

_TOKEN_SHAPE = re.compile(r"[0-9A-Za-z]{16,128}")
_PLACE = re.compile(r"^(.*?)\s*\(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
_EXPECTED = {"path_type": "a path as text", "bool_type": "true or false"}
_FULL_WIDTH = re.compile("[“”‘’＝，：［］｛｝＃＂　]")


def load_settings(path: Path) -> Settings:
    """Read the settings file; paths in it become absolute.

    Args:
        path: the file, usually ``moodle-cpd.toml``.

    Raises:
        InputError: it can't be read, is no TOML, or holds what it should not; all problems.
    """
    try:
        # Windows' Notepad begins a file with a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            Problem(str(path), "no such file", "", "Run 'moodle-cpd init' to write one")
        ) from None
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError:
        raise InputError(
            Problem(
                str(path), "cannot be read as UTF-8 text", "", "Save it again with encoding UTF-8"
            )
        ) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_toml_problem(path, text, str(error))) from None
    except (ValueError, RecursionError):
        # The standard library's reader lets these through.
        raise InputError(
            Problem(str(path), "a number of thousands of digits, or lists nested as deeply")
        ) from None
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise InputError(*_setting_problems(path, Places(text), error)) from None
    return _with_absolute_paths(settings, path.resolve().parent)


def read_token(site: SiteSettings) -> SecretStr:
    """The token of the service account, from the environment, a file or the keyring, in order.

    Raises:
        InputError: there is none, or the file can't be read.
    """
    source, token = f"environment variable {site.token_env}", os.environ.get(site.token_env, "")
    if not token.strip() and site.token_file is not None:
        source, token = "[site] token_file", _file_token(site.token_file)
    if not token.strip() and site.token_keyring is not None:
        source, token = "[site] token_keyring", _keyring_token(site.token_keyring, site.name)
    token = token.strip()
    if not token:
        raise InputError(
            Problem(
                "token",
                f"none found for site '{site.name}'",
                f"the environment variable {site.token_env}, or token_file or token_keyring "
                "under [site]",
                f"Moodle shows the token when it is made: {TOKENS}",
            )
        )
    if not _TOKEN_SHAPE.fullmatch(token):
        raise InputError(
            Problem(source, "what is there is not a Moodle token", "16 to 128 letters and digits")
        )
    return SecretStr(token)


def _file_token(path: Path) -> str:
    # Who wrote the token itself here must not find it in a message.
    name = "the file" if _TOKEN_SHAPE.fullmatch(path.name) else str(path)
    hint = "It holds the token and nothing else"
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        reason = "is not UTF-8 text"
    raise InputError(Problem("[site] token_file", f"{name} {reason}", "", hint))


def _keyring_token(service: str, site: str) -> str:
    place = "[site] token_keyring"
    try:
        import keyring  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise InputError(
            Problem(
                place,
                "the package 'keyring' is not installed",
                "",
                "Install it with: pip install 'moodle-cpd[keyring]'",
            )
        ) from None
    try:
        return keyring.get_password(service, site) or ""
    except keyring.errors.KeyringError:
        raise InputError(
            Problem(
                place,
                "the system's keyring cannot be read",
                "",
                f"Unlock it, or give the token by another way; its entry there is for '{site}'",
            )
        ) from None


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    def absolute(path: Path | None) -> Path | None:
        return None if path is None else base / path

    site = settings.site.model_copy(
        update={
            "token_file": absolute(settings.site.token_file),
            "ca_bundle": absolute(settings.site.ca_bundle),
        }
    )
    return settings.model_copy(
        update={
            "ledger": base / settings.ledger,
            "rules": base / settings.rules,
            "site": site,
            "certificates": settings.certificates.model_copy(
                update={
                    name: absolute(getattr(settings.certificates, name))
                    for name in ("fonts", "keys", "templates", "seal", "signature")
                }
            ),
            "awards": tuple(
                award.model_copy(
                    update={name: absolute(getattr(award, name)) for name in ("seal", "signature")}
                )
                for award in settings.awards
            ),
        }
    )


def _toml_problem(path: Path, text: str, message: str) -> Problem:
    match = _PLACE.match(message)
    if match is None:
        return Problem(str(path), f"not valid TOML: {message}")
    lines = text.split("\n")
    line, column = int(match[2] or len(lines)), int(match[3] or len(lines[-1]) + 1)
    wrong = lines[line - 1] if line <= len(lines) else ""
    hint = ""
    if _FULL_WIDTH.search(wrong):
        hint = "The line has full-width punctuation; TOML takes only ASCII quotes, commas and ="
    elif "\\" in wrong:
        hint = "Write paths with / or between single quotes: a backslash begins an escape"
    return Problem(f"{path}:{line}:{column}", f"not valid TOML: {match[1]}", "", hint)


def _setting_problems(path: Path, places: Places, error: ValidationError) -> list[Problem]:
    found = []
    for detail in error.errors(include_input=False, include_url=False, include_context=False):
        location = [part for part in detail["loc"] if part != "[key]"]
        line, column = places.of(location)
        where = f"{path}:{line}:{column}"
        name = ".".join(str(part) for part in location)
        found.append((line, column, _setting_problem(where, name, detail["type"], detail["msg"])))
    return [problem for _, _, problem in sorted(found)]


def _setting_problem(where: str, name: str, kind: str, message: str) -> Problem:
    if kind == "extra_forbidden":
        return Problem(where, f"unknown setting '{name}'", "", _meant(name.rpartition(".")[2]))
    if kind == "missing":
        return Problem(where, f"'{name}' is missing")
    if kind == "value_error":
        # Said by a check of the models, in words that follow on the setting's name.
        words = message.removeprefix("Value error, ")
        return Problem(where, f"{name}: {words}" if name else words)
    expected = _EXPECTED.get(kind) or re.sub(r"^(Input|String) should (be )?", "", message)
    expected = expected.replace("match pattern", "text of the pattern")
    return Problem(where, f"'{name}' cannot be used", expected)


def _meant(name: str) -> str:
    if "token" in name or "password" in name:
        return (
            f"A token does not stand in this file: put it into the environment variable "
            f"{TOKEN_VARIABLE}, or into a file that token_file names"
        )
    models = SettingsModel.__subclasses__()
    models += [derived for model in models for derived in model.__subclasses__()]
    known = sorted({field for model in models for field in model.model_fields})
    close = get_close_matches(name, known, n=1)
    return f"Is '{close[0]}' meant?" if close else ""
