"""A report of an evaluation: a folder with a page, figures, tables and a manifest."""

from sklearn_eeg.report._write_report import write_report

__all__ = ["write_report"]
