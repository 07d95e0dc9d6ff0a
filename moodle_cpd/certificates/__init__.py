"""Certificates as PDF: what stands on them, and how they are set."""

from __future__ import annotations

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.file_names import file_name
from moodle_cpd.certificates.kept import content_kept, paper_of
from moodle_cpd.certificates.notices import NoticeRenderer, certificate_name, notice_name
from moodle_cpd.certificates.pdf import CertificateRenderer
from moodle_cpd.certificates.press import Press
from moodle_cpd.certificates.stationery import Stationery
from moodle_cpd.certificates.transcript import Transcript, transcript_of

__all__ = [
    "CertificateContent",
    "CertificateRenderer",
    "NoticeRenderer",
    "Press",
    "Stationery",
    "Transcript",
    "certificate_name",
    "content_kept",
    "file_name",
    "notice_name",
    "paper_of",
    "transcript_of",
]
