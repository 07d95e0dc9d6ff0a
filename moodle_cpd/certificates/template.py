"""Templates: Typst files in a folder each, the shipped ones and an authority's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from moodle_cpd.certificates.files import MAIN as SET
from moodle_cpd.certificates.files import SET_SIGNED
from moodle_cpd.errors import InputError
from moodle_cpd.problems import Problem

SHIPPED: Final = Path(__file__).parent / "templates"
PACKAGES: Final = SHIPPED / "packages"
"""Typst packages that templates share, by version; ``@local/moodle-cpd:1.0.0`` is one of them."""
MAIN: Final = "certificate.typ"
_PACKAGE = re.compile(r"@local/moodle-cpd:(\d+\.\d+\.\d+)")
_DRAWN = frozenset(
    (
        *(".typ", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf"),
        *(".json", ".csv", ".yaml", ".yml", ".toml", ".xml", ".txt"),
    )
)
"""What Typst can read; a system's own files in the folder are none of the template."""


_FORBIDDEN: Final = (
    (
        re.compile(r"\beval\s*\("),
        "runs text as markup: a name from Moodle could then be a program",
        "Put data on the page as it is: #data.name",
    ),
    (
        re.compile(r"@preview/"),
        "takes a package from the internet, which may be another one tomorrow",
        "Copy what you need from it into the template's folder",
    ),
    (
        re.compile(r"\bdatetime\.today\s*\("),
        "asks for today's date, so that it could not be drawn again",
        "The date of issue stands in data.date-zh and data.date-en",
    ),
)


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        name: as settings and the register call it.
        folder: with ``certificate.typ``; nothing outside is read.
    """

    name: str
    folder: Path

    @property
    def main(self) -> Path:
        """The file that is set."""
        return self.folder / MAIN

    def forbidden(self) -> list[Problem]:
        """What no template may do, with file, line and column: run text, or hang on the outside.

        Raises:
            InputError: a file can't be read.
        """
        problems = []
        for name, content in _files(self.folder):
            if not name.endswith(".typ"):
                continue
            lines = content.decode("utf-8", errors="replace").splitlines()
            for number, line in enumerate(lines, start=1):
                for pattern, found, hint in _FORBIDDEN:
                    match = pattern.search(line.split("// ")[0])
                    if match:
                        place = f"{self.folder / name}:{number}:{match.start() + 1}"
                        problems.append(Problem(place, found, "", hint))
        return problems

    def digest(self) -> str:
        """SHA-256 over all that it is made of: its own files, those of packages, what calls it.

        Raises:
            InputError: a file can't be read.
        """
        digest = sha256()
        for name, content in self._parts():
            digest.update(f"{name}\n{len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def _parts(self) -> Iterator[tuple[str, bytes]]:
        versions: set[str] = set()
        for name, content in _files(self.folder):
            if name.endswith(".typ"):
                versions |= set(_PACKAGE.findall(content.decode("utf-8", errors="replace")))
            yield name, content
        for version in sorted(versions):
            for name, content in _files(PACKAGES / "local" / "moodle-cpd" / version):
                yield f"@{version}/{name}", content
        yield SET, SET_SIGNED.encode()


def shipped_templates() -> list[Template]:
    """Those that come with the program, by name."""
    return [Template(path.parent.name, path.parent) for path in sorted(SHIPPED.glob(f"*/{MAIN}"))]


def own_templates(folder: Path | None) -> list[Template]:
    """Those in a folder of own templates, by name.

    Raises:
        InputError: the folder is not there, or a template bears a shipped one's name.
    """
    if folder is None:
        return []
    if not folder.is_dir():
        raise InputError(Problem(str(folder), "no such folder", "a folder with a folder each"))
    found = [Template(path.parent.name, path.parent) for path in sorted(folder.glob(f"*/{MAIN}"))]
    shipped = {template.name for template in shipped_templates()}
    taken = [template for template in found if template.name in shipped]
    if taken:
        raise InputError(
            *(
                Problem(
                    str(template.folder),
                    f"'{template.name}' is the name of a shipped template",
                    "",
                    "Give the folder another name: certificates are made again by it",
                )
                for template in taken
            )
        )
    return found


def find_template(name: str, folder: Path | None) -> Template:
    """A template by its name.

    Args:
        name: of a shipped one, or of one in the folder.
        folder: of own templates, None: there are none.

    Raises:
        InputError: there is none of that name.
    """
    known = {template.name: template for template in (*shipped_templates(), *own_templates(folder))}
    found = known.get(name)
    if found is None:
        hint = (
            ""
            if folder is not None
            else "Own ones lie in the folder that 'templates' under [certificates] names"
        )
        raise InputError(
            Problem(
                f"template '{name}'", "is not known", f"one of: {', '.join(sorted(known))}", hint
            )
        )
    return found


def _files(folder: Path) -> list[tuple[str, bytes]]:
    """The files that Typst may read, by path from the folder; hidden ones are left out."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.suffix.lower() in _DRAWN and not any(part.startswith(".") for part in name.parts):
            try:
                found.append((name.as_posix(), path.read_bytes()))
            except OSError as error:
                problem = Problem(str(path), f"cannot be read: {error.strerror}")
                raise InputError(problem) from None
    return sorted(found)
