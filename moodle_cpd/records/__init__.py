"""Files that people bring in: read cell by cell, checked line by line, nothing taken by halves."""

from moodle_cpd.records.attributes import ATTRIBUTES, AttributeDay, check_attributes
from moodle_cpd.records.checking import RECORDS, check_records
from moodle_cpd.records.dispensations import DISPENSATIONS, check_dispensations
from moodle_cpd.records.lines import Checked, Layout
from moodle_cpd.records.tables import Row, read_table
from moodle_cpd.records.templates import write_template
from moodle_cpd.records.workbook import Cell

__all__ = [
    "ATTRIBUTES",
    "DISPENSATIONS",
    "RECORDS",
    "AttributeDay",
    "Cell",
    "Checked",
    "Layout",
    "Row",
    "check_attributes",
    "check_dispensations",
    "check_records",
    "read_table",
    "write_template",
]
