"""Is the site ready, what keeps it from being so, and where is that mended.

Everything is read; writing is tried only where nothing stays of it, and only on request.
"""

from moodle_cpd.doctor.examination import examine
from moodle_cpd.doctor.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "examine"]
