"""A report of an evaluation or comparison: a page, tables, and every number as JSON."""

from sklearn_eeg.report._comparison import describe_comparison
from sklearn_eeg.report._record import describe_evaluation
from sklearn_eeg.report._render import read_record, render, write_comparison
from sklearn_eeg.report._schema import schema_of
from sklearn_eeg.report._words import methods_text
from sklearn_eeg.report._write_report import write_report

__all__ = [
    "describe_comparison",
    "describe_evaluation",
    "methods_text",
    "read_record",
    "render",
    "schema_of",
    "write_comparison",
    "write_report",
]
