"""Verification by anyone: static pages that show of each certificate what proves it, no more."""

from moodle_cpd.verification.folder import SiteFolder, Written
from moodle_cpd.verification.site import write_site

__all__ = ["SiteFolder", "Written", "write_site"]
