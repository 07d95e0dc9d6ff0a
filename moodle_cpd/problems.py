"""What is wrong, as a value: where, what was found, what was expected, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that a person should mend; collected in lists, never raised alone.

    Attributes:
        where: ``file:line:column``, or site and web service function, or the option's name.
        found: what is there, without tokens and personal details.
        expected: what should be there; empty where ``found`` says it all.
        hint: what to do about it, as an instruction; empty where there is nothing to add.
    """

    where: str
    found: str
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.found}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.hint:
            text += f". {self.hint}"
        return text
