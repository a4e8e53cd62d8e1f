"""write_report: a folder that appears whole or not at all, beside those that are there."""

import json
from pathlib import Path

from sklearn_eeg.report._draft import open_draft, publish
from sklearn_eeg.report._figures import draw_figures
from sklearn_eeg.report._manifest import describe, timings
from sklearn_eeg.report._page import render_page
from sklearn_eeg.report._tables import write_table


def write_report(
    evaluation, path="report", *, title="Evaluation by subject", source=None, run=None
):
    """Write a report of an evaluation.

    The folder has ``index.html``, complete in itself; ``figures/``; ``scores.csv`` (a row a
    subject), ``predictions.csv`` (a row a trial), ``history.csv`` (a row an epoch of each fold,
    of networks), where text that a spreadsheet would run as a formula stands behind a ``'``;
    ``manifest.json``, what was run on what; and ``timings.json``. The same evaluation gives the
    same bytes, times apart.

    It is written aside and then renamed, so it appears whole or not at all. A report that is there
    is kept: the new one is ``report-2``, and so on. A figure that cannot be drawn is a note on the
    page. An error or Ctrl-C on the way leaves nothing; a kill leaves the draft, a hidden folder
    ``.report-*.draft`` with the tables so far, which the next report of that name removes once it
    is an hour old.

    Parameters
    ----------
    evaluation : Evaluation
        What to report.
    path : path-like, default="report"
        The folder.
    title : str, default="Evaluation by subject"
        Title of the page.
    source : str, default=None
        Where the data are from, as their licence asks to be named.
    run : mapping, default=None
        What else determined the result, such as seeds; plain numbers and strings.

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
    figures index.html manifest.json predictions.csv scores.csv timings.json
    """
    with open_draft(path) as draft:
        _fill(draft, evaluation, title, source, run)
        return publish(draft, Path(path))


def _fill(folder, evaluation, title, source, run):
    # First what cannot be made again; a figure may fail, or take the time that is left.
    write_table(folder / "scores.csv", evaluation.to_frame())
    write_table(folder / "predictions.csv", evaluation.predictions, index=False)
    if not evaluation.history.empty:
        # Seconds per epoch change from run to run; the rest does not.
        history = evaluation.history.drop(columns="dur", errors="ignore")
        write_table(folder / "history.csv", history, index=False)
    manifest = describe(evaluation, title, source, run)
    _write_json(folder / "manifest.json", manifest)
    _write_json(folder / "timings.json", timings(evaluation))
    figures, failures = draw_figures(evaluation)
    (folder / "figures").mkdir()
    for name, png in figures.items():
        (folder / "figures" / f"{name}.png").write_bytes(png)
    _write_text(folder / "index.html", render_page(evaluation, figures, failures, manifest))


def _write_json(file, content):
    text = json.dumps(content, indent=2, allow_nan=False, ensure_ascii=False)
    _write_text(file, text + "\n")


def _write_text(file, text):
    # Half a character of a name is written by its number.
    file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
