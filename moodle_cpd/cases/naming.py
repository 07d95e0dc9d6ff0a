"""Who and where a case is about, as the decision sees it."""

from __future__ import annotations

from typing import Final

SITE: Final = "case"
TEACHER: Final = 1
