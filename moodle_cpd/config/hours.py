"""A span of hours that comes every day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Self


@dataclass(frozen=True, slots=True)
class Hours:
    """A daily span: the start is in it, the end is not; it may pass midnight.

    Attributes:
        start: local time of its first minute.
        end: local time of the first minute behind it.
    """

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``22:00-06:00``.

        Raises:
            ValueError: it is no such span, or an empty one.
        """
        match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\s*", text)
        wrong = "must be a span of hours such as 22:00-06:00"
        if match is None:
            raise ValueError(wrong)
        try:
            span = cls(time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4])))
        except ValueError:
            raise ValueError(wrong) from None
        if span.start == span.end:
            raise ValueError(wrong)
        return span

    def hold(self, moment: time) -> bool:
        """Whether a local time lies within."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"
