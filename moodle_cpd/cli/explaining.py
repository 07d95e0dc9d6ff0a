"""``moodle-cpd explain``: from an outcome down to Moodle's reply."""

from __future__ import annotations
