"""``moodle-cpd certificate``: certificates as they were issued."""

from __future__ import annotations

import click

from moodle_cpd.cli import badge, papers, verifying


@click.group()
def certificate() -> None:
    """Certificates as they were issued."""


certificate.add_command(verifying.verify)
certificate.add_command(badge.badge)
certificate.add_command(papers.check_template)
certificate.add_command(papers.gallery)
certificate.add_command(papers.reproduce)
