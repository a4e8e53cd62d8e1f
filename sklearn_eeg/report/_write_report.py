"""write_report: a folder that appears whole or not at all, beside those that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn_eeg._typing import PathLike
from sklearn_eeg.report._draft import open_draft, publish
from sklearn_eeg.report._page import render_page
from sklearn_eeg.report._record import describe_evaluation
from sklearn_eeg.report._tables import write_table

if TYPE_CHECKING:
    from sklearn_eeg.evaluation._audit._finding import Audit
    from sklearn_eeg.evaluation._evaluation import Evaluation


RECORD = "report.json"


def write_report(
    evaluation: Evaluation,
    path: PathLike = "report",
    *,
    title: str = "Evaluation by subject",
    source: str | None = None,
    run: Mapping[str, Any] | None = None,
    audit: Audit | None = None,
    confounds: Sequence[str] = (),
    command: str | None = None,
) -> Path:
    """Write a report of an evaluation.

    The folder has ``index.html``, complete in itself, for the screen, a phone, the dark and paper;
    ``report.json``, every number of the page, from which :func:`render` makes it again;
    ``scores.csv`` (a row a subject), ``predictions.csv`` (a row a trial), ``history.csv`` (a row an
    epoch of each fold, of networks), where text that a spreadsheet would run as a formula stands
    behind a ``'``. The same evaluation gives the same bytes, but for date, machine, command and
    times, which stand under ``execution`` of ``report.json`` and at the end of the page.

    It is written aside and then renamed, so it appears whole or not at all. A report that is there
    is kept: the new one is ``report-2``, and so on. A figure that cannot be drawn is a note on the
    page. An error or Ctrl-C on the way leaves nothing; a kill leaves the draft, a hidden folder
    ``.report-*.draft`` with the tables so far, which the next report of that name removes once it
    is an hour old.

    Parameters
    ----------
    evaluation : Evaluation
        What to report. A reference named ``"inductive"`` is said to be the same model without the
        test subjects' data, and stands beside a transductive score at the top.
    path : path-like, default="report"
        The folder.
    title : str, default="Evaluation by subject"
        Title of the page.
    source : str, default=None
        Where the data are from, as their licence asks to be named.
    run : mapping, default=None
        What else determined the result, such as seeds; plain numbers and strings. ``model`` and
        ``dataset`` are names for tables.
    audit : Audit, default=None
        What :func:`~sklearn_eeg.evaluation.audit` found of the same model, data and splits.
    confounds : sequence of str, default=()
        What is known to go along with the label in these data, a sentence each.
    command : str, default=None
        The command line.

    Returns
    -------
    Path
        The folder as written.

    Raises
    ------
    ValueError, OSError
        There is no folder of that name to be written.

    Examples
    --------
    >>> import tempfile
    >>> from sklearn.dummy import DummyClassifier
    >>> from sklearn_eeg.evaluation import evaluate
    >>> X, y, subjects = [[0.0]] * 8, ["rest", "task"] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    >>> result = evaluate(DummyClassifier(), X, y, groups=subjects, cv=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = write_report(result, Path(folder) / "report")
    ...     print(*sorted(file.name for file in report.iterdir()))
    index.html predictions.csv report.json scores.csv
    """
    about = {"title": title, "source": source, "run": run, "command": command}
    with open_draft(path) as draft:
        _fill(draft, evaluation, {**about, "audit": audit, "confounds": confounds})
        return publish(draft, Path(path))


def _fill(folder, evaluation, about):
    # First what cannot be made again; a figure may fail, or take the time that is left.
    write_table(folder / "scores.csv", evaluation.to_frame())
    write_table(folder / "predictions.csv", evaluation.predictions, index=False)
    if not evaluation.history.empty:
        # Seconds per epoch change from run to run; the rest does not.
        history = evaluation.history.drop(columns="dur", errors="ignore")
        write_table(folder / "history.csv", history, index=False)
    record = describe_evaluation(evaluation, **about)
    (folder / RECORD).write_bytes(as_json(record))
    beside = sorted(file.name for file in folder.iterdir())
    (folder / "index.html").write_bytes(as_bytes(render_page(record, beside)))


def as_json(record):
    """The bytes of a record's file."""
    text = json.dumps(record, indent=2, allow_nan=False, ensure_ascii=False)
    return as_bytes(text + "\n")


def as_bytes(text):
    """UTF-8; half a character of a name is written by its number."""
    return text.encode("utf-8", "backslashreplace")
