"""Counts teacher training on Moodle by each authority's own rules, and gives the proof back.

The story in one line::

    Moodle → pull → facts → decide → decisions → plan → actions → apply → Moodle

and the ledger remembers each step. *Pull* reads Moodle and records what happened; *decide* turns
facts, rules and a date into decisions and their reasons, without I/O or clock; *plan* compares
decisions with the awards already issued and lists what would change, for a person to read; *apply*
does exactly the plan that was shown, journals every step, and believes only what it reads back.
"""

from importlib.metadata import version

__version__ = version("moodle-cpd")
