"""Certificates as PDF: what stands on them, and how they are set."""

from __future__ import annotations

from moodle_cpd.certificates.content import CertificateContent, file_name
from moodle_cpd.certificates.kept import content_kept, paper_of
from moodle_cpd.certificates.pdf import CertificateRenderer

__all__ = ["CertificateContent", "CertificateRenderer", "content_kept", "file_name", "paper_of"]
