"""A panic of Typst: a mistake in its own code, at which it gives up on one document.

It reaches Python as ``pyo3_runtime.PanicException``, which is no ``Exception`` and can't be passed
between processes: without a word about it, one certificate would end the run, and the next run at
the same place. Typst itself can be used on; it keeps nothing of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from moodle_cpd.errors import SkipError
from moodle_cpd.problems import Problem


@contextmanager
def panics_told(place: str) -> Iterator[None]:
    """Let a panic be a failure of what is drawn, and of nothing else.

    Args:
        place: what is drawn, in words without personal details.

    Raises:
        SkipError: Typst panicked. Its own words may quote a name, and are left out.
    """
    try:
        yield
    except BaseException as error:
        kind = type(error)
        if (kind.__module__, kind.__name__) != ("pyo3_runtime", "PanicException"):
            raise
        raise SkipError(
            Problem(
                place,
                "Typst, which sets it, broke down over it",
                "",
                "Look for unusual characters in the name and in the template's texts, or use "
                "another template; everything else is drawn all the same",
            )
        ) from None
