"""The command line: thin, without decisions of its own."""

from moodle_cpd.cli.app import cli, main

__all__ = ["cli", "main"]
