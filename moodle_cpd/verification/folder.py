"""A folder of pages kept up to date: only what changed is written, only what is ours is removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from moodle_cpd.errors import InputError, RefusedError
from moodle_cpd.problems import Problem
from moodle_cpd.verification.shown import PAGE_ID

MARK: Final = ".moodle-cpd-site"
INDEX: Final = "index.html"
_FEW: Final = 20
_SHARE: Final = 0.05


@dataclass(slots=True)
class Written:
    """What became of a folder.

    Attributes:
        pages: pages of certificates that are in it now.
        changed: files that were written.
        removed: pages that were removed.
    """

    pages: int = 0
    changed: int = 0
    removed: int = 0


class SiteFolder:
    """A folder that holds the verification site of one Moodle.

    Args:
        path: of the folder; made if it is not there.
        site: the Moodle's name in the settings. Two must not share a folder: each would remove the
            other's pages.

    Raises:
        InputError: it holds something else, or can't be written.
    """

    def __init__(self, path: Path, site: str) -> None:
        self._path = path
        self._mark = f"The verification site of '{site}', made by moodle-cpd\n".encode()
        self._kept: set[str] = set()
        self.written = Written()
        try:
            found = self.read(MARK)
            if found is None and path.is_dir() and any(path.iterdir()):
                raise InputError(
                    Problem(
                        str(path),
                        "holds files that are not of a verification site",
                        "an empty folder, or none",
                        "Choose a folder of its own for the site",
                    )
                )
            if found is not None and found != self._mark:
                raise InputError(
                    Problem(
                        str(path),
                        "holds the verification site of another Moodle",
                        f"that of '{site}'",
                        "Give each Moodle a folder and an address of its own",
                    )
                )
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None
        self.put(MARK, self._mark)

    def read(self, name: str) -> bytes | None:
        """A file's content, None where there is no such file."""
        try:
            return (self._path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._unwritable(error) from None

    def put(self, name: str, content: bytes) -> None:
        """Write a file if it changed; whole or not at all, since a server may be reading it.

        Args:
            name: with ``/``, one folder deep at most.
            content: of the file.

        Raises:
            InputError: it can't be written.
        """
        if self.read(name) == content:
            return
        path = self._path / name
        scratch = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(exist_ok=True)
            scratch.write_bytes(content)
            scratch.replace(path)
        except OSError as error:
            raise self._unwritable(error) from None
        self.written.changed += 1

    def put_page(self, page_id: str, html: str) -> None:
        """Write the page of a certificate if it changed, and keep it in ``tidy``."""
        self.put(str(PurePosixPath(page_id) / INDEX), html.encode())
        self._kept.add(page_id)
        self.written.pages += 1

    def tidy(self, *, allow_removals: bool) -> None:
        """Remove the pages that were not put this time: of forgotten people, and void numbers.

        Args:
            allow_removals: many too. Without it they are refused: an empty or older ledger must not
                take pages away that people's certificates lead to.

        Raises:
            RefusedError: there are many.
            InputError: a page can't be removed.
        """
        gone = sorted(name for name in self._pages() if name not in self._kept)
        if len(gone) > max(_FEW, _SHARE * (len(gone) + len(self._kept))) and not allow_removals:
            raise RefusedError(
                Problem(
                    str(self._path),
                    f"{len(gone)} pages there are of certificates that this ledger does not show",
                    f"{_FEW} at most, or {_SHARE:.0%}",
                    "Is this the right and newest ledger? If so, repeat with --allow-removals",
                )
            )
        for name in gone:
            folder = self._path / name
            try:
                (folder / INDEX).unlink()
                folder.rmdir()
            except OSError as error:
                raise self._unwritable(error) from None
            self.written.removed += 1

    def _pages(self) -> Iterator[str]:
        for folder in self._path.iterdir():
            if PAGE_ID.fullmatch(folder.name) and (folder / INDEX).is_file():
                yield folder.name

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(Problem(str(self._path), f"cannot be written: {error.strerror}"))
