"""The command line: thin, without decisions of its own."""

from moodle_cpd.cli import (
    cases,
    check,
    deciding,
    demo,
    doctor,
    explaining,
    init,
    planning,
    pulling,
    schema,
    status,
)
from moodle_cpd.cli.app import cli, main

for _command in (
    init.init,
    doctor.doctor,
    pulling.pull,
    deciding.decide,
    planning.plan,
    planning.apply,
    planning.sync,
    check.check,
    cases.cases,
    schema.schema,
    status.status,
    explaining.explain_command,
    demo.demo,
):
    cli.add_command(_command)

__all__ = ["cli", "main"]
