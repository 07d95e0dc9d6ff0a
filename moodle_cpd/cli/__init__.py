"""The command line: thin, without decisions of its own."""

from moodle_cpd.cli import (
    adjusting,
    cases,
    certificate,
    check,
    closing,
    deciding,
    demo,
    doctor,
    explaining,
    importing,
    init,
    keys,
    planning,
    pulling,
    regulations,
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
    regulations.regulations,
    schema.schema,
    adjusting.adjust,
    closing.close,
    importing.import_,
    status.status,
    explaining.explain_command,
    keys.keys,
    certificate.certificate,
    demo.demo,
):
    cli.add_command(_command)

__all__ = ["cli", "main"]
